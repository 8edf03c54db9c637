from dataclasses import replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.meter import Meter
from energy.reading import Quality, Reading
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from storage.engines.memory import MemoryStore
from storage.tables import (
    METER_DAY,
    METER_HOUR,
    METER_MONTH,
    METER_YEAR,
    PERIOD,
    PLACE_DAY,
    PLACE_HOUR,
    PLACE_MONTH,
    PLACE_YEAR,
    TEMPERATURE,
)
from tests.analytics.ledgers import ledger_of, points
from tests.builders import HALL, MAIN_METER, NORTH, WEATHER, registry_of

BEIJING = ZoneInfo("Asia/Shanghai")
START = midnight(date(2026, 2, 25), BEIJING)
MAIN = replace(MAIN_METER, ratio=Fraction(1))
"""10 Wh a step."""
OTHER = replace(MAIN, meter="annex_main", building="annex", channel="ep_annex")
ANNEX = replace(HALL, building="annex", area_m2=500)
SUMS = ["amount", "amount_estimated", "measured_s", "estimated_s", "unresolved_s"]
WORTH = ["cost", "coal", "co2"]


def hourly(meter: Meter, rises: list[int], *, start: int = START, first: int = 0) -> list[Reading]:
    counts = np.cumsum([first, *rises])
    return [
        Reading(meter.meter, "register", start + place * HOUR_MS, int(count) % meter.modulus)
        for place, count in enumerate(counts)
    ]


def two_buildings() -> Registry:
    return registry_of(MAIN, OTHER, buildings=(HALL, ANNEX))


def totals(frame: pd.DataFrame) -> list[int]:
    return [int(frame[name].sum()) for name in [*SUMS, *WORTH]]


RISES = st.lists(st.integers(0, 5000), min_size=200, max_size=200)


@given(RISES, st.sets(st.integers(1, 199), max_size=30))
@settings(max_examples=6)
def test_hours_add_up_to_days_months_and_years_of_every_place(
    rises: list[int], lost: set[int]
) -> None:
    """Invariant 3, rollup."""
    kept = [one for place, one in enumerate(hourly(MAIN, rises)) if place not in lost]
    store = ledger_of(
        two_buildings(), [*kept, *hourly(OTHER, rises[::-1])], now_ms=START + 201 * HOUR_MS
    )
    meters = [
        totals(points(store, one)) for one in (METER_HOUR, METER_DAY, METER_MONTH, METER_YEAR)
    ]
    places = [
        totals(points(store, one, level=level))
        for one in (PLACE_HOUR, PLACE_DAY, PLACE_MONTH, PLACE_YEAR)
        for level in ("building", "institution", "district")
    ]
    assert meters[0][0] == 2 * 10 * sum(rises)
    assert all(one == meters[0] for one in meters + places)


def test_the_night_costs_one_yuan_and_the_day_two() -> None:
    store = ledger_of(registry_of(MAIN), hourly(MAIN, [100] * 24), now_ms=START + 24 * HOUR_MS)
    hours = points(store, METER_HOUR)
    assert hours["amount"].tolist() == [1000] * 24
    assert hours["cost"].tolist() == [1_000_000] * 8 + [2_000_000] * 12 + [1_000_000] * 4
    assert points(store, METER_DAY)["cost"].tolist() == [36_000_000]
    assert points(store, METER_DAY)["coal"].tolist() == [24 * 122_900]


def test_co2_follows_the_factor_in_force_on_the_local_date() -> None:
    store = ledger_of(registry_of(MAIN), hourly(MAIN, [100] * 24 * 5), now_ms=START)
    days = points(store, METER_DAY)
    assert days["co2"].tolist() == [24 * 556_800] * 4 + [24 * 536_600]


def test_what_has_no_price_has_no_cost_rather_than_none_to_pay() -> None:
    free = replace(MAIN, tariff="")
    store = ledger_of(registry_of(free), hourly(free, [100] * 24), now_ms=START)
    assert points(store, METER_HOUR)["cost"].isna().all()
    assert points(store, PLACE_YEAR)["cost"].isna().all()


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_days_on_which_the_clock_changes_have_23_and_25_hours(day: date, hours: int) -> None:
    """Invariant 12, clock changes."""
    zone = ZoneInfo("Europe/Berlin")
    registry = registry_of(MAIN, sites=(replace(NORTH, timezone="Europe/Berlin"),))
    start = midnight(day, zone)
    store = ledger_of(registry, hourly(MAIN, [100] * 48, start=start), now_ms=start)
    first = points(store, METER_DAY).iloc[0]
    assert (first["time"], first["amount"], first["measured_s"]) == (
        start,
        hours * 1000,
        hours * 3600,
    )
    assert first["period_s"] == hours * 3600


