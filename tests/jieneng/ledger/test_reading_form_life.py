"""The form for a reading by hand at a meter that was exchanged, removed, or is computed."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.counting.virtual import VirtualPart
from energy.meter import REMOVED, REPLACEMENT, MeterEvent
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from energy.span import HOUR_MS
from jieneng.wiring import House
from tests.builders import MAIN_METER
from tests.edit_world import LIGHT, MAIN, REGISTRY
from tests.hand_world import LAST, Phone, phone
from tests.jieneng.ledger.test_reading_form import PATH, filled
from tests.record_promises import stored

EVENT = LAST.time + HOUR_MS // 2


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[House, Phone]]:
    with phone(tmp_path / "state") as found:
        yield found


def test_the_form_of_a_meter_that_was_exchanged_tells_what_the_new_one_can_show(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    fitted = MeterEvent(
        MAIN, EVENT, REPLACEMENT, int(LAST.value) + 100, 300, 8, "wang", "due", ratio=Fraction(2)
    )
    stored(house.records, replace(REGISTRY, events=(fitted,)))

    page = shown.see(PATH).text
    sent = shown.send(PATH, filled(shown, value="5"))

    assert "<strong>3.00 – 378.00 kWh</strong>" in page
    assert "Kept, number 1" in sent.text


def test_a_wider_register_may_show_more_than_the_first_one_could(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    fitted = MeterEvent(
        MAIN, EVENT, REPLACEMENT, int(LAST.value) + 100, 234_567_890, 9, "wang", "due"
    )
    stored(house.records, replace(REGISTRY, events=(fitted,)))

    sent = shown.send(PATH, filled(shown, value="2345679"))
    beyond = shown.send(PATH, filled(shown, value="10000000"))

    assert "Kept, number 1" in sent.text
    assert "more than the 9 digits of the register" in beyond.text


def test_the_form_of_a_meter_that_was_removed_says_that_nothing_counts_there(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    gone = MeterEvent(MAIN, EVENT, REMOVED, int(LAST.value) + 100, None, None, "wang", "closed")
    stored(house.records, replace(REGISTRY, events=(gone,)))

    page = shown.see(PATH).text
    sent = shown.send(PATH, filled(shown))

    assert "No instrument stands there" in page
    assert "<time>2026-02-09 23:30</time></p>" in page
    assert "now it can be" not in page
    assert sent.status_code == 422
    assert "no instrument stood there then" in sent.text


def test_the_form_of_a_virtual_meter_sends_to_its_inputs(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    both = replace(
        MAIN_METER, meter="both", table="interval", role="check", tariff="", device="", channel=""
    )
    part = VirtualPart("both", LIGHT, "+", Fraction(1, 3), NO_FIRST_DAY, NO_LAST_DAY)
    stored(house.records, replace(REGISTRY, meters=(*REGISTRY.meters, both), virtual=(part,)))

    page = shown.see("/reading/both").text

    assert "It is computed from others and has no readings." in page
    assert f'<a href="/reading/{LIGHT}">' in page
    assert "<form class=" not in page
