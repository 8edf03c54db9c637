"""What a meter did not say before it was first heard is missing; where none stood, nothing is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from energy.meter import INSTALLED, REMOVED, MeterEvent
from energy.span import midnight
from jieneng.wiring import House
from tests.amount_house import DISTRICT, KWH, MAIN, SCHOOL_MAIN, amounts, opened, tell
from tests.builders import NORTH, registry_of
from tests.jieneng.ledger.test_ledger_commands import ask

DAY_S = 86_400
UNHEARD_DAYS = 31 + 28 + 31
"""January to March of 2026: the meters of the house were first heard in April."""
SILENT_DAYS = 9
"""Since July, up to the present."""
INSTALLED_IN_APRIL = MeterEvent(
    MAIN.meter, midnight(date(2026, 4, 1), NORTH.zone), INSTALLED, None, 0, None, "li", "new house"
)
REMOVED_IN_JUNE = MeterEvent(
    MAIN.meter,
    midnight(date(2026, 6, 11), NORTH.zone),
    REMOVED,
    71 * 24 * 100,
    None,
    None,
    "li",
    "sold",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A town that counts 1 kWh an hour and a school that counts 3, both from April to June."""
    held = opened(tmp_path, replace(DISTRICT, meters=(MAIN, SCHOOL_MAIN)))
    tell(held, (MAIN, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    yield held
    held.close()


def alone(found: dict[str, Any]) -> dict[str, Any]:
    (amount,) = found["amounts"]
    return dict(amount)


def notes(amount: dict[str, Any]) -> str:
    return " ".join(note["en"] for note in amount["notes"])


def days(amount: dict[str, Any]) -> tuple[float, float]:
    """Return the days that are measured, and those that are missing."""
    return amount["measured_s"] / DAY_S, amount["missing_s"] / DAY_S


@pytest.mark.parametrize("place", ["hall_main", "hall", "town"])
def test_months_before_a_meter_was_first_heard_are_missing_from_the_year(
    house: House, place: str
) -> None:
    year = alone(amounts(house, place, "2026"))
    assert year["amount"] == 91 * 24 * KWH
    assert days(year) == (91, UNHEARD_DAYS + SILENT_DAYS)
    assert "hall_main was first heard in 2026-04" in notes(year)
    assert "the amount is missing" not in notes(year)


def test_the_district_lacks_what_each_of_its_meters_lacks(house: House) -> None:
    year = alone(amounts(house, "district", "2026"))
    assert days(year) == (2 * 91, 2 * (UNHEARD_DAYS + SILENT_DAYS))
    assert year["partly"] == ["school", "town"]


def test_nothing_is_due_before_a_meter_was_installed_and_after_it_was_removed(
    tmp_path: Path,
) -> None:
    events = (INSTALLED_IN_APRIL, REMOVED_IN_JUNE)
    house = opened(tmp_path, registry_of(MAIN, events=events))
    tell(house, (MAIN,), date(2026, 4, 1), date(2026, 6, 11))

    for place in ("hall_main", "hall", "town"):
        year, june, july = (
            alone(amounts(house, place, period)) for period in ("2026", "2026-06", "2026-07")
        )
        assert (days(year), year["amount"]) == ((71, 0), 71 * 24 * KWH)
        assert (days(june), june["amount"]) == ((10, 0), 10 * 24 * KWH)
        assert (days(july), july["amount"], july["is_blank"]) == ((0, 0), None, True)
        assert (
            notes(july) == "hall_main was removed on 2026-06-11: after that nothing is due of it."
        )
    house.close()


def test_the_total_of_a_month_is_whole_after_one_of_two_mains_was_removed(tmp_path: Path) -> None:
    gas = replace(
        MAIN,
        meter="gas_main",
        channel="gas",
        kind="gas",
        unit="m3",
        tariff="",
        step=Fraction(1, 1000),
    )
    house = opened(tmp_path, registry_of(MAIN, gas, events=(REMOVED_IN_JUNE,)))
    tell(house, (MAIN, gas), date(2026, 4, 1), date(2026, 7, 10))

    _, said = ask(house, "statement", "say", institution="town", period="2026-07", language="en")
    missing = [line.split("   ")[0] for line in said if "missing" in line]
    assert any(line.startswith("2026-07   electricity") and "— kWh" in line for line in said)
    assert not {"comprehensive energy", "CO₂ scope 1, by location"} & {*missing}
    assert "energy per floor area" not in missing
    house.close()


def test_a_main_that_was_never_heard_is_named_as_missing_in_figure_and_statement(
    tmp_path: Path,
) -> None:
    second = replace(MAIN, meter="second_main", channel="second")
    house = opened(tmp_path, registry_of(MAIN, second))
    tell(house, (MAIN,), date(2026, 4, 1), date(2026, 7, 1))

    may = alone(amounts(house, "town", "2026-05"))
    assert (days(may), may["amount"]) == ((31, 31), 31 * 24 * KWH)
    assert "second_main has never been heard: what it counts is missing." in notes(may)
    assert alone(amounts(house, "second_main", "2026-05"))["amount"] is None
    house.close()