def test_hours_are_cut_at_a_local_midnight_that_is_not_a_whole_utc_hour() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    registry = registry_of(MAIN, sites=(replace(NORTH, timezone="Asia/Kolkata"),))
    start = midnight(date(2026, 5, 1), zone)
    store = ledger_of(registry, hourly(MAIN, [100] * 48, start=start), now_ms=start)
    assert points(store, METER_DAY)["amount"].tolist() == [24_000, 24_000]
    assert points(store, METER_HOUR)["period_s"].tolist()[:2] == [1800, 3600]
    assert points(store, PLACE_HOUR, level="building")["period_s"].tolist()[:2] == [1800, 3600]


def test_a_silent_main_shows_as_time_not_covered_and_the_known_part_stays() -> None:
    start = midnight(date(2026, 3, 1), BEIJING)
    readings = [
        *hourly(MAIN, [100] * 48, start=start),
        *hourly(OTHER, [100] * 24, start=start),
    ]
    store = ledger_of(two_buildings(), readings, now_ms=start + 48 * HOUR_MS)
    days = points(store, PLACE_DAY, level="district")
    assert days["amount"].tolist() == [48_000, 24_000]
    assert days["measured_s"].tolist() == [2 * 86_400, 86_400]
    assert days["period_s"].tolist() == [2 * 86_400, 2 * 86_400]


def test_an_unresolved_hour_has_no_amount_and_says_so() -> None:
    values = [50_000, 50_100, 10, 110, 210, 310, 410]
    readings = [
        Reading("hall_main", "register", START + place * HOUR_MS, value)
        for place, value in enumerate(values)
    ]
    hours = points(ledger_of(registry_of(MAIN), readings, now_ms=START), METER_HOUR)
    assert hours["unresolved_s"].tolist() == [0, 3600, 0, 0, 0, 0]
    assert hours["amount"].isna().tolist() == [False, True, False, False, False, False]


def year_of(store: MemoryStore, period: str) -> pd.Series:
    rows = points(store, PERIOD, level="district", period=period)
    assert len(rows) == 1
    return rows.iloc[0]


def test_this_month_is_compared_with_as_much_of_the_month_a_year_before() -> None:
    before = midnight(date(2025, 5, 1), BEIJING)
    now = midnight(date(2026, 5, 1), BEIJING)
    readings = [
        *hourly(MAIN, [100] * 24 * 30, start=before),
        *hourly(MAIN, [150] * 24 * 10, start=now, first=72_000),
    ]
    store = ledger_of(registry_of(MAIN), readings, now_ms=now + 10 * 24 * HOUR_MS + 1)
    month = year_of(store, "month")
    assert (month["amount"], month["amount_before"]) == (360_000, 240_000)
    assert month["change"] == pytest.approx(0.5)
    assert month["per_area"] == pytest.approx(360.0)
    assert month["per_person"] == pytest.approx(7200.0)
    assert month["covered"] == pytest.approx(1.0)


def test_a_month_with_missing_days_is_never_a_saving() -> None:
    before = midnight(date(2025, 5, 1), BEIJING)
    now = midnight(date(2026, 5, 1), BEIJING)
    last = hourly(MAIN, [150] * 24, start=now + 9 * 24 * HOUR_MS, first=72_000)
    store = ledger_of(
        registry_of(MAIN, OTHER, buildings=(HALL, ANNEX)),
        [
            *hourly(MAIN, [100] * 24 * 30, start=before),
            *hourly(OTHER, [100] * 24 * 30, start=before),
            *last,
        ],
        now_ms=now + 10 * 24 * HOUR_MS + 1,
    )
    month = year_of(store, "month")
    assert pd.isna(month["change"])
    assert month["amount_before"] == 480_000


def test_temperature_is_the_mean_of_the_hour_and_absent_where_nothing_was_read() -> None:
    values = [(0, 10.0), (HOUR_MS // 2, 12.0), (2 * HOUR_MS, 5.0)]
    readings = [Reading("weather_north", "gauge", START + at, value) for at, value in values]
    readings += [
        Reading("weather_north", "gauge", START + HOUR_MS // 4 + mark, 90.0, quality=mark)
        for mark in (Quality.BAD, Quality.UNCERTAIN)
    ]
    store = ledger_of(registry_of(MAIN, WEATHER), readings, now_ms=START + 3 * HOUR_MS)
    hours = points(store, TEMPERATURE)
    assert hours["time"].tolist() == [START, START + 2 * HOUR_MS]
    assert hours["mean"].tolist() == [11.0, 5.0]
    assert hours["readings"].tolist() == [2, 1]
