"""``jieneng tariff bill`` against the ledger, to the unit, and what it knows of the year before."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.signing import EarlierTotal
from energy.span import HOUR_MS, Span, midnight
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import earlier_ledger
from storage.tables import METER_DAY
from tests.analytics.ledgers import run_round
from tests.builders import NORTH, registry_of
from tests.jieneng.bills.test_tariff_command import METER, QUARTER_MS, bill
from tests.record_promises import stored

WATER = replace(
    METER, meter="water", kind="water", channel="w", unit="m3", step=Fraction(1, 1000),
    interval_s=3600, tariff="beijing_water_quota", max_rate=Fraction(20),
)  # fmt: skip
SEPTEMBER, NOVEMBER, AFTER = (
    midnight(day, NORTH.zone) for day in (date(2026, 9, 1), date(2026, 11, 1), date(2026, 11, 10))
)
GAP = Span(NOVEMBER - 18 * HOUR_MS, NOVEMBER + 12 * HOUR_MS)
"""Saturday 31 October 06:00 to Sunday noon."""
DAY_MS = 24 * HOUR_MS


def office() -> list[Reading]:
    """Return two months of an office: 40 kW by day, 4 kW by night, silent over a month's end."""
    count, found = 0, []
    for time in range(SEPTEMBER, AFTER + 1, QUARTER_MS):
        if not GAP.start < time < GAP.end:
            found.append(Reading("hall_main", "register", time, count))
        hour = (time - SEPTEMBER) % DAY_MS // HOUR_MS
        count += 1003 if 8 <= hour < 18 else 101
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    registry = registry_of(METER, WATER)
    stored(held.records, registry)
    held.store.write(office())
    held.store.write(
        [Reading("water", "register", time, (time - SEPTEMBER) // HOUR_MS * 100)
         for time in range(SEPTEMBER, AFTER + 1, HOUR_MS)]
    )  # fmt: skip
    run_round(held.store, registry, {"hall_main": 0, "water": 0}, now_ms=AFTER)
    yield held
    held.close()


def billed(house: House, meter: str, month: str, component: str, **terms: str) -> Fraction:
    """Return the amount that a bill multiplies by the prices of a component [display units]."""
    said, wrong = bill(house, meter, month=month, **terms)
    assert wrong == ""
    lines = json.loads(said[0])["lines"]
    found = [Fraction(one["quantity"]) for one in lines if one["component"] == component]
    return sum(found, Fraction(0))


def booked(house: House, meter: str, month: date) -> Fraction:
    """Return the amount of a month in the ledger [kWh]."""
    until = (month + timedelta(days=31)).replace(day=1)
    span = Span(midnight(month, NORTH.zone), midnight(until, NORTH.zone))
    days = house.store.points(METER_DAY, where=(("meter", (meter,)),), span=span)
    return Fraction(int(days["amount"].sum()), 1000)


def test_a_gap_over_the_end_of_a_month_is_on_the_bill_what_it_is_in_the_ledger(
    house: House,
) -> None:
    october = booked(house, "hall_main", date(2026, 10, 1))
    assert billed(house, "hall_main", "2026-10", "funds") == october
    # 18 of the 30 hours of the gap are October's, with all of Saturday's day but two hours: laid
    # evenly it would be another amount.
    whole, before = office(), [one for one in office() if one.time <= GAP.start]
    rise = next(one.value for one in whole if one.time == GAP.end) - before[-1].value
    opened = next(one.value for one in whole if one.time == SEPTEMBER + 30 * DAY_MS)
    even = Fraction(int(before[-1].value - opened + rise * 18 // 30), 100)
    assert abs(october - even) > 10


def test_each_part_of_a_split_month_is_billed_as_the_ledger_has_it(house: House) -> None:
    for month in (date(2026, 9, 1), date(2026, 11, 1)):
        own = booked(house, "hall_main", month)
        assert own > 0
        assert billed(house, "hall_main", f"{month:%Y-%m}", "funds") == own


def test_months_before_the_first_reading_are_named_and_the_surcharge_is_the_least(
    house: House,
) -> None:
    said, _ = bill(house, "water", month="2026-10", quota="100")
    found = json.loads(said[0])
    assert found["used_before"] == 30 * 24 * 100
    assert found["used_before_unknown"] == [f"2026-0{month}" for month in range(1, 9)]
    assert "72.000 m3 is known, and not all of 2026-01, 2026-02" in found["missing"][0]
    # 72 m³ in September and 74.4 in October are 46.4 above 100.
    assert billed(house, "water", "2026-10", "tiers", quota="100") == Fraction("46.4")
    lines = [one["en"] for one in found["lines"] if one["component"] == "tiers"]
    assert all(one.endswith(", at least") for one in lines)


def test_what_was_used_before_can_be_given(house: House) -> None:
    terms = {"quota": "100", "used-before": "95"}
    assert billed(house, "water", "2026-10", "tiers", **terms) == Fraction("69.4")
    said, _ = bill(house, "water", month="2026-10", **terms)
    assert json.loads(said[0])["missing"] == []


def test_earlier_totals_stand_for_months_before_the_meters(house: House) -> None:
    with house.records.session() as session:
        totals = [
            EarlierTotal(
                institution="town", kind="water", month=date(2026, month, 1), amount=10_000
            )
            for month in range(1, 9)
        ]
        earlier_ledger.add(session, totals, author="Li", source="book")
    said, _ = bill(house, "water", month="2026-10", quota="100")
    found = json.loads(said[0])
    assert found["used_before"] == 8 * 10_000 + 72_000
    assert found["missing"] == []


def test_without_a_quota_nothing_is_said_of_the_year_before(house: House) -> None:
    said, _ = bill(house, "water", month="2026-10")
    assert ["quota" in one for one in json.loads(said[0])["missing"]] == [True]
