"""From the store to the course of a meter: around what is new, as far as it changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np

from analytics.consumption.course import Course, Reason, join_aside
from analytics.consumption.epochs import registers_of
from analytics.consumption.intervals import follow_intervals
from analytics.consumption.kernel import follow_register
from analytics.consumption.marks import set_aside, withdrawn
from analytics.consumption.screening import LONGEST_GLITCH, SETTLED
from analytics.consumption.shaping import Estimate
from analytics.ledger.ahead import HasSeries
from analytics.ledger.reach import REACHES_MS
from analytics.ledger.wall import whole_days
from energy.life import absences
from energy.meter import Meter, MeterEvent
from energy.reading import INTERVAL, REGISTER, Source
from energy.span import SECOND_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import Series

NORMAL_CADENCE = 3, 2
"""Two readings up to 3/2 nominal intervals apart are of normal cadence; chosen: one that is late,
but none that is missing."""


_UNSAFE = LONGEST_GLITCH + 1
"""So many of the last readings may yet be set aside because of what comes next: strange ones, one
after the other, and the one before them."""


@dataclass(frozen=True)
class Followed:
    """What the readings of a meter say.

    Attributes:
        news: Where readings are new.
        span: Local days whose figures can change because of it, from EARLIEST_MS if from the first
            reading on, to LATEST_MS if to the last. Within it the course is the one that all
            readings would give.
        course: How the register advanced.
        series: The readings it was followed through.
        is_of_all: Whether those are all there are.
        estimates: How the gaps were filled that touch the span, once that is known.
    """

    news: Span
    span: Span
    course: Course
    series: Series
    is_of_all: bool = False
    estimates: tuple[Estimate, ...] = ()


def follow(told: "Told", *, news: Sequence[Span]) -> list[Followed]:
    """Follow a meter around what is new, as far back and forward as it can change anything.

    Args:
        told: The meter and its readings.
        news: Spans in which readings are new; from 0 or earlier for everything.

    Returns:
        In order of time; no two of their spans overlap.
    """
    found: list[Followed] = []
    for span in joined(news, REACHES_MS[0]):
        if found and found[-1].span.end == LATEST_MS:
            break  # it was followed through all that is new behind it, too
        one = told.around(span)
        while found and found[-1].span.end > one.span.start:
            one = told.around(Span(found.pop().news.start, one.news.end))
        found.append(one)
    return found


@dataclass(frozen=True)
class Told:
    """A meter and its readings.

    Attributes:
        store: Where the readings are.
        meter: The meter.
        events: Its events in order of time.
        timezone: Its wall clock.
    """

    store: HasSeries
    meter: Meter
    events: Sequence[MeterEvent]
    timezone: str

    def around(self, news: Span) -> Followed:
        """Follow the meter around one span in which readings are new."""
        # A fraction of a base unit is carried from the first reading on, so it must be read.
        meter = self.meter
        is_whole = meter.table == INTERVAL or base_of(meter, self.events).denominator == 1
        for reach in REACHES_MS if is_whole and news.start > 0 else ():
            start, end = news.start - reach, min(news.end + reach, LATEST_MS)
            found = self._within(news, Span(start, end))
            if found is None and end < LATEST_MS:
                found = self._within(news, Span(start, LATEST_MS))
            if found is not None:
                return found
        series, course = self._course(Span(EARLIEST_MS, LATEST_MS))
        since = until = None
        if news.start > 0:
            since = settled_midnight(
                course, self.events, touched=news.start, timezone=self.timezone
            )
            if is_whole:
                until = settled_again(course, self.events, news=news, timezone=self.timezone)
        if since is None and until is not None:  # as where the first reading of all came late
            first = min(news.start, int(course.time[0]))
            since = whole_days(Span(first, LATEST_MS), self.timezone).start
        span = Span(EARLIEST_MS if since is None else since, LATEST_MS if until is None else until)
        return Followed(news, span, course, series, is_of_all=True)

    def _within(self, news: Span, view: Span) -> Followed | None:
        """Follow it through the readings in view; None if what is new may reach beyond them."""
        series, course = self._course(view)
        since = settled_midnight(course, self.events, touched=news.start, timezone=self.timezone)
        if since is None:
            return None
        end: int | None = LATEST_MS
        if view.end < LATEST_MS:
            end = settled_again(course, self.events, news=news, timezone=self.timezone)
        return None if end is None else Followed(news, Span(since, end), course, series)

    def _course(self, view: Span) -> tuple[Series, Course]:
        series = _said(self.store.series(self.meter.table, self.meter.meter, view))
        return series, course_of(series, self.meter, self.events)


def _said(series: Series) -> Series:
    """Return a series without what a person took away."""
    gone = withdrawn(series.quality, series.revision)
    if not gone.any():
        return series
    return Series(**{column.name: getattr(series, column.name)[~gone] for column in fields(series)})


def course_of(series: Series, meter: Meter, events: Sequence[MeterEvent]) -> Course:
    """Return the course that readings of a meter give."""
    nominal_ms = meter.interval_s * SECOND_MS
    if meter.table == REGISTER:
        registers = registers_of(meter, tuple(events))
        course = follow_register(
            time=series.time,
            value=series.value,
            quality=series.quality,
            epochs=list(zip(registers.epochs, registers.limits, strict=True)),
            longest_ms=nominal_ms * NORMAL_CADENCE[0] // NORMAL_CADENCE[1],
            late=_came_late(series) if series.quality.any() else None,
        )
        return replace(course, base_per_count=registers.base_per_count)
    gone = np.zeros(len(series.time), dtype=bool)
    for span in absences(events):
        gone |= (series.time >= span.start) & (series.time < span.end)
    course = follow_intervals(
        time=series.time[~gone],
        amount=series.value[~gone],
        quality=series.quality[~gone],
        nominal_ms=nominal_ms,
        most=meter.base_per_interval_max,
    )
    if not gone.any():
        return course
    aside = join_aside(course.aside, set_aside(series.time[gone], Reason.ABSENT))
    return replace(course, aside=aside)


def _came_late(series: Series) -> np.ndarray:
    """Return which readings a device said some time after the time they stand at.

    What a person or a file gives always comes late, and means what it says.
    """
    is_said = (series.source == Source.DEVICE) & (series.revision == 0)
    return np.asarray((series.arrived > 0) & is_said)


def base_of(meter: Meter, events: Sequence[MeterEvent]) -> Fraction:
    """Return base units in one unit of the count of a meter's course."""
    return registers_of(meter, tuple(events)).base_per_count


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
    safe = int(course.time[before[-1] - _UNSAFE])
    since = whole_days(Span(safe, LATEST_MS), timezone).start
    return since if int(course.time[ends[0]]) <= since else None


