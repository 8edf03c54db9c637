"""Gaps longer than two hours look like like days, and their total stays."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known
from analytics.consumption.shaping import Method, Note
from analytics.ledger.estimates import Habits, estimates_of, filled, shaped
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span, midnight
from tests.analytics.consumption.gap_twin import shaped as slowly_shaped
from tests.analytics.consumption.gap_twin import wall
from tests.analytics.consumption.registers import PER_HOUR, Told, follow, lay
from tests.analytics.ledgers import ALWAYS
from tests.naive import Register, pieces

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
DAY = 24 * HOUR_MS
PLAIN = Habits("Asia/Shanghai", Calendar("plain", {}, date(2000, 1, 1)))
WORK = [1] * 8 + [9] * 10 + [1] * 6
"""Steps in each hour of a workday: 104 in all."""
FREE = [1] * 24


def told(days: int, *, zone: ZoneInfo = BEIJING) -> list[tuple[int, int]]:
    """Return hourly readings of workdays and free days from a Monday on."""
    start, end = midnight(MONDAY, zone), midnight(MONDAY + timedelta(days=days), zone)
    found, count = [], 0
    for time in range(start, end + 1, HOUR_MS):
        found.append((time, count))
        hour = (time - start) // HOUR_MS
        count += (FREE if hour // 24 % 7 >= 5 else WORK)[hour % 24]
    return found


def course_without(readings: Sequence[tuple[int, int]], *gaps: Span) -> Course:
    kept = [one for one in readings if not any(gap.start < one[0] < gap.end for gap in gaps)]
    register = Register(None, None, 1_000_000)
    return follow(Told(kept, [register], 0), longest=HOUR_MS * 3 // 2)


def at(day: int, hour: int) -> int:
    return midnight(MONDAY, BEIJING) + day * DAY + hour * HOUR_MS


def hourly(course: Course, start: int, end: int) -> list[int]:
    return [int(one) for one in lay(course, range(start, end + 1, HOUR_MS)).amount]


def test_a_workday_that_nobody_read_looks_like_the_workdays_before() -> None:
    gap = Span(at(21, 0), at(22, 0))
    course = course_without(told(28), gap)
    found = shaped(course, ALWAYS, PLAIN)
    assert hourly(course, *astuple(gap)) != WORK
    assert hourly(found, *astuple(gap)) == WORK


def test_a_gap_over_a_weekend_is_full_on_friday_and_low_on_saturday() -> None:
    gap = Span(at(25, 12), at(28, 0))
    course = course_without(told(35), gap)
    (said,) = estimates_of(course, ALWAYS, PLAIN)
    found = hourly(shaped(course, ALWAYS, PLAIN), *astuple(gap))
    assert found == WORK[12:] + FREE * 2
    assert said.method is Method.LIKE_DAYS
    free = [day.weekday() >= 5 for day in said.days]
    assert (free.count(False), free.count(True)) == (10, 6)


def test_a_shape_is_scaled_to_what_the_register_says() -> None:
    gap = Span(at(21, 0), at(22, 0))
    readings = [(time, value + 104 * (time >= gap.end)) for time, value in told(28)]
    found = shaped(course_without(readings, gap), ALWAYS, PLAIN)
    assert hourly(found, *astuple(gap)) == [2 * one for one in WORK]


@pytest.mark.parametrize(("hours", "days", "note"), [(2, 26, Note.NONE), (6, 3, Note.NO_LIKE_DAYS)])
def test_a_gap_is_even_if_it_is_short_or_nothing_is_like_it(
    hours: int, days: int, note: Note
) -> None:
    gap = Span(at(days - 2, 7), at(days - 2, 7 + hours))
    course = course_without(told(days), gap)
    (said,) = estimates_of(course, ALWAYS, PLAIN)
    assert shaped(course, ALWAYS, PLAIN) is course
    assert (said.method, said.note, said.days) == (Method.LINEAR, note, ())
    assert (said.start, said.end) == astuple(gap)
    assert said.steps == sum(WORK[7 : 7 + hours])


def test_a_gap_of_a_new_meter_has_the_profile_of_the_hours_around_it() -> None:
    gap = Span(at(2, 0), at(3, 0))
    course = course_without(told(28), gap)
    found, (said,) = filled(course, ALWAYS, PLAIN)
    assert hourly(found, *astuple(gap)) == WORK
    assert said.method is Method.PROFILE
    workdays = [day for day in range(18) if day % 7 < 5 and day != 2]
    assert said.days == tuple(MONDAY + timedelta(days=day) for day in workdays)


def test_a_meter_that_loses_an_hour_of_every_day_has_a_profile_of_the_others() -> None:
    gap = Span(at(23, 6), at(23, 20))
    lost = [Span(at(day, day % 24), at(day, day % 24 + 2)) for day in range(28) if day != 23]
    found, said = filled(course_without(told(28), gap, *lost), ALWAYS, PLAIN)
    assert hourly(found, *astuple(gap)) == WORK[6:20]
    assert Method.PROFILE in {one.method for one in said}
    assert Method.LIKE_DAYS not in {one.method for one in said}


@pytest.mark.parametrize(("days", "method"), [(5, Method.LINEAR), (6, Method.PROFILE)])
def test_a_profile_needs_three_measured_hours_of_each(days: int, method: Method) -> None:
    """The gap is on the first Tuesday; Monday, Thursday and Friday are measured."""
    gap = Span(at(1, 6), at(2, 20))
    course = course_without(told(days), gap, *[] if days == 6 else [Span(at(4, 0), at(4, 24))])
    said = estimates_of(course, ALWAYS, PLAIN)[0]
    assert said.method is method


@pytest.mark.parametrize(("days", "method"), [(62, Method.PROFILE), (63, Method.LINEAR)])
def test_a_gap_of_more_than_two_months_has_no_profile(days: int, method: Method) -> None:
    gap = Span(at(1, 0), at(1 + days, 0))
    (said,) = estimates_of(course_without(told(90), gap), ALWAYS, PLAIN)
    assert said.method is method


def test_a_gap_is_even_where_like_days_used_nothing() -> None:
    gap = Span(at(21, 0), at(22, 0))
    readings = [(time, 7 * (time >= gap.end)) for time, _ in told(28)]
    course = course_without(readings, gap)
    (said,) = estimates_of(course, ALWAYS, PLAIN)
    assert shaped(course, ALWAYS, PLAIN) is course
    assert (said.note, said.steps) == (Note.NO_USE, 7)


def test_days_with_a_gap_and_days_after_it_give_no_shape() -> None:
    gap, other = Span(at(21, 0), at(22, 0)), Span(at(17, 3), at(17, 5))
    course = course_without(told(35), gap, other)
    said = estimates_of(course, ALWAYS, PLAIN)[1]
    assert max(said.days) == MONDAY + timedelta(days=18)
    assert MONDAY + timedelta(days=17) not in said.days


def test_a_make_up_workday_looks_like_workdays_and_a_holiday_like_weekends() -> None:
    saturday, tuesday = MONDAY + timedelta(days=26), MONDAY + timedelta(days=22)
    exceptions = {saturday: DayType.MAKEUP, tuesday: DayType.HOLIDAY}
    habits = replace(PLAIN, calendar=Calendar("cn", exceptions, date(2027, 1, 1)))
    holiday, makeup = Span(at(22, 0), at(23, 0)), Span(at(26, 0), at(27, 0))
    readings = told(35)
    course = course_without(readings, holiday, makeup)
    found = shaped(course, ALWAYS, habits)
    assert len(set(hourly(found, *astuple(holiday)))) <= 2
    assert sum(hourly(found, *astuple(makeup))[8:18]) == 24 * 98 // 104 - 24 * 8 // 104


def in_winter(days: int) -> tuple[list[tuple[int, int]], dict[date, int]]:
    """Return readings of days that are cold one by one, 9 steps an hour at night, and how cold."""
    found, count = [], 0
    for hour in range(days * 24 + 1):
        found.append((at(0, hour), count))
        is_cold, is_night = hour // 24 % 2 == 0, hour % 24 < 8
        count += 9 if is_cold == is_night else 1
    cold = {MONDAY + timedelta(days=day): -500 if day % 2 == 0 else 1500 for day in range(days)}
    return found, cold


def test_a_day_looks_like_the_days_that_were_as_cold() -> None:
    readings, cold = in_winter(28)
    gap = Span(at(22, 0), at(23, 0))
    course = course_without(readings, gap)
    habits = replace(PLAIN, temperatures=lambda _span: cold)
    found, (said,) = filled(course, ALWAYS, habits)
    night, day = [9] * 8, [1] * 16
    # 8 workdays as cold weigh 1000 each, the 8 that were 20 K warmer 9 each: less than a step.
    apart = np.subtract(hourly(found, *astuple(gap)), [*night, *day])
    assert np.abs(apart).max() <= 1
    apart = np.subtract(hourly(shaped(course, ALWAYS, PLAIN), *astuple(gap)), [*night, *day])
    assert np.abs(apart).max() >= 3
    assert said.method is Method.SIMILAR_DAYS
    assert len(said.days) == 16


@pytest.mark.parametrize("unknown", [range(22, 23), range(22)])
def test_where_a_temperature_is_missing_like_days_give_the_shape(unknown: range) -> None:
    readings, cold = in_winter(28)
    for day in unknown:
        del cold[MONDAY + timedelta(days=day)]
    course = course_without(readings, Span(at(22, 0), at(23, 0)))
    _, (said,) = filled(course, ALWAYS, replace(PLAIN, temperatures=lambda _span: cold))
    assert (said.method, len(said.days)) == (Method.LIKE_DAYS, 10)


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25)])
def test_a_day_of_23_or_25_hours_goes_by_the_clock_on_the_wall(month: int, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    sunday = date(2026, month, 29 if month == 3 else 25)
    first = midnight(sunday - timedelta(days=21), zone)
    gap = Span(midnight(sunday, zone), midnight(sunday + timedelta(days=1), zone))
    assert gap.end - gap.start == hours * HOUR_MS
    readings, count = [], 0
    for time in range(first, gap.end + DAY, HOUR_MS):
        readings.append((time, count))
        count += 20 if wall(time, zone).hour == 2 else 1
    habits = replace(PLAIN, timezone="Europe/Berlin")
    found = hourly(shaped(course_without(readings, gap), ALWAYS, habits), *astuple(gap))
    night = [1, 1, *[20] * (hours - 23), *[1] * 21]
    assert found == night


ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "Australia/Lord_Howe"]


@given(st.integers(0, 2**32), st.sampled_from(ZONES))
@settings(max_examples=12)
def test_shapes_are_what_their_slow_twin_says(seed: int, name: str) -> None:
    chance = Random(seed)  # noqa: S311 - not a secret
    zone = ZoneInfo(name)
    readings, count = [], 0
    for place in range(46 * 12):
        time = midnight(MONDAY, zone) + place * 2 * HOUR_MS + chance.randrange(0, 900_000)
        count += chance.choice([0, 3, 30, 250])
        readings.append((time, count))
    for _ in range(4):
        begin = chance.randrange(1, len(readings) - 1)
        del readings[begin : begin + chance.choice([1, 2, 14, 30])]
    register, longest = Register(None, None, 10**8), 3 * HOUR_MS
    days = chance.sample(range(46), 6)
    exceptions = {MONDAY + timedelta(days=day): chance.choice(list(DayType)) for day in days}
    calendar = Calendar("any", exceptions, date(2027, 1, 1))
    dates = chance.sample(range(46), chance.choice([0, 30, 46]))
    warm = {MONDAY + timedelta(days=day): chance.randrange(-900, 900) for day in dates}
    course = follow(Told(readings, [register], 0), longest=longest)
    found, said = filled(course, ALWAYS, Habits(name, calendar, lambda _span: warm))
    event(f"gaps are {', '.join(sorted({one.method for one in said}))}")
    free = (DayType.WEEKEND, DayType.HOLIDAY)
    slow = slowly_shaped(
        pieces(readings, [register], per_hour=PER_HOUR, longest=longest),
        zone,
        lambda day: calendar.day_type(day) in free,
        warm,
    )
    assert found.time.tolist() == [slow[0].start, *(one.end for one in slow)]
    assert np.diff(found.count).tolist() == [one.steps for one in slow]
    assert set(course.time.tolist()) <= set(found.time.tolist())


def test_shaped_hours_are_estimated_and_add_up_to_the_register() -> None:
    """Invariant 11, allocation."""
    gap = Span(at(21, 5), at(23, 9))
    found = shaped(course_without(told(28), gap), ALWAYS, PLAIN)
    hours = lay(found, range(at(21, 0), at(24, 0) + 1, HOUR_MS), Fraction(1, 3))
    assert int(hours.amount_estimated.sum()) <= int(hours.amount.sum()) == 3 * 104 // 3
    assert int(hours.estimated_ms.sum()) == gap.end - gap.start
    assert set(found.known.tolist()) == {Known.MEASURED, Known.ESTIMATED}
