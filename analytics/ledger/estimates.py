"""Which days a gap takes its shape from: like days before it, measured from end to end.

Method and formula: docs/methods.md, "The shape of a gap".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from analytics.consumption.course import Course, Known
from analytics.consumption.edges import cells_between
from analytics.consumption.shaping import Estimate, Method, Note, Shape, laid_over, shape_of
from analytics.ledger.wall import Wall, days_around, wall_of
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span

LONGEST_EVEN_MS = 2 * HOUR_MS
"""A gap up to this long is laid evenly, as those who settle bills do."""
LOOKED_BACK = 28
"""Local days before the day a gap begins on; chosen: four of each weekday, of about one season."""
FEWEST, MOST = 3, 10
"""How many like days give a shape; chosen: one odd day of two would be half of it, and the latest
ten workdays are two weeks."""

_FREE = (DayType.WEEKEND, DayType.HOLIDAY)
_SLOTS = 24
_MINUTE_MS = 60_000
_PER_STEP = 1000 * HOUR_MS
"""Weights are thousandths of a step an hour: whole numbers that are fine enough."""


@dataclass(frozen=True)
class Habits:
    """What tells the days of a site apart.

    Attributes:
        timezone: Its wall clock.
        calendar: Its workdays and holidays.
    """

    timezone: str
    calendar: Calendar


def gaps_of(course: Course, span: Span, *, longer_ms: int = LONGEST_EVEN_MS) -> np.ndarray:
    """Return the places of readings before gaps that are longer than this and touch a span."""
    place = np.flatnonzero(course.known == Known.ESTIMATED)
    start, end = course.time[place], course.time[place + 1]
    near = (end > span.start) & (start < span.end)
    return np.asarray(place[(end - start > longer_ms) & near])


def filled(course: Course, span: Span, habits: Habits) -> tuple[Course, tuple[Estimate, ...]]:
    """Return the course with the long gaps shaped that touch a span, and how each gap was filled.

    Args:
        course: Followed from LOOKED_BACK days before the first long gap on.
        span: Where answers are wanted.
        habits: What tells days apart.

    Returns:
        The estimates are of short gaps, too, and in order of time.
    """
    long = gaps_of(course, span)
    found = dict(_filled_long(course, long, habits))
    short = np.setdiff1d(gaps_of(course, span, longer_ms=0), long).tolist()
    said = {place: estimate for place, (_, estimate) in found.items()}
    said |= {place: _even(course, place) for place in short}
    shapes = [shape for shape, _ in found.values() if shape is not None]
    return laid_over(course, shapes), tuple(said[place] for place in sorted(said))


def _filled_long(
    course: Course, gaps: np.ndarray, habits: Habits
) -> Iterator[tuple[int, tuple[Shape | None, Estimate]]]:
    if len(gaps):
        past = _past_of(course, gaps, habits)
        for place in gaps.tolist():
            yield place, past.fill(place)


def shaped(course: Course, span: Span, habits: Habits) -> Course:
    """Return the course with the long gaps shaped that touch a span, as ``filled`` does."""
    return filled(course, span, habits)[0]


def estimates_of(course: Course, span: Span, habits: Habits) -> tuple[Estimate, ...]:
    """Return how each gap that touches a span was filled, as ``filled`` does."""
    return filled(course, span, habits)[1]


def _even(course: Course, place: int, note: Note = Note.NONE) -> Estimate:
    start, end = course.time[place : place + 2].tolist()
    count, after = course.count[place : place + 2].tolist()
    return Estimate(start, end, count, after - count, note=note)


def _past_of(course: Course, gaps: np.ndarray, habits: Habits) -> "_Past":
    """Return the days from those before the first gap until the end of the last."""
    first, last = int(course.time[gaps[0]]), int(course.time[gaps[-1] + 1])
    days = days_around(habits.timezone, first - (LOOKED_BACK + 1) * 24 * HOUR_MS, last)
    opening = max(int(course.time[0]), int(days.start[0]))
    begun, opened = days.of(np.array([first, opening])).tolist()
    start = int(days.start[max(begun - LOOKED_BACK, opened)])
    return _Past(course, wall_of(habits.timezone, start, last), habits.calendar)


@dataclass(frozen=True)
class _Past:
    """The hours of a meter, and which of its days can give a shape.

    Days are numbered from the first of the wall on.
    """

    course: Course
    wall: Wall
    calendar: Calendar

    def fill(self, place: int) -> tuple[Shape | None, Estimate]:
        """Return the points inside the gap after a reading, and how they came about."""
        start, end = self.course.time[place : place + 2].tolist()
        edges = self.wall.edges
        first, last = np.searchsorted(edges, [start, end], side="left").tolist()
        inside = edges[first + (edges[first] == start) : last]
        begins = np.append(start, inside)
        cell = np.searchsorted(edges, begins, side="right") - 1
        kinds = self.is_free[self.day[cell]]
        like = {kind: self._like(int(self.day[cell[0]]), kind) for kind in set(kinds.tolist())}
        if min(map(len, like.values())) < FEWEST:
            return None, _even(self.course, place, Note.NO_LIKE_DAYS)
        rates = {kind: self._rates(days) for kind, days in like.items()}
        parts = zip(
            kinds.tolist(),
            self.slot[cell].tolist(),
            np.diff(np.append(begins, end)).tolist(),
            strict=True,
        )
        even = _even(self.course, place)
        weight = [rates[kind][slot] * lasts for kind, slot, lasts in parts]
        shape = shape_of(place, steps=even.steps, inside=inside.tolist(), weight=weight)
        if shape is None:
            return None, replace(even, note=Note.NO_USE)
        used = sorted(day for days in like.values() for day in days.tolist())
        dates = tuple(self.wall.days.date_of(int(self.wall.day[0]) + day) for day in used)
        return shape, replace(even, method=Method.LIKE_DAYS, days=dates)

    def _like(self, begun: int, is_free: bool) -> np.ndarray:  # noqa: FBT001  it is a kind of day
        """Return the days of a kind before the day a gap begins on: the nearest, in order."""
        first = max(begun - LOOKED_BACK, 0)
        window = slice(first, begun)
        fit = self.is_whole[window] & (self.is_free[window] == is_free)
        return np.asarray(np.arange(first, begun)[fit][-MOST:])

    def _rates(self, days: np.ndarray) -> list[int]:
        """Return the mean use in each hour of the wall clock over some days."""
        used, lasted = self.used[days].sum(axis=0), self.lasted[days].sum(axis=0)
        both = zip(used.tolist(), lasted.tolist(), strict=True)
        return [steps * _PER_STEP // time if time else 0 for steps, time in both]

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
