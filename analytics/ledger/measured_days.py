"""The local days of a meter: what each hour of the wall clock used, and which are measured."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import cells_between
from analytics.ledger.wall import Wall, days_around, wall_of
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span

LOOKED_BACK = 28
"""Local days before the day a gap begins on; chosen: four of each weekday, of about one season."""

_FREE = (DayType.WEEKEND, DayType.HOLIDAY)
_SLOTS = 24
_MINUTE_MS = 60_000


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
        return np.asarray(middle // HOUR_MS % _SLOTS)

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
        return self._by_slot(self._cells[0])

    @cached_property
    def is_whole(self) -> np.ndarray:
        """Whether each day is measured from end to end."""
        measured = self._by_slot(self._cells[1]).sum(axis=1)
        lasted = self.lasted.sum(axis=1)
        return np.asarray((measured == lasted) & (lasted > 0))

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        cells = cells_between(self.course, self.wall.edges, base_per_step=Fraction(1))
        return cells.amount, cells.measured_ms

    def _by_slot(self, each: np.ndarray) -> np.ndarray:
        found = np.zeros((len(self.is_free), _SLOTS), dtype=np.int64)
        np.add.at(found, (self.day, self.slot), each)
        return found


def days_before(course: Course, span: Span, timezone: str, calendar: Calendar) -> MeasuredDays:
    """Return the days of a meter from LOOKED_BACK days before a span until its end."""
    days = days_around(timezone, span.start - (LOOKED_BACK + 1) * 24 * HOUR_MS, span.end)
    opening = max(int(course.time[0]), int(days.start[0]))
    begun, opened = days.of(np.array([span.start, opening])).tolist()
    start = int(days.start[max(begun - LOOKED_BACK, opened)])
    return MeasuredDays(course, wall_of(timezone, start, span.end), calendar)
