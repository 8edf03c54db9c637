"""The local days of a meter: what each hour of the wall clock used, and which are measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import cells_between
from analytics.ledger.wall import Wall, days_around, wall_of
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span

LOOKED_BACK = 28
"""Local days before the day a gap begins on; chosen: four of each weekday, of about one season."""

_FREE = (DayType.WEEKEND, DayType.HOLIDAY)
SLOTS = 24
"""Hours of the wall clock."""
_MINUTE_MS = 60_000


class Hours(NamedTuple):
    """The hours of a gap, or what of them lies within it.

    Attributes:
        inside: Instants at which they meet [ms].
        day: Day of each.
        slot: Hour of the wall clock of each.
        lasts: Length of each [ms].
    """

    inside: np.ndarray
    day: np.ndarray
    slot: np.ndarray
    lasts: np.ndarray


@dataclass(frozen=True)
class MeasuredDays:
    """The hours of a meter, and which of its days can give a shape.

    Days are numbered from the first of the wall on.

    Attributes:
        course: How its register advanced.
        wall: The hours.
        calendar: Workdays and holidays.
    """

    course: Course
    wall: Wall
    calendar: Calendar

    def before(self, begun: int, is_free: bool) -> np.ndarray:  # noqa: FBT001  it is a kind of day
        """Return the measured days of a kind up to LOOKED_BACK days before a day, in order."""
        first = max(begun - LOOKED_BACK, 0)
        window = slice(first, begun)
        fit = self.is_whole[window] & (self.is_free[window] == is_free)
        return np.asarray(np.arange(first, begun)[fit])

    def dates(self, days: Iterable[int]) -> tuple[date, ...]:
        """Return the dates of some days, in order of time."""
        return tuple(self.first + timedelta(days=day) for day in sorted(set(days)))

    def hours_of(self, place: int) -> Hours:
        """Return the hours of the gap behind a reading."""
        start, end = self.course.time[place : place + 2].tolist()
        edges = self.wall.edges
        first, last = np.searchsorted(edges, [start, end], side="left").tolist()
        inside = edges[first + (edges[first] == start) : last]
        begins = np.append(start, inside)
        cell = np.searchsorted(edges, begins, side="right") - 1
        lasts = np.diff(np.append(begins, end))
        return Hours(inside, self.day[cell], self.slot[cell], lasts)

    @property
    def first(self) -> date:
        """Date of day 0."""
        return self.wall.days.date_of(int(self.wall.day[0]))

    @cached_property
    def day(self) -> np.ndarray:
        """Day of each cell."""
        return np.asarray(self.wall.day - self.wall.day[0])

    @cached_property
    def lasts(self) -> np.ndarray:
        """Length of each cell [ms]."""
        return np.asarray(np.diff(self.wall.edges))

    @cached_property
    def slot(self) -> np.ndarray:
        """Hour of the wall clock in which the middle of each cell lies."""
        middle = self.wall.minute * _MINUTE_MS + self.lasts // 2
        return np.asarray(middle // HOUR_MS % SLOTS)

    @cached_property
    def is_free(self) -> np.ndarray:
        """Whether each day is a weekend or holiday; a make-up workday is not."""
        dates = map(self.wall.days.date_of, range(self.wall.day[0], self.wall.day[-1] + 1))
        return np.array([self.calendar.day_type(day) in _FREE for day in dates], dtype=bool)

    @cached_property
    def lasted(self) -> np.ndarray:
        """Time of each day in each hour of the wall clock [ms]. Shape (days, 24)."""
        return self._by_slot(self.lasts)

    @cached_property
    def used(self) -> np.ndarray:
        """Steps of each day in each hour of the wall clock. Shape (days, 24)."""
        return self._by_slot(self.cells[0])

    @cached_property
    def is_whole(self) -> np.ndarray:
        """Whether each day is measured from end to end."""
        measured = self._by_slot(self.cells[1]).sum(axis=1)
        lasted = self.lasted.sum(axis=1)
        return np.asarray((measured == lasted) & (lasted > 0))

    @cached_property
    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps of each cell, and how much of it is measured [ms]."""
        cells = cells_between(self.course, self.wall.edges, base_per_step=Fraction(1))
        return cells.amount, cells.measured_ms

    def _by_slot(self, each: np.ndarray) -> np.ndarray:
        found = np.zeros((len(self.is_free), SLOTS), dtype=np.int64)
        np.add.at(found, (self.day, self.slot), each)
        return found


def days_around_gaps(
    course: Course, gaps: Span, *, timezone: str, calendar: Calendar, behind: int = 0
) -> MeasuredDays:
    """Return the days of a meter from LOOKED_BACK days before gaps until their end.

    Args:
        course: How its register advanced.
        gaps: From the reading before the first until the reading after the last.
        timezone: Wall clock.
        calendar: Workdays and holidays.
        behind: How many whole days behind that, too.
    """
    days = days_around(
        timezone,
        gaps.start - (LOOKED_BACK + 1) * 24 * HOUR_MS,
        gaps.end + (behind + 1) * 24 * HOUR_MS,
    )
    opening = max(int(course.time[0]), int(days.start[0]))
    begun, over, opened = days.of(np.array([gaps.start, gaps.end, opening])).tolist()
    start = int(days.start[max(begun - LOOKED_BACK, opened)])
    end = int(days.start[over + behind + 1]) if behind else gaps.end
    return MeasuredDays(course, wall_of(timezone, start, end), calendar)
