"""What a check is: one named question to the readings of one meter, and its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.consumption.course import Course, Reason
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.meter import Meter, MeterEvent
from energy.span import Span
from energy.text import Text
from storage.readings import Series


class Severity(StrEnum):
    """What a failed check asks of people."""

    LOOK = "look"
    """The figure may be right; somebody should look."""
    WRONG = "wrong"
    """Something at the meter or in the registry is wrong."""


@dataclass(frozen=True)
class Checked:
    """What a check looks at.

    Attributes:
        meter: The meter.
        events: Its events in order of time.
        timezone: Its wall clock, an IANA name.
        series: Its readings, without those a person took away.
        course: How it advanced through them, before edges are laid over it.
    """

    meter: Meter
    events: Sequence[MeterEvent]
    timezone: str
    series: Series
    course: Course

    def aside(self, reason: Reason) -> np.ndarray:
        """Return the times of the readings set aside for a reason [ms]. Shape (n,), int64."""
        course = self.course
        return course.aside.time[[one == reason for one in course.aside.reason]]

    def display(self, count: float) -> float:
        """Return an advance of the course in the unit that people read."""
        base = count * float(self.course.base_per_count)
        return base / KINDS[self.meter.kind].base_per_display


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that failed.

    Attributes:
        check: Name of the check.
        meter: Name of the meter.
        span: From the first to behind the last reading or interval it failed on.
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
class Check:
    """One question to the readings of a meter.

    Attributes:
        name: The file's own name.
        label: What it asks.
        severity: What it asks of people when it fails.
        thresholds: Every number it decides by.
        look: What was seen to what failed, in order of time.
    """

    name: str
    label: Text
    severity: Severity
    thresholds: tuple[Threshold, ...]
    look: Callable[[Checked], list[tuple[Span, int, Text]]]

    def ask(self, checked: Checked) -> list[Failed]:
        """Ask it of one meter."""
        return [
            Failed(self.name, checked.meter.meter, span, count, evidence, self.severity)
            for span, count, evidence in self.look(checked)
        ]


def one_span(times: np.ndarray) -> Span:
    """Return the span from the first to behind the last of some times [ms]; one at least."""
    return Span(int(times[0]), int(times[-1]) + 1)
