"""The profile of a meter around a gap: its measured hours on both sides, where no days are like it.

So a meter that is new, or of which no day came whole, has a shape, too.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import Course
from analytics.ledger.measured_days import Hours, days_around_gaps
from energy.calendars import Calendar
from energy.span import HOUR_MS, Span

DAYS_AROUND = 14
"""Local days before the day a gap begins on, and behind that it ends on. Measured on meters that
are new: 28 leave 6 % more error."""
FEWEST_HOURS = 3
"""Measured hours that each hour of the wall clock needs; chosen, as for like days."""
_PER_STEP = 1000 * HOUR_MS


class Profile(NamedTuple):
    """What a gap is like.

    Attributes:
        hours: The hours of the gap.
        weight: How much each weighs.
        days: The days of which hours gave the profile, in order of time.
    """

    hours: Hours
    weight: list[int]
    days: tuple[date, ...]


def profile_of(course: Course, place: int, timezone: str, calendar: Calendar) -> Profile | None:
    """Return the profile of a meter for the gap behind a reading; None if too little is known.

    Args:
        course: How its register advanced, DAYS_AROUND days before the gap and behind it.
        place: The reading.
        timezone: Wall clock.
        calendar: Workdays and holidays.
    """
    gap = Span(*course.time[place : place + 2].tolist())
    own = days_around_gaps(course, gap, timezone=timezone, calendar=calendar, behind=DAYS_AROUND)
    hours = own.hours_of(place)
    # Where a local day ends within a UTC hour, the last cell of the wall is of a day more.
    begun, over = int(hours.day[0]), int(own.wall.days.of(np.array([gap.end]))[0] - own.wall.day[0])
    is_around = (own.day >= begun - DAYS_AROUND) & (own.day <= over + DAYS_AROUND)
    is_usable = is_around & (own.cells[1] == own.lasts)
    days: set[int] = set()
    rates: dict[tuple[bool, int], int] = {}
    kinds = list(zip(own.is_free[hours.day].tolist(), hours.slot.tolist(), strict=True))
    for kind in set(kinds):
        is_free, slot = kind
        cells = np.flatnonzero(is_usable & (own.is_free[own.day] == is_free) & (own.slot == slot))
        if len(cells) < FEWEST_HOURS:
            return None
        rates[kind] = int(own.cells[0][cells].sum()) * _PER_STEP // int(own.lasts[cells].sum())
        days.update(own.day[cells].tolist())
    weight = [rates[kind] * lasts for kind, lasts in zip(kinds, hours.lasts.tolist(), strict=True)]
    return Profile(hours, weight, own.dates(days))