def settled_again(
    course: Course, events: Sequence[MeterEvent], *, news: Span, timezone: str
) -> int | None:
    """Return the local midnight from which what is new changes no cell any more.

    Args:
        course: Followed through readings that go on behind what is new.
        events: Events of the meter.
        news: Where readings are new.
        timezone: Wall clock.

    Returns:
        Time [ms]; None if the course does not settle, or if readings behind those it was followed
        through may decide about cells before the midnight.
    """
    ends = _settled_ends(course, events)
    # The whole run must lie behind what is new: then the course settled there before, too.
    behind = ends[course.time[ends - SETTLED] >= news.end]
    if not len(behind):
        return None
    settled = int(course.time[behind[0]])
    midnight = whole_days(Span(news.start, settled), timezone).end
    return midnight if midnight <= int(course.time[behind[-1] - _UNSAFE]) else None


def _settled_ends(course: Course, events: Sequence[MeterEvent]) -> np.ndarray:
    """Return the places of readings at which a run of SETTLED plausible pairs ends."""
    plain = course.is_counted.copy()
    plain[np.searchsorted(course.time, course.restarted)] = False
    glitches = course.aside.time[[one == Reason.GLITCH for one in course.aside.reason]]
    marked = np.append(glitches, [event.time for event in events]).astype(np.int64)
    inside = marked[(marked > course.time[0]) & (marked < course.time[-1])] if len(plain) else []
    for side in ("left", "right"):
        plain[np.searchsorted(course.time, inside, side=side) - 1] = False
    place = np.arange(len(plain))
    broken = np.maximum.accumulate(np.where(plain, -1, place)) if len(plain) else place
    return np.asarray(np.flatnonzero(place - broken >= SETTLED) + 1)
