"""The registers that stood at a metering point, one after the other, and their limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from energy.life import Register, common_measure, first_register, register_after
from energy.limit import Limit, limit_of_register
from energy.meter import EVENTS, INSTALLED, REMOVED, UP, Meter, MeterEvent

_REMEMBERED = 10_000
"""Of so many meters at once; chosen: those of a large district, some 2 KB each."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One register in its place, with one ratio; or the time in which none stood there.

    Attributes:
        start: When it was put there [ms]; a reading at this instant still belongs to the one
            before. None for the first.
        end: When it was taken away [ms]; None for the one that is there.
        modulus: Steps at which it starts again from 0.
        opening: What it showed at its start [steps]; None if nobody wrote it down.
        closing: What it showed at its end [steps]; None if nobody wrote it down.
        factor: Units of the course's count in one step.
        register: Its width, ratio and greatest rate; None for what meters.csv says.
        is_there: Whether an instrument stood there at all.
        counts: How it counts, a word of energy.meter.COUNTS.
    """

    start: int | None
    end: int | None
    modulus: int
    opening: int | None = None
    closing: int | None = None
    factor: int = 1
    register: Register | None = None
    is_there: bool = True
    counts: str = UP


class Registers(NamedTuple):
    """All registers of a metering point.

    Attributes:
        epochs: In order of time.
        limits: How far each can advance.
        base_per_count: Base units in one unit of the count that goes through all of them.
    """

    epochs: tuple[Epoch, ...]
    limits: tuple[Limit, ...]
    base_per_count: Fraction


@lru_cache(maxsize=_REMEMBERED)
def registers_of(meter: Meter, events: tuple[MeterEvent, ...]) -> Registers:
    """Return the registers of a meter: every round asks, and only the registry changes the answer.

    Args:
        meter: The meter as it was first put up.
        events: Its events in order of time.
    """
    epochs = epochs_of(meter, events)
    limits = tuple(limit_of_meter(meter, epoch) for epoch in epochs)
    return Registers(epochs, limits, base_per_count(meter, epochs))


def epochs_of(meter: Meter, events: Sequence[MeterEvent]) -> tuple[Epoch, ...]:
    """Return the registers of a meter in order of time.

    Each has the factor that counts all of them in one unit, see base_per_count.

    Args:
        meter: The meter as it was first put up.
        events: Its events in order of time.
    """
    found: list[Epoch] = []
    register = first_register(meter)
    epoch = Epoch(None, None, register.modulus, register=register, counts=meter.counts)
    for event in (one for one in events if one.event in EVENTS):
        # Where one was installed and nothing is said of any before, there was none.
        is_there = epoch.is_there and (event.event != INSTALLED or bool(found))
        found.append(replace(epoch, end=event.time, closing=event.closing, is_there=is_there))
        register = register_after(register, event, meter)
        epoch = Epoch(
            event.time,
            None,
            register.modulus,
            event.opening,
            register=register,
            is_there=event.event != REMOVED,
            counts=meter.counts,
        )
    found.append(epoch)
    if len(found) == 1:
        return tuple(found)
    unit = common_measure(_bases(meter, found))
    return tuple(_counted_in(unit, one, meter) for one in found)


def base_per_count(meter: Meter, epochs: Sequence[Epoch]) -> Fraction:
    """Return base units in one unit of the count that goes through all of a meter's registers.

    It is the greatest that goes a whole number of times into a step of each of them, so that
    counts stay integers whatever the ratios are.
    """
    return common_measure(_bases(meter, epochs)) if len(epochs) > 1 else meter.base_per_step


def limit_of_meter(meter: Meter, epoch: Epoch) -> Limit:
    """Return the limit of one of a meter's registers."""
    own = meter if epoch.register is None else epoch.register.at(meter)
    return limit_of_register(own, modulus=epoch.modulus)


def _bases(meter: Meter, epochs: Iterable[Epoch]) -> set[Fraction]:
    registers = {epoch.register for epoch in epochs if epoch.is_there}
    return {one.at(meter).base_per_step for one in registers if one} or {meter.base_per_step}


def _counted_in(unit: Fraction, epoch: Epoch, meter: Meter) -> Epoch:
    if epoch.register is None or not epoch.is_there:
        return epoch
    return replace(epoch, factor=int(epoch.register.at(meter).base_per_step / unit))
