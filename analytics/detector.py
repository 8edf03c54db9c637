"""What a detector of bad data is: hours of one meter to marked spans with a named reason."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from analytics.hours import Hours
from analytics.rule import Code, Threshold
from energy.text import Text


class Use(StrEnum):
    """When a mark can be made."""

    CAUSAL = "causal"
    """By the end of the marked span, from nothing later: fit for alarms."""
    FILTER = "filter"
    """Only from what came after the marked hours: fit for cleaning the past."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of hours that is suspect.

    Attributes:
        first: Place of the first hour.
        end: Place after the last hour.
        factor: By what the amounts are too large (above 1) or too small; 0.0 where no factor says
            it. Of a clock the hours that it is behind (above 0) or ahead.
    """

    first: int
    end: int
    factor: float = 0.0

    @property
    def hours(self) -> int:
        """Length of the span [h]."""
        return self.end - self.first


CODES = (
    Code("few_hours", "实测小时不足四周。", "Fewer than four weeks of hours were measured."),
    Code("all_zero", "实测用量没有一小时大于零。", "No amount above zero was measured."),
    Code(
        "never_changes",
        "实测用量从不变化。",
        "The amounts that were measured never change.",
    ),
)
"""Why hours cannot be judged at all: what ``Hours.why_not`` answers."""

IRREGULAR = Code(
    "irregular",
    "用量逐时变化过大，看不出规律。",
    "Hour for hour the amounts vary too much to follow a pattern.",
)
FLAT = Code(
    "flat",
    "昼夜用量几乎没有差别。",
    "There is hardly a difference between the hours of the day.",
)


@dataclass(frozen=True)
class Detector:
    """One kind of bad data.

    Attributes:
        name: The file's own name.
        label: What it finds.
        use: When its marks can be made.
        thresholds: Every number it decides by.
        needs: Which data it must have.
        check: What to check on site.
        disproof: What would disprove a mark.
        codes: Every code that its gate may answer.
        gate: Hours to the name of the code that forbids a conclusion; "" when it may look.
        look: Hours that passed the gate to marks, in order of time.
        says: A mark to a clause about the meter, without subject and time.
    """

    name: str
    label: Text
    use: Use
    thresholds: tuple[Threshold, ...]
    needs: Text
    check: Text
    disproof: Text
    codes: tuple[Code, ...]
    gate: Callable[[Hours], str]
    look: Callable[[Hours], list[Mark]]
    says: Callable[[Mark], Text]


def may_judge(hours: Hours) -> str:
    """Be the gate of a detector that needs no more than hours that can be judged."""
    return hours.why_not
