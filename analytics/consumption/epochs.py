"""The registers that stood at a metering point, one after the other, and their limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from energy.limit import Limit, limit_of_register
from energy.meter import REPLACEMENT, Meter, MeterEvent


@dataclass(frozen=True, slots=True)
class Epoch:
    """One register in its place.

    Attributes:
        start: When it was put there [ms]; a reading at this instant still belongs to the one
            before. None for the first.
        end: When it was taken away [ms]; None for the one that is there.
        modulus: Steps at which it starts again from 0.
        opening: What it showed at its start [steps]; None if nobody wrote it down.
        closing: What it showed at its end [steps]; None if nobody wrote it down.
    """

    start: int | None
    end: int | None
    modulus: int
    opening: int | None = None
    closing: int | None = None


def epochs_of(meter: Meter, events: Sequence[MeterEvent]) -> tuple[Epoch, ...]:
    """Return the registers of a meter in order of time.

    Args:
        meter: The meter as it was first put up.
        events: Its events in order of time.
    """
    found: list[Epoch] = []
    start, opening, modulus = None, None, meter.modulus
    for event in events:
        if event.event == REPLACEMENT:
            found.append(Epoch(start, event.time, modulus, opening, event.closing))
            start, opening, modulus = event.time, event.opening, 10**event.digits
    return (*found, Epoch(start, None, modulus, opening))


def limit_of_meter(meter: Meter, epoch: Epoch) -> Limit:
    """Return the limit of one of a meter's registers."""
    return limit_of_register(meter, modulus=epoch.modulus)
