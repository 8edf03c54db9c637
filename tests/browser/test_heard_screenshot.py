"""The page of heard devices and the form that adopts one, in a real browser.

With JIENENG_SCREENSHOTS set to a folder the pictures are kept there.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from storage.opening import open_store
from storage.records import dead_letters, heard
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.heard import UnknownChannel
from storage.reference.files import read_reference
from tests.chromium import chromium, dom, keep, screenshot
from tests.console_server import serving
from tests.filled import NOW, registry

CHECKOUT = Path(__file__).parents[2]
MINUTE = 60_000
DEVICES = (
    ("canteen-panel", "own_single", "", "meters/canteen-panel", {"ep": "4821.37", "ua": "229.8"}),
    ("canteen-fridge", "tasmota", "", "tele/canteen-fridge/SENSOR", {"Total": "81.402 kWh",
                                                                     "Power": "96 W"}),
    ("water-0042", "own_batch", "roof", "meters/batch/roof", {"volume": "123.456 m3"}),
    ("配电室 3#", "plain", "", "emon/room/3", {"value": "NaN"}),
)  # fmt: skip


def heard_channels() -> list[UnknownChannel]:
    return [
        UnknownChannel(
            "west", device, channel, gateway, form, topic, NOW - number * 90 * MINUTE, NOW,
            1200 + number, said.partition(" ")[0], said.partition(" ")[2],
        )
        for number, (device, form, gateway, topic, channels) in enumerate(DEVICES, 1)
        for channel, said in channels.items()
    ]  # fmt: skip


def letters() -> list[DeadLetter]:
    """What the panel said every quarter of an hour."""
    bodies = [
        {"time": NOW // 1000 - 900 * number, "values": {"ep": 4821.37 - number, "ua": 229.8}}
        for number in range(1, 9)
    ]
    return [
        DeadLetter(
            number, "west", "meters/canteen-panel", json.dumps(body).encode(), "unknown device",
            NOW - 900_000 * number, 2, "own_single", 1,
        )
        for number, body in enumerate(bodies, 1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a console that has heard four devices."""
    chromium()
    records = Records.open(f"sqlite:{tmp_path_factory.mktemp('heard') / 'records.sqlite'}")
    with records.session() as session:
        reference = read_reference(CHECKOUT / "reference")
        reference_records.replace(session, reference, author="test", reason="prices")
        registry_records.replace(session, registry(), author="test", reason="names")
        heard.publish(session, "west", heard_channels(), NOW)
        dead_letters.publish(session, letters())
    app = create_app(store=open_store("memory:"), records=records, status=dict, now=lambda: NOW)
    with serving(app) as address:
        yield address
    records.close()


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("heard.png", "/heard", (1400, 1300)),
        ("heard-phone.png", "/heard", (390, 1900)),
        ("adopt.png", "/heard/adopt?device=canteen-panel", (1400, 1300)),
        ("adopt-phone.png", "/heard/adopt?device=canteen-panel&lang=en", (390, 2600)),
    ],
)
def test_the_pages_are_drawn_on_a_desk_and_on_a_phone(
    console: str, tmp_path: Path, name: str, path: str, size: tuple[int, int]
) -> None:
    picture = tmp_path / name

    drawn = screenshot(f"{console}{path}", picture, width=size[0], height=size[1])

    assert drawn == size
    assert picture.stat().st_size > 40_000  # an empty page has a tenth of it
    keep(picture)


def test_the_browser_reads_the_form_with_its_guesses(console: str, tmp_path: Path) -> None:
    page = dom(f"{console}/heard/adopt?device=canteen-panel&lang=en", tmp_path)

    assert 'name="=ep.step" value="0.01"' in page
    assert 'name="=ep.interval" value="15min"' in page
    assert "<script" not in page
