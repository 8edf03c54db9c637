"""From the store to the course of a meter: only as far back as what is new can change anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.consumption.course import Course, Known, Reason
from analytics.consumption.epochs import epochs_of, limit_of_meter
from analytics.consumption.intervals import follow_intervals
from analytics.consumption.kernel import follow_register
from analytics.consumption.screening import SETTLED
from analytics.ledger.wall import days_around
from energy.meter import Meter, MeterEvent
from energy.reading import INTERVAL, REGISTER
from energy.span import HOUR_MS, SECOND_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore, Series

NORMAL_CADENCE = 3, 2
"""Two readings up to 3/2 nominal intervals apart are of normal cadence; chosen: one that is late,
but none that is missing."""

_DAY_MS = 24 * HOUR_MS
_LOOKBACKS_MS = (4 * _DAY_MS, 60 * _DAY_MS)
"""How far back is read at first, and then; after that everything is."""


@dataclass(frozen=True)
class Followed:
    """What the readings of a meter say.

    Attributes:
        course: How the register advanced.
        series: The readings it was followed through.
        since: Local midnight [ms] from which the course is the one that all readings would give;
            None if it is so from the first reading.
    """

    course: Course
    series: Series
    since: int | None


def follow(
    store: ReadingStore,
    meter: Meter,
    events: Sequence[MeterEvent],
    *,
    timezone: str,
    touched: int,
) -> Followed:
    """Follow a meter from before a time from which readings are new.

    Args:
        store: Where the readings are.
        meter: The meter.
        events: Its events in order of time.
        timezone: Its wall clock.
        touched: Earliest time of what is new [ms]; 0 for everything.
    """
    # A fraction of a base unit is carried from the first reading on, so it must be read.
    is_whole = meter.table == INTERVAL or meter.base_per_step.denominator == 1
    for lookback in _LOOKBACKS_MS if is_whole and touched > 0 else ():
        series = store.series(meter.table, meter.meter, Span(touched - lookback, LATEST_MS))
        course = course_of(series, meter, events)
        since = settled_midnight(course, events, touched=touched, timezone=timezone)
        if since is not None:
            return Followed(course, series, since)
    series = store.series(meter.table, meter.meter, Span(EARLIEST_MS, LATEST_MS))
    course = course_of(series, meter, events)
    since = settled_midnight(course, events, touched=touched, timezone=timezone)
    return Followed(course, series, since if touched > 0 else None)


def course_of(series: Series, meter: Meter, events: Sequence[MeterEvent]) -> Course:
    """Return the course that readings of a meter give."""
    nominal_ms = meter.interval_s * SECOND_MS
    if meter.table == REGISTER:
        epochs = [(epoch, limit_of_meter(meter, epoch)) for epoch in epochs_of(meter, events)]
        return follow_register(
            time=series.time,
            value=series.value,
            quality=series.quality,
            epochs=epochs,
            longest_ms=nominal_ms * NORMAL_CADENCE[0] // NORMAL_CADENCE[1],
        )
    return follow_intervals(
        time=series.time,
        amount=series.value,
        quality=series.quality,
        nominal_ms=nominal_ms,
        most=meter.base_per_interval_max,
    )


def settled_midnight(
    course: Course, events: Sequence[MeterEvent], *, touched: int, timezone: str
) -> int | None:
    """Return the local midnight from which cells can change, if the course is settled before it.

    Settled is a course after SETTLED readings in a row without trouble: what came before them no
    longer decides what follows.

    Args:
        course: Followed from some reading on.
        events: Events of the meter.
        touched: Earliest time of what is new [ms].
        timezone: Wall clock.
    """
    ends = _settled_ends(course, events)
    before = ends[course.time[ends] < touched]
    if not len(before):
        return None
    # The last reading before may yet be set aside because of what is new; so may, where that one
    # stands at its arrival only, the one before it; not the next.
    safe = int(course.time[before[-1] - 2])
    days = days_around(timezone, safe, safe + 1)
    since = int(days.start[days.of(np.array([safe]))[0]])
    return since if int(course.time[ends[0]]) <= since else None


def _settled_ends(course: Course, events: Sequence[MeterEvent]) -> np.ndarray:
    """Return the places of readings at which a run of SETTLED plausible pairs ends."""
    plain = (course.known == Known.MEASURED) | (course.known == Known.ESTIMATED)
    glitches = course.aside.time[[one == Reason.GLITCH for one in course.aside.reason]]
    marked = np.append(glitches, [event.time for event in events]).astype(np.int64)
    inside = marked[(marked > course.time[0]) & (marked < course.time[-1])] if len(plain) else []
    for side in ("left", "right"):
        plain[np.searchsorted(course.time, inside, side=side) - 1] = False
    place = np.arange(len(plain))
    broken = np.maximum.accumulate(np.where(plain, -1, place)) if len(plain) else place
    return np.asarray(np.flatnonzero(place - broken >= SETTLED) + 1)
