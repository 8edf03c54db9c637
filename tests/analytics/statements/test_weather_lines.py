"""Lines of a day's amount on its temperature: found where there is one, and by no chance."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from analytics.statements.year_on_year.change import WEATHER
from analytics.statements.year_on_year.effects import split_of
from analytics.statements.year_on_year.weather import COOLING, HEATING, Day, lines_on
from analytics.statements.year_on_year.years import day_temperatures, days_to_learn_from
from energy.period import Stretch
from energy.span import HOUR_MS
from storage.engines.memory import MemoryStore
from storage.tables import TEMPERATURE
from tests.analytics.ledgers import ALWAYS
from tests.analytics.statements.changes import BEFORE, KWH, NOW, a_year, flat, seasons, side

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(("kind", "sorts"), [("electricity", {COOLING}), ("gas", set())])
def test_cooling_is_found_where_a_kind_may_cool(kind: str, sorts: set[int]) -> None:
    def cool(day: Day) -> int:
        return round(90 * KWH + 5 * KWH * max((day.temperature_c or 0) - 24, 0))

    learnt = a_year(cool, seasons)
    assert [(line.sort, line.balance_c) for line in lines_on(learnt)] == [(COOLING, 24.0)]
    july = learnt[181:212]
    hotter = [day._replace(temperature_c=(day.temperature_c or 0) + 1) for day in july]
    split = split_of(kind, side(july), side(hotter), learnt)
    assert bool(split.effect(WEATHER).amount) == bool(sorts)


def test_a_line_withstands_days_of_a_broken_boiler() -> None:
    def heat(day: Day) -> int:
        if day.day.day in (7, 8):
            return 0
        return round(7 * KWH * max(16 - (day.temperature_c or 0), 0))

    (line,) = lines_on(a_year(heat, seasons), [HEATING])
    assert line.balance_c == 16.0
    assert line.slope == pytest.approx(7 * KWH, rel=0.01)


@pytest.mark.parametrize("days", [365, 60, 31])
def test_chance_is_not_taken_for_weather(days: int) -> None:
    found = 0
    for seed in range(200):
        chance = np.random.default_rng(seed).normal(100 * KWH, 20 * KWH, 365).astype(int).tolist()
        year = zip(a_year(flat, seasons), chance, strict=True)
        learnt = [day._replace(amount=amount) for day, amount in year]
        found += len(lines_on(learnt[:days]))
    assert found == 0


def test_days_off_that_happen_to_be_cold_bend_no_line() -> None:
    chance = np.random.default_rng(1).normal(0, 10, 365)

    def heat(day: Day) -> int:
        level = (100 if day.is_workday else 20) + float(chance[day.day.timetuple().tm_yday - 1])
        return round(level * KWH + 7 * KWH * max(16 - (day.temperature_c or 0), 0))

    warmer = {True: 3, False: -3}
    days = [
        day._replace(temperature_c=(day.temperature_c or 0) + warmer[day.is_workday])
        for day in a_year(flat, seasons)
    ]
    (line,) = lines_on([day._replace(amount=heat(day)) for day in days])
    assert (line.sort, line.balance_c) == (HEATING, 16.0)
    assert line.slope == pytest.approx(7 * KWH, rel=0.02)


def test_heating_and_cooling_of_one_building_are_told_apart() -> None:
    def both(day: Day) -> int:
        warm = day.temperature_c or 0
        return round(90 * KWH + 4 * KWH * max(14 - warm, 0) + 6 * KWH * max(warm - 22, 0))

    heating, cooling = lines_on(a_year(both, seasons))
    assert (heating.sort, heating.balance_c) == (HEATING, 14.0)
    assert (cooling.sort, cooling.balance_c) == (COOLING, 22.0)
    assert heating.slope == pytest.approx(4 * KWH, rel=0.01)
    assert cooling.slope == pytest.approx(6 * KWH, rel=0.01)


def test_days_near_in_the_season_are_learnt_from_on_both_ends_of_the_year() -> None:
    days = two_years(flat)
    learnt = {day.day for day in days_to_learn_from(days, BEFORE, NOW)}
    assert {date(2025, 1, 1), date(2025, 3, 31), date(2025, 11, 2), date(2025, 12, 31)} <= learnt
    assert not {date(2025, 4, 2), date(2025, 7, 1), date(2025, 11, 1), date(2026, 1, 1)} & learnt


def test_a_first_year_is_learnt_from_as_far_as_it_has_come() -> None:
    begun = date(2025, 12, 15)
    days = [day if day.day >= begun else day._replace(amount=None) for day in two_years(flat)]
    learnt = days_to_learn_from(days, BEFORE, NOW)
    assert learnt[-1].day == date(2026, 1, 31)


def test_a_day_needs_eighteen_hours_for_a_temperature_and_gauges_count_alike() -> None:
    store = MemoryStore()
    start = Stretch(date(2025, 1, 1), date(2025, 1, 3)).span(ZONE).start
    told = [("north", hour, 1.0) for hour in range(18)]
    told += [("north", hour, 9.0) for hour in range(24, 41)]
    told += [("south", hour, 3.0) for hour in range(18)]
    frame = pd.DataFrame(
        {
            "time": [start + hour * HOUR_MS for _, hour, _ in told],
            "site": ["site"] * len(told),
            "meter": [gauge for gauge, _, _ in told],
            "mean": [mean for _, _, mean in told],
            "readings": [1] * len(told),
        }
    ).astype({"site": "str", "meter": "str"})
    store.replace(TEMPERATURE, frame, tags={"site": "site"}, span=ALWAYS)
    found = day_temperatures(store, "site", Stretch(date(2025, 1, 1), date(2025, 1, 3)), ZONE)
    assert found == {date(2025, 1, 1): 2.0}


def two_years(amount: Callable[[Day], int]) -> list[Day]:
    """Return the days of 2025 and of January 2026."""
    year = a_year(amount, seasons)
    return year + [day._replace(day=day.day + timedelta(days=365)) for day in year[:31]]
