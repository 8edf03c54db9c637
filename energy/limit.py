"""How far a register can have advanced in a time: defined once for collector and ledger."""

from dataclasses import dataclass
from fractions import Fraction

from energy.meter import NET, UP, Meter
from energy.span import HOUR_MS

SLACK_STEPS = 2
"""A register may be one step ahead of and one behind the truth when it is read."""

_ALWAYS = 2**62
_PRODUCT = 2**61


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a register can have advanced in a time, in integers that fit 64 bits.

    An advance is plausible if (advance - slack) x per <= steps x time; of one that counts both
    ways its size is, and neither a fall nor a wrap is ever inferred from its sign.

    Attributes:
        modulus: Steps at which the register starts again from 0.
        steps: Greatest advance [steps] in ``per``.
        per: A time [ms].
        slack: Steps more that are always possible.
        wraps_after: Time [ms] from which the register may have wrapped more than once, so that
            two readings do not tell how far it went.
        counts: How it counts, a word of energy.meter.COUNTS.
    """

    modulus: int
    steps: int
    per: int
    slack: int
    wraps_after: int
    counts: str = UP

    @property
    def all_after(self) -> int:
        """Time [ms] from which whatever it can show is plausible, or cannot be told."""
        if self.counts == NET and self.steps:
            return -(-2 * self.modulus * self.per // self.steps)
        return self.wraps_after

    def shows(self, value: int) -> bool:
        """Tell whether a register of this width can show so many steps."""
        return abs(value) < self.modulus and (value >= 0 or self.counts == NET)

    def advance(self, before: int, after: int) -> int:
        """Return how far it went from one reading to the next [steps], through 0 if it fell."""
        gone = after - before
        return gone if self.counts == NET else gone % self.modulus

    def fits(self, before: int, after: int, *, time_ms: int) -> bool:
        """Tell whether it can have shown one [steps], and the other so much later."""
        return self.allows(advance=self.advance(before, after), time_ms=time_ms)

    def allows(self, *, advance: int, time_ms: int) -> bool:
        """Tell whether an advance [steps], as ``advance`` has it, is plausible in a time [ms]."""
        if time_ms >= self.wraps_after:
            return False
        return (abs(advance) - self.slack) * self.per <= self.steps * time_ms


def limit_of(
    *, modulus: int, steps_per_hour: Fraction, slack: int = SLACK_STEPS, counts: str = UP
) -> Limit:
    """Return the limit of a register.

    Args:
        modulus: Steps at which the register starts again from 0.
        steps_per_hour: Greatest plausible advance. Where a register is so wide that the exact
            fraction does not fit 64 bits it is rounded up to one that does.
        slack: Steps more that are always possible.
        counts: How it counts, a word of energy.meter.COUNTS.
    """
    rate = min(steps_per_hour / HOUR_MS, Fraction(modulus))
    finest = max(1, _PRODUCT // modulus)
    if rate.denominator > finest:
        rate = Fraction(-(-rate.numerator * finest // rate.denominator), finest)
    if rate <= 0:
        return Limit(modulus, 0, 1, slack, _ALWAYS, counts)
    wraps_after = -(-modulus * rate.denominator // rate.numerator)
    if counts == NET:
        wraps_after = _ALWAYS
    return Limit(modulus, rate.numerator, rate.denominator, slack, wraps_after, counts)


def limit_of_register(meter: Meter, *, modulus: int) -> Limit:
    """Return the limit of a register of some width at a metering point, its ratio included."""
    rate = meter.base_per_hour_max / meter.base_per_step
    return limit_of(modulus=modulus, steps_per_hour=rate, counts=meter.counts)
