"""Which days a gap takes its shape from: days before it, measured from end to end.

Where the temperature outside is known, days weigh the more the nearer theirs is to that of the day
within the gap; else the latest like days all weigh the same.

Method and formula: docs/methods.md, "The shape of a gap".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import Course, Known
from analytics.consumption.shaping import Estimate, Method, Note, Shape, laid_over, shape_of
from analytics.ledger.measured_days import MeasuredDays, days_before
from energy.calendars import Calendar
from energy.span import HOUR_MS, Span

LONGEST_EVEN_MS = 2 * HOUR_MS
"""A gap up to this long is laid evenly, as those who settle bills do."""
FEWEST, MOST = 3, 10
"""How many like days give a shape; chosen: one odd day of two would be half of it, and the latest
ten workdays are two weeks."""

LONGEST_SIMILAR_MS = 62 * 24 * HOUR_MS
"""A longer gap has days of another season than those before it, so their temperature says little;
chosen: two months."""

_HALF_AT = 200
"""A day this far from the temperature of another weighs half [0.01 K]. Measured, over all simulated
loads: 1 and 3 K leave the same error to the third digit."""
_WEIGHS = 1000
_PER_STEP = 1000 * HOUR_MS
"""Weights are thousandths of a step an hour: whole numbers that are fine enough."""


def no_temperatures(_span: Span) -> Mapping[date, int]:
    """Return that nobody measures the temperature."""
    return {}


@dataclass(frozen=True)
class Habits:
    """What tells the days of a site apart.

    Attributes:
        timezone: Its wall clock.
        calendar: Its workdays and holidays.
        temperatures: Mean temperature outside of each local day that a span touches and of which
            enough is known [0.01 degC].
    """

    timezone: str
    calendar: Calendar
    temperatures: Callable[[Span], Mapping[date, int]] = no_temperatures


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
    span = Span(int(course.time[gaps[0]]), int(course.time[gaps[-1] + 1]))
    return _Past(days_before(course, span, habits.timezone, habits.calendar), habits)


class _Model(NamedTuple):
    """Days that a part of a gap is like, by their number, and what each weighs."""

    days: np.ndarray
    weight: np.ndarray


class _Parts(NamedTuple):
    """The hours of a gap.

    Attributes:
        inside: Instants at which they meet [ms].
        cell: The cell of the wall in which each lies.
        lasts: Length of each [ms].
    """

    inside: np.ndarray
    cell: np.ndarray
    lasts: np.ndarray


@dataclass(frozen=True)
class _Past:
    """The days of a meter before its gaps and in them, by their number."""

    own: MeasuredDays
    habits: Habits

    def fill(self, place: int) -> tuple[Shape | None, Estimate]:
        """Return the points inside the gap after a reading, and how they came about."""
        parts, even = self._parts(place), _even(self.own.course, place)
        days = sorted(set(self.own.day[parts.cell].tolist()))
        note = Note.NO_LIKE_DAYS
        for method in self._methods(even):
            models = self._models(method, days)
            if min(len(model.days) for model in models.values()) < FEWEST:
                continue
            weight = self._weights(parts, models)
            shape = shape_of(place, steps=even.steps, inside=parts.inside.tolist(), weight=weight)
            if shape is not None:
                return shape, replace(even, method=method, days=self._dates(models))
            note = Note.NO_USE
        return None, replace(even, note=note)

    def _methods(self, gap: Estimate) -> tuple[Method, ...]:
        """Return what may shape a gap, the best first."""
        is_known = gap.end - gap.start <= LONGEST_SIMILAR_MS and len(self.warmth)
        return (Method.SIMILAR_DAYS, Method.LIKE_DAYS) if is_known else (Method.LIKE_DAYS,)

    def _parts(self, place: int) -> _Parts:
        """Return the hours of the gap after a reading."""
        start, end = self.own.course.time[place : place + 2].tolist()
        edges = self.own.wall.edges
        first, last = np.searchsorted(edges, [start, end], side="left").tolist()
        inside = edges[first + (edges[first] == start) : last]
        begins = np.append(start, inside)
        cell = np.searchsorted(edges, begins, side="right") - 1
        return _Parts(inside, cell, np.diff(np.append(begins, end)))

    def _models(self, method: Method, days: Sequence[int]) -> dict[int, _Model]:
        """Return what each day of a gap is like."""
        if method is Method.SIMILAR_DAYS:
            return {day: self._similar(days[0], day) for day in days}
        like = {free: self._like(days[0], free) for free in set(self.own.is_free[days].tolist())}
        return {day: like[bool(self.own.is_free[day])] for day in days}

    def _like(self, begun: int, is_free: bool) -> _Model:  # noqa: FBT001  it is a kind of day
        """Return the days of a kind before the day a gap begins on: the nearest, in order."""
        days = self.own.before(begun, is_free)[-MOST:]
        return _Model(days, np.ones(len(days), dtype=np.int64))

    def _similar(self, begun: int, day: int) -> _Model:
        """Return days of the kind of a day within a gap; those weigh most that are as warm."""
        warmth, fit = self.warmth, list[int]()
        if day in warmth:
            before = self.own.before(begun, bool(self.own.is_free[day])).tolist()
            fit = [one for one in before if one in warmth]
        apart = [warmth[one] - warmth[day] for one in fit]
        weight = [_WEIGHS * _HALF_AT**2 // (_HALF_AT**2 + kelvin**2) for kelvin in apart]
        return _Model(np.array(fit, dtype=np.int64), np.array(weight, dtype=np.int64))

    def _weights(self, parts: _Parts, models: Mapping[int, _Model]) -> list[int]:
        """Return how much each hour of a gap weighs."""
        rates = {day: self._rates(model) for day, model in models.items()}
        each = zip(
            self.own.day[parts.cell].tolist(),
            self.own.slot[parts.cell].tolist(),
            parts.lasts.tolist(),
            strict=True,
        )
        return [rates[day][slot] * lasts for day, slot, lasts in each]

    def _rates(self, model: _Model) -> list[int]:
        """Return the mean use in each hour of the wall clock over some days."""
        used, lasted = (
            model.weight @ each[model.days].astype(object)
            for each in (self.own.used, self.own.lasted)
        )
        both = zip(used.tolist(), lasted.tolist(), strict=True)
        return [steps * _PER_STEP // time if time else 0 for steps, time in both]

    def _dates(self, models: Mapping[int, _Model]) -> tuple[date, ...]:
        used = sorted({day for model in models.values() for day in model.days.tolist()})
        return tuple(self.own.first + timedelta(days=day) for day in used)

    @cached_property
    def warmth(self) -> dict[int, int]:
        """Day to its mean temperature, where that is known [0.01 degC]."""
        begin, end = self.own.wall.edges[[0, -1]].tolist()
        found = self.habits.temperatures(Span(begin, end))
        return {(day - self.own.first).days: mean for day, mean in found.items()}
