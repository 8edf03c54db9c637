"""Which days a gap takes its shape from: days before it, measured from end to end.

Where the temperature outside is known, days weigh the more the nearer theirs is to that of the day
within the gap; else the latest like days all weigh the same; where there are none, the measured
hours around the gap give a profile.

Method and formula: docs/methods.md, "The shape of a gap".
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import ESTIMATED, Course
from analytics.consumption.shaping import Estimate, Method, Note, Shape, laid_over, shape_of
from analytics.ledger.measured_days import Hours, MeasuredDays, days_around_gaps
from analytics.ledger.own_profile import Profile, profile_of
from energy.calendars import Calendar
from energy.span import HOUR_MS, Span

LONGEST_EVEN_MS = 2 * HOUR_MS
"""A gap up to this long is laid evenly, as those who settle bills do."""
FEWEST, MOST = 3, 10
"""How many like days give a shape; chosen: one odd day of two would be half of it, and the latest
ten workdays are two weeks."""

LONGEST_LEANING_MS = 62 * 24 * HOUR_MS
"""A longer gap has days of another season than those around it, so it takes like days only; chosen:
two months."""

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
    place = np.flatnonzero(course.known == ESTIMATED)
    start, end = course.time[place], course.time[place + 1]
    near = (end > span.start) & (start < span.end)
    if longer_ms and len(course.restarted):  # of the least that it can be nobody knows the shape
        near &= ~np.isin(start, course.restarted)
    return np.asarray(place[(end - start > longer_ms) & near])


def filled(course: Course, span: Span, habits: Habits) -> tuple[Course, tuple[Estimate, ...]]:
    """Return the course with the long gaps shaped that touch a span, and how each gap was filled.

    Args:
        course: Followed from LOOKED_BACK days before the first long gap on, and DAYS_AROUND days
            behind those that no like days shape.
        span: Where answers are wanted.
        habits: What tells days apart.

    Returns:
        The estimates are of short gaps, too, and in order of time.
    """
    long = gaps_of(course, span)
    found = dict(_filled_long(course, long, habits))
    short = np.setdiff1d(gaps_of(course, span, longer_ms=0), long).tolist()
    said = {place: estimate for place, (_, estimate) in found.items()}
    restarted = set(course.restarted.tolist())
    said |= {place: _even(course, place, _note(course, place, restarted)) for place in short}
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


def is_alone(gap: Estimate) -> bool:
    """Tell whether no days are like a long gap, so that its shape leans on days behind it, too."""
    return gap.method is Method.PROFILE or gap.note in (Note.NO_LIKE_DAYS, Note.NO_USE)


def _note(course: Course, place: int, restarted: Collection[int]) -> Note:
    return Note.RESTARTED if int(course.time[place]) in restarted else Note.NONE


def _even(course: Course, place: int, note: Note = Note.NONE) -> Estimate:
    start, end = course.time[place : place + 2].tolist()
    count, after = course.count[place : place + 2].tolist()
    return Estimate(start, end, count, after - count, note=note)


def _past_of(course: Course, gaps: np.ndarray, habits: Habits) -> "_Past":
    """Return the days from those before the first gap until the end of the last."""
    span = Span(int(course.time[gaps[0]]), int(course.time[gaps[-1] + 1]))
    own = days_around_gaps(course, span, timezone=habits.timezone, calendar=habits.calendar)
    return _Past(own, habits)


class _Model(NamedTuple):
    """Days that a part of a gap is like, by their number, and what each weighs."""

    days: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class _Past:
    """The days of a meter before its gaps and in them, by their number."""

    own: MeasuredDays
    habits: Habits

    def fill(self, place: int) -> tuple[Shape | None, Estimate]:
        """Return the points inside the gap after a reading, and how they came about."""
        even, note = _even(self.own.course, place), Note.NO_LIKE_DAYS
        for method, (hours, weight, days) in self._profiles(place, even):
            inside = hours.inside.tolist()
            shape = shape_of(place, steps=even.steps, inside=inside, weight=weight)
            if shape is not None:
                return shape, replace(even, method=method, days=days)
            note = Note.NO_USE
        return None, replace(even, note=note)

    def _profiles(self, place: int, gap: Estimate) -> Iterator[tuple[Method, Profile]]:
        """Yield what may shape a gap, the best first."""
        is_near = gap.end - gap.start <= LONGEST_LEANING_MS
        hours = self.own.hours_of(place)
        for method in (Method.SIMILAR_DAYS, Method.LIKE_DAYS):
            if method is Method.LIKE_DAYS or (is_near and self.warmth):
                models = self._models(method, sorted(set(hours.day.tolist())))
                if min(len(model.days) for model in models.values()) >= FEWEST:
                    yield method, self._profile(hours, models)
        if is_near:
            habits = self.habits
            own = profile_of(self.own.course, place, habits.timezone, habits.calendar)
            if own is not None:
                yield Method.PROFILE, own

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

    def _profile(self, hours: Hours, models: Mapping[int, _Model]) -> Profile:
        """Return how much each hour of a gap weighs by what its day is like."""
        rates = {day: self._rates(model) for day, model in models.items()}
        each = zip(*(one.tolist() for one in (hours.day, hours.slot, hours.lasts)), strict=True)
        weight = [rates[day][slot] * lasts for day, slot, lasts in each]
        used = (day for model in models.values() for day in model.days.tolist())
        return Profile(hours, weight, self.own.dates(used))

    def _rates(self, model: _Model) -> list[int]:
        """Return the mean use in each hour of the wall clock over some days."""
        used, lasted = (
            model.weight @ each[model.days].astype(object)
            for each in (self.own.used, self.own.lasted)
        )
        both = zip(used.tolist(), lasted.tolist(), strict=True)
        return [steps * _PER_STEP // time if time else 0 for steps, time in both]

    @cached_property
    def warmth(self) -> dict[int, int]:
        """Day to its mean temperature, where that is known [0.01 degC]."""
        begin, end = self.own.wall.edges[[0, -1]].tolist()
        found = self.habits.temperatures(Span(begin, end))
        return {(day - self.own.first).days: mean for day, mean in found.items()}
