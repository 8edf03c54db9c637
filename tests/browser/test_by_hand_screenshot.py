"""The page of today and the forms, on a telephone, in a real browser.

With JIENENG_SCREENSHOTS set to a folder the pictures are kept there.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.app import create_app
from energy.finding import Finding, FindingState, Stream
from energy.reading import Reading
from energy.span import HOUR_MS
from storage.opening import open_store
from storage.records import dead_letters, findings
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.reference.files import read_reference
from tests.chromium import chromium, dom, keep, screenshot
from tests.console_server import serving
from tests.filled import NOW, fill, registry

CHECKOUT = Path(__file__).parents[2]
PHONE = (390, 844)
NARROW = (360, 1500)
FINDING = Finding(
    rule="night_and_weekend_load", version=1, meter="gov-a-main", stream=Stream.WASTE, start=0,
    end=NOW, goes_on=True, sentence_zh="夜间和周末负荷偏高，约 61.5 kW。",
    sentence_en="Nights and weekends use 61.5 kW more than they should.",
    check_zh="检查空调和照明的定时。", check_en="Look at the timers of cooling and lights.",
    micro_yuan_per_year=9_000_000_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a console with a silent meter, refused messages and a finding."""
    chromium()
    records = Records.open(f"sqlite:{tmp_path_factory.mktemp('hand') / 'records.sqlite'}")
    store = open_store("memory:")
    fill(store)
    store.write(
        [Reading("gov-a-main", "register", NOW - 50 * HOUR_MS, 120_345),
         *(Reading(name, "register", NOW, 5) for name in ("hospital-hvac", "library-main"))]
    )  # fmt: skip
    with records.session() as session:
        reference = read_reference(CHECKOUT / "reference")
        reference_records.replace(session, reference, author="test", reason="prices")
        made = registry()
        devices = [replace(made.devices[0], device=one.meter) for one in made.meters]
        meters = [replace(one, device=one.meter) for one in made.meters]
        made = replace(made, devices=tuple(devices), meters=tuple(meters))
        registry_records.replace(session, made, author="test", reason="names")
        letter = DeadLetter(1, "west", "meters/canteen", b"{}", "unknown device", NOW, 40)
        dead_letters.publish(session, [letter])
        findings.save(session, FINDING, state=FindingState.OPEN, at=NOW)
    app = create_app(store=store, records=records, status=dict, now=lambda: NOW)
    with serving(app) as address:
        yield address
    records.close()


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("today-phone.png", "/today", PHONE),
        ("today-narrow.png", "/today?lang=en", NARROW),
        ("today.png", "/today", (1400, 1000)),
        ("meters-phone.png", "/reading", PHONE),
        ("reading-phone.png", "/reading/gov-a-main", PHONE),
        ("reading-narrow.png", "/reading/gov-a-main?lang=en", NARROW),
        ("bill-phone.png", "/bill", (390, 1500)),
        ("bill-narrow.png", "/bill?lang=en", NARROW),
    ],
)
def test_what_is_done_by_hand_is_drawn_on_a_phone(
    console: str, tmp_path: Path, name: str, path: str, size: tuple[int, int]
) -> None:
    picture = tmp_path / name

    drawn = screenshot(f"{console}{path}", picture, width=size[0], height=size[1])

    assert drawn == size
    assert picture.stat().st_size > 15_000  # an empty page has a third of it
    keep(picture)


def test_the_browser_reads_the_form_and_nothing_of_it_needs_a_script(
    console: str, tmp_path: Path
) -> None:
    page = dom(f"{console}/reading/gov-a-main?lang=en", tmp_path)

    assert 'type="datetime-local" value="2026-11-25T12:30"' in page
    assert 'capture="environment"' in page
    assert "<strong>1203.45 kWh</strong>" in page
    assert "<script" not in page
