"""Gaps longer than two hours look like like days, and their total stays."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known
from analytics.consumption.shaping import Method, Note
from analytics.ledger.estimates import Habits, estimates_of, shaped
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span, midnight
from tests.analytics.gap_twin import shaped as slowly_shaped
from tests.analytics.gap_twin import wall
from tests.analytics.ledgers import ALWAYS
from tests.analytics.registers import PER_HOUR, Told, follow, lay
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


@pytest.mark.parametrize(
    ("hours", "first", "note"), [(2, 21, Note.NONE), (6, 2, Note.NO_LIKE_DAYS)]
)
def test_a_gap_is_even_if_it_is_short_or_nothing_is_like_it(
    hours: int, first: int, note: Note
) -> None:
    gap = Span(at(first, 7), at(first, 7 + hours))
    course = course_without(told(28), gap)
    (said,) = estimates_of(course, ALWAYS, PLAIN)
    assert shaped(course, ALWAYS, PLAIN) is course
    assert (said.method, said.note, said.days) == (Method.LINEAR, note, ())
    assert (said.start, said.end) == astuple(gap)
    assert said.steps == sum(WORK[7 : 7 + hours])


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
@settings(max_examples=8)
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
    course = follow(Told(readings, [register], 0), longest=longest)
    found = shaped(course, ALWAYS, Habits(name, calendar))
    free = (DayType.WEEKEND, DayType.HOLIDAY)
    slow = slowly_shaped(
        pieces(readings, [register], per_hour=PER_HOUR, longest=longest),
        zone,
        lambda day: calendar.day_type(day) in free,
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
