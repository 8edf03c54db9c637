"""Events of meters beside the readings there are: what cannot be is refused, or told."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from energy.counting.virtual import VirtualPart
from energy.errors import RegistryError
from energy.meter import MeterEvent
from energy.period import NO_FIRST_DAY, NO_LAST_DAY
from jieneng.checking import checks
from jieneng.desk import Desk
from jieneng.registry.intake import take_registry
from jieneng.report import said_by_store
from jieneng.wiring import House
from storage.registry.files import write_registry
from tests.builders import MAIN_METER
from tests.meters_world import ANNEX_MAIN, NOON, PLACES, enter, heard, opened, registry
from tests.record_promises import stored

BOTH = replace(
    MAIN_METER, meter="both", table="interval", role="check", tariff="", device="", channel=""
)
COMPUTED = replace(
    PLACES,
    meters=(*PLACES.meters, BOTH),
    virtual=tuple(
        VirtualPart("both", one.meter, "+", Fraction(1), NO_FIRST_DAY, NO_LAST_DAY)
        for one in (MAIN_METER, ANNEX_MAIN)
    ),
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as held:
        yield held


def test_a_closing_reading_below_the_last_reading_is_refused(house: House) -> None:
    heard(house, 1_000, 1_100, 1_200)
    assert "of 9 kWh is below the last reading before it, 12 kWh" in enter(
        house, "removed", closing="9"
    )
    assert "further above than the meter can have counted" in enter(
        house, "removed", closing="99999"
    )
    assert enter(house, "removed", closing="12.5") == ""


def test_what_was_read_before_an_instrument_came_does_not_leave_the_ledger(
    house: House, tmp_path: Path
) -> None:
    heard(house, 1_000, 1_100, 1_200)
    said = enter(house, "installed", opening="12.5")
    assert "hall_main has readings from before: an instrument stands there" in said
    came = MeterEvent("hall_main", NOON, "installed", None, 1_250, None, "li", "certificate")
    write_registry(replace(PLACES, events=(came,)), tmp_path)
    desk = Desk(house.settings, Path("/"), print, print, house)
    (found,) = [one for one in checks(desk, tmp_path) if one[0].en == "files"]
    assert "has readings from before" in found[1].en
    with pytest.raises(RegistryError, match="has readings from before"):
        take_registry(house.records, tmp_path, heard=("hall_main",), reason="x", store=house.store)
    assert registry(house).events == ()
    assert enter(house, "installed", time="2026-01-01T00:00:00+08:00", opening="10") == ""


def test_a_last_reading_that_is_wrong_stops_nobody_from_telling_the_truth(house: House) -> None:
    heard(house, 1_000, 1_100, 9_999_999)
    assert enter(house, "removed", closing="12.5") == ""


def test_check_tells_a_closing_reading_that_readings_contradict(house: House) -> None:
    assert enter(house, "removed", closing="9") == ""
    heard(house, 1_000, 1_100, 1_200)
    desk = Desk(house.settings, Path("/"), print, print, house)
    wrong = [str(text) for part, text, is_well in checks(desk, None) if part.en == "events"]
    assert len(wrong) == 1


def test_check_holds_files_to_the_readings_there_are(house: House, tmp_path: Path) -> None:
    heard(house, 1_000, 1_100, 1_200)
    for closing, is_well in ((900, False), (1_250, True)):
        gone = MeterEvent("hall_main", NOON, "removed", closing, None, None, "li", "due")
        write_registry(replace(PLACES, events=(gone,)), tmp_path)
        desk = Desk(house.settings, Path("/"), print, print, house)
        (found,) = [one for one in checks(desk, tmp_path) if one[0].en == "files"]
        assert found[2] == is_well
        assert ("is below the last reading before it" in found[1].en) != is_well


def test_a_meter_that_was_taken_away_is_neither_silent_nor_misses_readings(house: House) -> None:
    heard(house, 1_000, 1_100, 1_200)
    before = said_by_store(house)
    assert "hall_main" in before["silent"]
    assert before["meters"]["hall_main"]["missed"] > 24
    assert enter(house, "removed", closing="12.5") == ""
    after = said_by_store(house)
    assert "hall_main" not in after["silent"]
    assert after["meters"]["hall_main"]["missed"] == 12


def test_nothing_is_removed_from_where_no_instrument_stands(house: House, tmp_path: Path) -> None:
    stored(house.records, COMPUTED)
    said = enter(house, "removed", meter="both")
    assert "both is computed from others" in said
    assert "valid_from and valid_to of each in virtual.csv" in said
    gone = MeterEvent("both", NOON, "removed", None, None, None, "li", "due")
    write_registry(replace(COMPUTED, events=(gone,)), tmp_path)
    desk = Desk(house.settings, Path("/"), print, print, house)
    (found,) = [one for one in checks(desk, tmp_path) if one[0].en == "files"]
    assert (found[2], "both is computed from others" in found[1].en) == (False, True)
    with pytest.raises(RegistryError, match="both is computed from others"):
        take_registry(house.records, tmp_path, heard=(), reason="x", store=house.store)
    assert registry(house).events == ()


def test_an_event_of_a_virtual_meter_from_before_counts_for_nothing_and_is_named(
    house: House, tmp_path: Path
) -> None:
    gone = MeterEvent("both", NOON, "removed", None, None, None, "li", "due")
    stored(house.records, replace(COMPUTED, events=(gone,)))
    assert registry(house).events_of("both") == ()
    desk = Desk(house.settings, Path("/"), print, print, house)
    (wrong,) = [text.en for part, text, _ in checks(desk, None) if part.en == "events"]
    assert "both is computed from others" in wrong
    assert enter(house, "removed", closing="9") == ""
    write_registry(registry(house), tmp_path)
    take_registry(house.records, tmp_path, heard=(), reason="as it was", store=house.store)
    write_registry(replace(registry(house), events=()), tmp_path)
    take_registry(
        house.records, tmp_path, heard=(), reason="out", drop_adopted=True, store=house.store
    )
    assert [part.en for part, _, _ in checks(desk, None) if part.en == "events"] == []


def test_a_meter_that_had_events_does_not_become_one_that_is_computed(
    house: House, tmp_path: Path
) -> None:
    gone = MeterEvent("both", NOON, "removed", None, None, None, "li", "due")
    stored(house.records, replace(COMPUTED, events=(gone,), virtual=()))
    write_registry(replace(COMPUTED, events=(gone,)), tmp_path)
    with pytest.raises(RegistryError, match="both is computed from others"):
        take_registry(house.records, tmp_path, heard=(), reason="x", store=house.store)
