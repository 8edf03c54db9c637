"""What the amounts of a meter stand on: which readings count, and the pieces between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analytics.clock import calendar_of
from analytics.consumption.course import Course
from analytics.consumption.epochs import Epoch, base_per_count, epochs_of
from analytics.consumption.shaping import Estimate
from analytics.ledger.estimates import Habits, filled
from analytics.ledger.following import Told
from analytics.why.again import Count
from analytics.why.asked import Asked
from analytics.why.pieces import Piece, interval_pieces, register_pieces
from energy.meter import Meter, Site
from energy.reading import REGISTER
from energy.span import Span
from storage.admission import LATEST_MS
from storage.readings import Series


@dataclass(frozen=True)
class Ground:
    """What the amounts of a meter in a span stand on.

    Attributes:
        course: Which readings count, over all there are.
        epochs: The registers that stood there, in order of time.
        estimates: How gaps were filled.
        count: The count of the meter within the span.
    """

    course: Course
    epochs: tuple[Epoch, ...]
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
    told = Told(asked.store, meter, events, site.timezone).around(Span(0, LATEST_MS))
    course, shaped, said = told.course, told.course, tuple[Estimate, ...]()
    epochs = epochs_of(meter, events)
    base = Fraction(1)
    if meter.table == REGISTER:
        habits = Habits(site.timezone, calendar_of(asked.reference, site))
        shaped, said = filled(course, span, habits)
        base = base_per_count(meter, epochs)
    near = _within(course, span)
    pieces = _pieces(meter, near, _within(shaped, span), told.series, epochs)
    before = int(near.count[0]) if len(near.count) else 0
    return Ground(course, epochs, said, Count(pieces, base, before=before))


def _pieces(
    meter: Meter, course: Course, shaped: Course, series: Series, epochs: Sequence[Epoch]
) -> list[Piece]:
    if len(course.time) < 2:  # noqa: PLR2004  nothing lies between fewer than two readings
        return []
    first, last = np.searchsorted(series.time, [course.time[0], course.time[-1] + 1])
    rows = slice(int(first), int(last))
    said = dict(zip(series.time[rows].tolist(), series.value[rows].tolist(), strict=True))
    if meter.table == REGISTER:
        return register_pieces(course, shaped, said, epochs)
    return interval_pieces(course, said)


def _within(course: Course, span: Span) -> Course:
    """Return the part of a course from the last reading before a span to the first behind it."""
    first = max(int(np.searchsorted(course.time, span.start, side="right")) - 1, 0)
    last = int(np.searchsorted(course.time, span.end, side="left"))
    return Course(
        course.time[first : last + 1], course.count[first : last + 1], course.known[first:last]
    )
