"""How a register advanced: what the kernel makes of readings and the edges are laid over."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction
from functools import cached_property

import numpy as np


class Known(IntEnum):
    """What is known of the time between two readings."""

    MEASURED = 0
    """Two readings of normal cadence bracket it."""
    ESTIMATED = 1
    """A gap whose total is known and whose shape is not."""
    UNRESOLVED = 2
    """Readings on both sides, but nobody can know how much flowed."""
    NOTHING = 3
    """Nobody looked: no meter stood there, or it lies between two intervals of a meter that sends
    amounts."""


MEASURED, ESTIMATED, UNRESOLVED, NOTHING = (int(one) for one in Known)
"""The same as plain integers: beside an array each member of an enumeration costs microseconds,
and a round asks this of every meter many times."""


class Reason(StrEnum):
    """Why a reading was set aside."""

    BAD = "marked as bad"
    UNCERTAIN = "said nobody knows when, some time before it arrived"
    WIDTH = "outside the width of the register"
    GLITCH = "the readings before and after fit together without it"
    REPLACED = "at the instant of an event of the meter, whose own readings count"
    RATE = "more than the meter can have counted"
    ABSENT = "no meter stood there: it was removed, or not installed yet"


@dataclass(frozen=True)
class Aside:
    """Readings that were set aside, in order of time.

    Attributes:
        time: When [ms]. Shape (n,), int64.
        reason: Why, a text each.
    """

    time: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    reason: tuple[Reason, ...] = ()

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class Course:
    """The cumulative advance of one meter, bridging rollover and replacement.

    Attributes:
        time: Accepted readings, and the closing and opening readings of events [ms], strictly
            increasing. Shape (n,), int64.
        count: How far it is known to have gone since the first of them [base_per_count]. Shape
            (n,), int64.
        known: What is known of the time from each to the next, as Known. An unresolved one adds
            nothing to the count. Shape (n - 1,), int8; empty for n = 0.
        aside: Readings that were set aside.
        base_per_count: Base units in one of the count: those of a step of the register, or what
            goes into the steps of all registers that stood there.
        restarted: Times [ms] of those after which a volatile register began at 0 again: ESTIMATED,
            and counted is what it showed then, the least that it can be. Shape (m,), int64.
    """

    time: np.ndarray
    count: np.ndarray
    known: np.ndarray
    aside: Aside = field(default_factory=Aside)
    base_per_count: Fraction = Fraction(1)
    restarted: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @cached_property
    def is_measured_throughout(self) -> bool:
        """Whether there is nothing but intervals of normal cadence, as on most days."""
        return not (self.known != MEASURED).any()

    @cached_property
    def is_counted(self) -> np.ndarray:
        """Whether it is known how much flowed in each: MEASURED or ESTIMATED. Shape (n - 1,)."""
        return np.asarray((self.known == MEASURED) | (self.known == ESTIMATED))

    @cached_property
    def is_open(self) -> np.ndarray:
        """Whether each was looked at and not measured: ESTIMATED or UNRESOLVED. Shape (n - 1,)."""
        return np.asarray((self.known == ESTIMATED) | (self.known == UNRESOLVED))


def join_aside(*parts: Aside) -> Aside:
    """Return readings set aside in order of time."""
    times = np.concatenate([part.time for part in parts])
    reasons = [reason for part in parts for reason in part.reason]
    order = np.argsort(times, kind="stable")
    return Aside(times[order], tuple(reasons[place] for place in order.tolist()))
