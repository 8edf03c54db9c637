"""Steps of a daily series, against a slow twin and planted cases."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clock import clock_of, daily_mean
from analytics.step import (
    AFTER_DAYS,
    BEFORE_DAYS,
    HOLD_DAYS,
    is_above_all_before,
    is_seasonal,
    levels_of,
    steps_of,
)
from energy.calendars import Calendar, DayType
from energy.span import to_ms


def slow_median(days: list[float], size: int) -> float:
    """Return the median of the known days; NaN where fewer than half of the window are known."""
    known = [day for day in days if day == day]  # noqa: PLR0124 (NaN differs from itself)
    return float(np.median(known)) if len(known) * 2 >= size else float("nan")


daily = st.lists(st.one_of(st.just(float("nan")), st.integers(0, 50).map(float)), max_size=120)


@settings(max_examples=40)
@given(daily)
def test_sliding_medians_are_those_of_each_window_alone(days: list[float]) -> None:
    levels = levels_of(np.array(days, float))
    for index in range(len(days)):
        earlier = days[max(index - BEFORE_DAYS, 0) : index]
        np.testing.assert_equal(levels.before[index], slow_median(earlier, BEFORE_DAYS))
        left = len(days) - index
        size = AFTER_DAYS if left >= AFTER_DAYS else HOLD_DAYS
        later = days[index : index + size]
        expected = slow_median(later, size) if left >= HOLD_DAYS else float("nan")
        np.testing.assert_equal(levels.after[index], expected)


def steps(value: np.ndarray) -> list[tuple[int, float, bool]]:
    levels = levels_of(value)
    found = steps_of(levels, least=np.full(len(value), 1.0), least_spreads=3.0)
    return [(step.day, step.size, step.goes_on) for step in found]


def test_a_rise_that_stays_is_one_step_on_its_day() -> None:
    assert steps(np.repeat([10.0, 15.0], 100)) == [(100, 5.0, True)]


def test_a_fall_is_no_step() -> None:
    assert steps(np.repeat([15.0, 10.0], 100)) == []


def test_a_slow_season_is_no_step() -> None:
    assert steps(10 + 8 * np.sin(np.arange(730) / 365 * 2 * np.pi)) == []


@pytest.mark.parametrize("length", [1, 3, 8])
def test_a_spike_or_a_holiday_week_is_no_step(length: int) -> None:
    value = np.full(200, 10.0)
    value[100 : 100 + length] = 50.0
    assert steps(value) == []


def test_two_weeks_on_the_new_level_are_enough_and_ten_days_are_not() -> None:
    assert steps(np.repeat([10.0, 15.0], [100, 14])) == [(100, 5.0, True)]
    assert steps(np.repeat([10.0, 15.0], [100, 10])) == []


def test_what_comes_every_year_is_a_season() -> None:
    day = np.arange(800)
    winter = levels_of(10 + 5.0 * ((day % 364) >= 250))
    (step, *_) = steps_of(winter, least=np.full(800, 1.0), least_spreads=3.0)
    late = max(steps_of(winter, least=np.full(800, 1.0), least_spreads=3.0), key=lambda s: s.day)
    assert is_seasonal(winter, late)
    assert step.day in (250, 614)
    first = levels_of(10 + 5.0 * (day >= 614))
    (only,) = steps_of(first, least=np.full(800, 1.0), least_spreads=3.0)
    assert is_seasonal(first, only) is False


def test_a_return_to_last_years_level_is_no_waste() -> None:
    value = np.full(800, 10.0)
    value[500:700] = 5.0
    (step,) = steps_of(levels_of(value), least=np.full(800, 1.0), least_spreads=3.0)
    assert step.day == 700
    assert is_seasonal(levels_of(value), step)


def test_without_a_year_nobody_knows_whether_it_is_a_season() -> None:
    levels = levels_of(np.repeat([10.0, 15.0], [250, 50]))
    (step,) = steps_of(levels, least=np.full(300, 1.0), least_spreads=3.0)
    assert is_seasonal(levels, step) is None
    assert is_above_all_before(levels, step, least_days=180) is True
    assert is_above_all_before(levels, step, least_days=250) is None


NEW_YORK = Calendar("x", {date(2026, 3, 9): DayType.HOLIDAY}, date(2027, 1, 1))


def test_the_clock_knows_short_and_long_days_weekends_and_holidays() -> None:
    zone = ZoneInfo("America/New_York")
    start = to_ms(datetime(2026, 3, 6, tzinfo=zone))
    end = to_ms(datetime(2026, 11, 3, tzinfo=zone))
    clock = clock_of(start=start, end=end, timezone="America/New_York", calendar=NEW_YORK)
    hours = np.bincount(clock.day)
    assert hours[2] == 23  # 8 March
    assert hours[(date(2026, 11, 1) - date(2026, 3, 6)).days] == 25
    assert clock.off[:5].tolist() == [False, True, True, True, False]
    assert clock.date_of(3) == date(2026, 3, 9)
    assert clock.date_of(1) - clock.date_of(0) == timedelta(days=1)
    assert clock.day_start[-1] == clock.end == end
    assert clock.hour[clock.day == 2].tolist() == [0, 1, *range(3, 24)]


def test_a_day_with_too_few_measured_hours_has_no_mean() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    start = to_ms(datetime(2026, 3, 6, tzinfo=zone))
    clock = clock_of(
        start=start, end=start + 48 * 3_600_000, timezone="Asia/Shanghai", calendar=NEW_YORK
    )
    amount = np.arange(48.0)
    amount[2:5] = np.nan
    means = daily_mean(amount, clock, hours=clock.hour < 5, at_least=4)
    assert np.isnan(means[0])
    assert means[1] == 26.0


def test_a_clock_without_an_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole hour"):
        clock_of(start=0, end=10, timezone="UTC", calendar=NEW_YORK)
