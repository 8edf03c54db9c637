"""What a check is: one named question to the readings of one meter, and its answer by day."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import Course, Reason
from analytics.ledger.rows import Rows, no_rows
from analytics.ledger.wall import Days, days_around
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.meter import Meter, MeterEvent
from energy.span import HOUR_MS, Span
from energy.text import Text
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import Series


class Severity(StrEnum):
    """What a failed check asks of people."""

    LOOK = "look"
    """The figure may be right; somebody should look."""
    WRONG = "wrong"
    """Something at the meter or in the registry is wrong."""


_DAY_MS = 24 * HOUR_MS
EVER = Span(EARLIEST_MS, LATEST_MS)


def _no_days(_start: int) -> Rows:
    return no_rows()


@dataclass(frozen=True)
class Checked:
    """What a check looks at.

    Attributes:
        meter: The meter.
        events: Its events in order of time.
        timezone: Its wall clock, an IANA name.
        series: Its readings, without those a person took away.
        course: How it advanced through them, with the gaps shaped, before edges are laid over it.
        asked: Whole local days that are asked about; EARLIEST_MS and LATEST_MS for no bound.
        open_since: Since when [ms] nothing was measured where the course begins with a time in
            which nothing was; None if that began where the course does.
        hours: What the ledger has of the days asked about, by hour.
        days_since: What the ledger has of the meter from a time [ms] on, by local day, also of days
            that are not asked about.
    """

    meter: Meter
    events: Sequence[MeterEvent]
    timezone: str
    series: Series
    course: Course
    asked: Span = EVER
    open_since: int | None = None
    hours: Rows = field(default_factory=no_rows)
    days_since: Callable[[int], Rows] = _no_days

    @cached_property
    def days(self) -> Days:
        """The local days around the readings."""
        time = self.course.time
        return days_around(self.timezone, int(time[0]), int(time[-1]))

    @cached_property
    def span(self) -> Span:
        """The days asked about that are over: a reading from behind each of them is there."""
        time = self.course.time
        if len(time) < 2:  # noqa: PLR2004  nothing lies between fewer than two
            return Span(self.asked.start, self.asked.start)
        first, last = self.days.of(time[[0, -1]]).tolist()
        start = max(self.asked.start, int(self.days.start[first]))
        return Span(start, max(start, min(self.asked.end, int(self.days.start[last]))))

    @cached_property
    def intervals(self) -> np.ndarray:
        """Places of the intervals that begin within the span. Shape (n,), int64."""
        first, end = self.course.time.searchsorted((self.span.start, self.span.end))
        return np.arange(first, min(int(end), len(self.course.known)))

    @cached_property
    def amounts(self) -> "Amounts":
        """The intervals that begin within the span and whose amount is known."""
        course, places = self.course, self.intervals
        if not course.is_measured_throughout:
            places = places[course.is_counted[places]]
        start, ends = course.time[places], places + 1
        hours = (course.time[ends] - start) / HOUR_MS
        return Amounts(places, start, hours, course.count[ends] - course.count[places], self.days)

    @cached_property
    def read(self) -> "Read":
        """The readings within the span."""
        series = self.series
        first, end = series.time.searchsorted((self.span.start, self.span.end))
        return Read(series.time[first:end], series.arrived[first:end])

    def aside(self, reason: Reason) -> np.ndarray:
        """Return the times of the readings set aside for a reason in the span [ms]. Shape (n,)."""
        aside = self.course.aside
        times = aside.time[[one == reason for one in aside.reason]]
        return times[(times >= self.span.start) & (times < self.span.end)]

    def by_day(self, times: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the places of times [ms] in order, those of each local day together."""
        if len(times):
            cuts = np.flatnonzero(np.diff(self.days.of(times))) + 1
            yield from np.split(np.arange(len(times)), cuts)

    def display(self, count: float) -> float:
        """Return an advance of the course in the unit that people read."""
        base = count * float(self.course.base_per_count)
        return base / KINDS[self.meter.kind].base_per_display


class Read(NamedTuple):
    """Readings of a meter, in order of time.

    Attributes:
        time: When each was read [ms]. Shape (n,), int64.
        arrived: When each arrived [ms]; 0 if nobody knows. Shape (n,), int64.
    """

    time: np.ndarray
    arrived: np.ndarray


@dataclass(frozen=True)
class Amounts:
    """Intervals of a course, in order of time.

    Attributes:
        place: Of the reading that each begins with. Shape (n,), int64.
        start: When each begins [ms]. Shape (n,), int64.
        hours: How long each is [h]. Shape (n,).
        count: How far the course goes in each. Shape (n,), int64.
        days: The local days around them.
    """

    place: np.ndarray
    start: np.ndarray
    hours: np.ndarray
    count: np.ndarray
    days: Days

    def of_at_least(self, hours: float) -> "Amounts":
        """Return those that are at least so long [h]."""
        kept = self.hours >= hours
        if kept.all():
            return self
        place, start, count = self.place[kept], self.start[kept], self.count[kept]
        return Amounts(place, start, self.hours[kept], count, self.days)

    @cached_property
    def day(self) -> np.ndarray:
        """Number of the local day each begins on. Shape (n,), int64."""
        return self.days.of(self.start)

    @cached_property
    def first_of_day(self) -> np.ndarray:
        """The first interval of each day that has any. Shape (days,), int64."""
        return np.flatnonzero(np.diff(self.day, prepend=-1))

    @cached_property
    def end_of_day(self) -> np.ndarray:
        """Behind the last interval of each day that has any. Shape (days,), int64."""
        return np.append(self.first_of_day[1:], len(self.day)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that failed on a day.

    Attributes:
        check: Name of the check.
        meter: Name of the meter.
        span: From the first to behind the last reading or interval it failed on; it begins on the
            day.
        count: On how many readings or intervals it failed.
        evidence: What was seen, with numbers.
        severity: What it asks of people.
    """

    check: str
    meter: str
    span: Span
    count: int
    evidence: Text
    severity: Severity


@dataclass(frozen=True)
class Question:
    """What every check has, whatever it looks at.

    Attributes:
        name: The file's own name.
        label: What it asks.
        severity: What it asks of people when it fails.
        thresholds: Every number it decides by.
    """

    name: str
    label: Text
    severity: Severity
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True)
class Check(Question):
    """One question to the readings of a meter.

    Attributes:
        look: What was seen to what failed, in order of time: at most one a day of the span, and
            the same whatever lies behind that day or was not loaded.
        reach_days: Of how many days behind one that changed it may say something else, too.
    """

    look: Callable[[Checked], list[tuple[Span, int, Text]]]
    reach_days: int = 0

    def spoken_of(self, checked: Checked) -> Span:
        """Return where it says all that is true once it was asked; whole local days, or more."""
        asked = checked.asked
        if not self.reach_days or checked.span.end <= checked.span.start:
            return asked
        return Span(asked.start, min(asked.end + self.reach_days * _DAY_MS, LATEST_MS))

    def ask(self, checked: Checked) -> list[Failed]:
        """Ask it of one meter."""
        return [
            Failed(self.name, checked.meter.meter, span, count, evidence, self.severity)
            for span, count, evidence in self.look(checked)
        ]


def one_span(times: np.ndarray) -> Span:
    """Return the span from the first to behind the last of some times [ms]; one at least."""
    return Span(int(times[0]), int(times[-1]) + 1)
