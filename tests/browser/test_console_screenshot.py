"""The console in a real browser, on a desk and on a phone.

With JIENENG_SCREENSHOTS set to a folder the pictures are kept there: the docs show them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from storage.opening import open_store, prepare_store
from storage.records import dead_letters
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from tests.chromium import chromium, dom, keep, screenshot
from tests.console_server import serving
from tests.filled import NOW, fill, registry

STATUS = {
    "readings": {"register": 1_250_000},
    "dead_letters": {"time in the far future": 212, "unknown device": 48, "not its device": 20},
    "findings_open": {"waste": 3, "data": 1},
    "silent": {"school-water": NOW - 5 * 86_400_000},
    "alerts_refused": {"count": 2, "reason": "hook.example answered 404 Not Found."},
}

BOARD = "/boards/district"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a console over a filled store."""
    chromium()
    folder = tmp_path_factory.mktemp("console")
    url = f"duckdb:{folder / 'readings.duckdb'}"
    prepare_store(url)
    store = open_store(url)
    fill(store)
    records = Records.open(f"sqlite:{folder / 'records.sqlite'}")
    letter = DeadLetter(1, "jieneng", "meters/new", b'{"time": 1}', "unknown device", NOW, 48)
    with records.session() as session:
        registry_records.replace(session, registry(), author="test", reason="names")
        dead_letters.publish(session, [letter])
    app = create_app(store=store, records=records, status=lambda: STATUS, now=lambda: NOW)
    with serving(app) as address:
        yield address
    records.close()
    store.close()


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("console-zh.png", 1400, 3060), ("console-phone-zh.png", 500, 5400)],
)
def test_the_console_is_drawn_on_a_desk_and_on_a_phone(
    console: str, tmp_path: Path, name: str, width: int, height: int
) -> None:
    picture = tmp_path / name

    size = screenshot(f"{console}{BOARD}", picture, width=width, height=height)

    assert size == (width, height)
    assert picture.stat().st_size > 100_000  # an empty page of this size has a tenth of it
    keep(picture)


def test_the_browser_shows_the_figures_and_the_switched_language(
    console: str, tmp_path: Path
) -> None:
    chinese = dom(f"{console}{BOARD}", tmp_path)
    english = dom(f"{console}{BOARD}?lang=en", tmp_path)

    assert "今天用了多少电？" in chinese
    assert "8,000" in chinese
    assert "How much electricity today?" in english
    assert "unknown device" in english


def test_the_browser_uses_our_style_sheet_under_our_own_rules(console: str, tmp_path: Path) -> None:
    page = dom(f"{console}{BOARD}", tmp_path)

    assert page.count('<link rel="stylesheet" href="/static/style.css">') == 1
    assert "<script" not in page
