"""Submitting and closing say until when readings of the period have come."""

from dataclasses import replace

from jieneng.registry.intake import take_registry
from jieneng.wiring import House
from storage.records import health
from storage.registry.files import write_registry
from tests.builders import registry_of
from tests.jieneng.ledger.test_ledger_commands import (
    HOURS_OF_MAY,
    METER,
    house,
    person,
    step,
    tell,
)

__all__ = ["house"]


def signed(house: House) -> list[str]:
    """Submit May and close it; return what closing says."""
    everything = person(house, "filler", "statistics_head", "unit_head")
    assert step(house, "submit", everything)[-1] == "0"
    said = step(house, "close", everything)
    assert said[-1] == "0", said
    return said


def test_a_meter_that_was_last_read_before_the_period_ends_is_named_with_that_time(
    house: House,
) -> None:
    tell(house, range(HOURS_OF_MAY))
    said = signed(house)
    assert said[-2].startswith("hall_main: readings have come until 2026-05-31 23:00, before the")


def test_a_reading_at_the_very_end_is_all_of_the_period(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 1))
    assert not [line for line in signed(house) if "hall_main" in line]


def test_a_meter_that_never_said_anything_is_named(house: House) -> None:
    silent = replace(METER, meter="annex_main", channel="annex")
    write_registry(registry_of(METER, silent), house.settings.state_dir / "more")
    take_registry(house.records, house.settings.state_dir / "more", heard=(), reason="more")
    tell(house, range(HOURS_OF_MAY + 1))
    assert "annex_main: no reading has ever come." in signed(house)


def test_what_a_collector_holds_is_counted(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 1))
    with house.records.session() as session:
        health.put(session, "cellar", {"spooled": 3}, house.clock())
    assert signed(house)[-2].startswith("3 readings of the collector not in the store yet may be")
