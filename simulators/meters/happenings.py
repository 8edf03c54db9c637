"""What meters show and send: the values between truth, faults and messages."""

from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

import numpy as np

from energy.meter import Meter, MeterEvent
from energy.reading import GAUGE
from simulators.scenario import Fault

NO_TIME = -1


@dataclass
class Told:
    """What one meter shows and sends at its readings. Arrays of shape (n,) unless said.

    Attributes:
        meter: The metering point.
        time: When it is truly read [ms since 1970 UTC].
        edges: Steps its register truly advanced since the origin at each edge of a slot, never
            wrapped, replacements bridged. Shape (slots + 1,). A gauge: its values.
        count: The same at each reading.
        shown: What the register shows [steps].
        said_first: What is sent first; differs from shown where a reading is corrected later.
        published: Whether the reading is ever sent.
        good: Whether shown is what the register truly stands at when it is read.
        publish_at: When it is sent first [ms].
        said_time: When it is said to be read [ms]; NO_TIME where nothing is said.
    """

    meter: Meter
    time: np.ndarray
    edges: np.ndarray
    count: np.ndarray
    shown: np.ndarray
    said_first: np.ndarray
    published: np.ndarray
    good: np.ndarray
    publish_at: np.ndarray
    said_time: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Whether the register stood at what is shown at the time that is said. Shape (n,)."""
        return np.asarray(self.good & (self.said_time == self.time))

    @property
    def refused(self) -> np.ndarray:
        """Whether more is said than the register has digits for, so that it must be refused."""
        if self.meter.table == GAUGE:
            return np.zeros(len(self.shown), bool)
        return np.asarray(self.shown >= self.meter.modulus)


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a device said at a reading, said again.

    Attributes:
        device: Name of the device.
        slot: Index of the reading.
        publish_at: When it is said again [ms].
        retained: Whether it is said as what a broker retains.
    """

    device: str
    slot: int
    publish_at: int
    retained: bool = False


@dataclass(frozen=True, slots=True)
class BadMessage:
    """A message that holds exactly one reading that must be refused.

    Attributes:
        kind: One of simulators.scenario.MESSAGE.
        meter: The meter it pretends to come from.
        publish_at: When it is sent [ms].
    """

    kind: str
    meter: Meter
    publish_at: int


@dataclass(frozen=True, slots=True)
class TrueFault:
    """A planted fault with its span.

    Attributes:
        fault: As the scenario says.
        start: First instant it touches [ms].
        end: First instant it no longer touches [ms].
        refused: Readings that must be refused because of it.
    """

    fault: Fault
    start: int
    end: int
    refused: int = 0


@dataclass(frozen=True, slots=True)
class TrueRatio:
    """A ratio that somebody wrote down.

    Attributes:
        time: When it began [ms].
        count: Steps the register had advanced since the origin by then.
        base_per_step: Base units in each step from then on.
    """

    time: int
    count: int
    base_per_step: Fraction


@dataclass
class Happenings:
    """All that meters show and send.

    Attributes:
        told: By meter, gauges too.
        repeats: What is said twice.
        bad: Messages that must be refused.
        faults: The planted faults with their spans.
        events: Entries of the meters' life that somebody wrote down.
        longest_delay_ms: Longest time between a reading and its first publish; as much longer as
            the fastest clock is ahead.
        jumps: Meter to the times [ms] at which its register became another, or began again, and
            nobody wrote it down.
        ratios: Meter to the ratios that were written down, in order of time.
    """

    told: dict[str, Told] = field(default_factory=dict)
    repeats: list[Repeat] = field(default_factory=list)
    bad: list[BadMessage] = field(default_factory=list)
    faults: list[TrueFault] = field(default_factory=list)
    events: list[MeterEvent] = field(default_factory=list)
    longest_delay_ms: int = 0
    jumps: dict[str, list[int]] = field(default_factory=dict)
    ratios: dict[str, list[TrueRatio]] = field(default_factory=dict)


def still_to_come(happenings: Happenings, since: int) -> Happenings:
    """Return what is said after a time, without the memory of what was said before it.

    Args:
        happenings: A whole history.
        since: Nothing published at or before it is needed any more [ms since 1970 UTC].
    """
    repeats = [repeat for repeat in happenings.repeats if repeat.publish_at > since]
    slots = [int(np.argmax(told.publish_at > since)) for told in happenings.told.values()]
    first = min([*slots, *(repeat.slot for repeat in repeats)], default=0)
    return replace(
        happenings,
        told={name: _from_slot(told, first) for name, told in happenings.told.items()},
        repeats=[replace(repeat, slot=repeat.slot - first) for repeat in repeats],
        bad=[bad for bad in happenings.bad if bad.publish_at > since],
    )


def _from_slot(told: Told, first: int) -> Told:
    """Return copies of the ends of its arrays: a view would keep the whole of them."""
    arrays = {
        entry.name: getattr(told, entry.name)[first:].copy()
        for entry in fields(told)
        if entry.name != "meter"
    }
    return replace(told, **arrays)
