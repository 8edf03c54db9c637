"""The registers that stood at a metering point, one after the other, and their limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from energy.meter import REPLACEMENT, Meter, MeterEvent
from energy.span import HOUR_MS

SLACK_STEPS = 2
"""A register may be one step ahead of and one behind the truth when it is read."""

_ALWAYS = 2**62
_PRODUCT = 2**61


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


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a register can have advanced in a time, in integers that fit 64 bits.

    An advance is plausible if (advance - slack) x per <= steps x time.

    Attributes:
        modulus: Steps at which the register starts again from 0.
        steps: Greatest advance [steps] in ``per``.
        per: A time [ms].
        slack: Steps more that are always possible.
        wraps_after: Time [ms] from which the register may have wrapped more than once, so that
            two readings do not tell how far it went.
    """

    modulus: int
    steps: int
    per: int
    slack: int
    wraps_after: int

    def allows(self, *, advance: int, time_ms: int) -> bool:
        """Tell whether an advance [steps] modulo the width is plausible in a time [ms]."""
        if time_ms >= self.wraps_after:
            return False
        return (advance - self.slack) * self.per <= self.steps * time_ms


def limit_of(*, modulus: int, steps_per_hour: Fraction, slack: int = SLACK_STEPS) -> Limit:
    """Return the limit of a register.

    Args:
        modulus: Steps at which the register starts again from 0.
        steps_per_hour: Greatest plausible advance. Where a register is so wide that the exact
            fraction does not fit 64 bits it is rounded up to one that does.
        slack: Steps more that are always possible.
    """
    rate = min(steps_per_hour / HOUR_MS, Fraction(modulus))
    finest = max(1, _PRODUCT // modulus)
    if rate.denominator > finest:
        rate = Fraction(-(-rate.numerator * finest // rate.denominator), finest)
    if rate <= 0:
        return Limit(modulus, 0, 1, slack, _ALWAYS)
    wraps_after = -(-modulus * rate.denominator // rate.numerator)
    return Limit(modulus, rate.numerator, rate.denominator, slack, wraps_after)


def limit_of_meter(meter: Meter, epoch: Epoch) -> Limit:
    """Return the limit of one of a meter's registers."""
    rate = meter.base_per_hour_max / meter.base_per_step
    return limit_of(modulus=epoch.modulus, steps_per_hour=rate)
