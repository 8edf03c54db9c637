"""What the amounts of a meter stand on: which readings count, and the pieces between them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.epochs import Epoch, base_per_count, epochs_of
from analytics.consumption.shaping import Estimate, Method
from analytics.ledger.day_temperatures import DayTemperatures
from analytics.ledger.estimates import Habits
from analytics.ledger.following import Followed
from analytics.ledger.whole_course import habits_of, whole_course
from analytics.why.again import Count
from analytics.why.asked import Asked
from analytics.why.pieces import Piece, Point, interval_pieces, register_pieces
from analytics.why.shape import shape_again
from energy.meter import Meter, Site
from energy.reading import REGISTER
from energy.span import Span, local_date, midnight, next_day

NO_SHAPES: Mapping[int, tuple[Point, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Ground:
    """What the amounts of a meter in a span stand on.

    Attributes:
        course: Which readings count, over all there are.
        estimates: How gaps were filled.
        count: The count of the meter within the span.
    """

    course: Course
    estimates: tuple[Estimate, ...]
    count: Count

    def touching(self, span: Span) -> list[Estimate]:
        """Return how the gaps were filled that touch a span."""
        return [one for one in self.estimates if one.start < span.end and one.end > span.start]


def ground_of(asked: Asked, meter: Meter, site: Site, span: Span) -> Ground:
    """Return what the amounts of a meter in a span stand on.

    All its readings are followed, for a fraction of a base unit is carried from the first one on;
    pieces are only of the span.
    """
    events = asked.registry.events_of(meter.meter)
    habits = habits_of(site, asked.reference, DayTemperatures(asked.store))
    told, shaped, said = whole_course(asked.store, meter, events, habits, span)
    view = _View(meter, site, told, epochs_of(meter, events))
    if meter.table != REGISTER:
        return Ground(told.course, (), view.count(span, Fraction(1)))
    shapes = {
        one.start: _points(shaped, one) if one.method is Method.PROFILE else view.shape(one, habits)
        for one in said
        if one.days
    }
    base = base_per_count(meter, view.epochs)
    return Ground(told.course, said, view.count(span, base, shapes))


@dataclass(frozen=True)
class _View:
    """A meter with its readings, to be looked at in spans.

    Attributes:
        meter: The meter.
        site: Its clock.
        told: All its readings that count.
        epochs: The registers that stood there, in order of time.
    """

    meter: Meter
    site: Site
    told: Followed
    epochs: tuple[Epoch, ...]

    def count(
        self, span: Span, base: Fraction, shapes: Mapping[int, tuple[Point, ...]] = NO_SHAPES
    ) -> Count:
        """Return the count of the meter within a span."""
        near = _within(self.told.course, span)
        before = int(near.count[0]) if len(near.count) else 0
        return Count(self._pieces(near, shapes), base, before=before)

    def shape(self, gap: Estimate, habits: Habits) -> tuple[Point, ...]:
        """Return the points inside a gap that looks like other days."""
        zone = self.site.zone
        days = Span(midnight(gap.days[0], zone), midnight(next_day(gap.days[-1]), zone))
        warmth: Mapping[date, int] = {}
        if gap.method is Method.SIMILAR_DAYS:
            end = midnight(next_day(local_date(gap.end, zone)), zone)
            warmth = habits.temperatures(Span(days.start, end))
        return shape_again(gap, self.count(days, Fraction(1)), zone, habits.calendar, warmth)

    def _pieces(self, course: Course, shapes: Mapping[int, tuple[Point, ...]]) -> list[Piece]:
        if len(course.time) < 2:  # noqa: PLR2004  nothing lies between fewer than two readings
            return []
        series = self.told.series
        first, last = np.searchsorted(series.time, [course.time[0], course.time[-1] + 1])
        rows = slice(int(first), int(last))
        said = dict(zip(series.time[rows].tolist(), series.value[rows].tolist(), strict=True))
        if self.meter.table == REGISTER:
            return register_pieces(course, said, self.epochs, shapes)
        return interval_pieces(course, said)


def _points(shaped: Course, gap: Estimate) -> tuple[Point, ...]:
    """Return the points that a gap has in a course."""
    first, last = np.searchsorted(shaped.time, [gap.start, gap.end]).tolist()
    inside = slice(first + 1, last)
    risen = shaped.count[inside] - gap.count
    return tuple(zip(shaped.time[inside].tolist(), risen.tolist(), strict=True))


def _within(course: Course, span: Span) -> Course:
    """Return the part of a course from the last reading before a span to the first behind it."""
    first = max(int(np.searchsorted(course.time, span.start, side="right")) - 1, 0)
    last = int(np.searchsorted(course.time, span.end, side="left"))
    time, restarted = course.time[first : last + 1], course.restarted
    return replace(
        course,
        time=time,
        count=course.count[first : last + 1],
        known=course.known[first:last],
        restarted=restarted[np.isin(restarted, time[:-1])],
    )
