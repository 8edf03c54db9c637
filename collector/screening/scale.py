"""How the numbers of a channel become whole steps with floats, wherever that is certain."""

from fractions import Fraction
from typing import NamedTuple

from collector.screening.rule import Rule
from energy.reading import GAUGE

_LARGEST_SCALE = 10**9
GAUGE_STEPS = 10**6
"""A gauge in another unit is brought to its own in whole millionths, as exactly as a register."""


class Scale(NamedTuple):
    """How a number on the line becomes whole steps: multiplied by one, divided by the other.

    Both 0 where that cannot be done with floats and certainty.
    """

    multiply: int = 0
    divide: int = 0


def scale_of(rule: Rule) -> Scale:
    """Return how a number becomes steps, base units, or millionths of a gauge's unit."""
    scale = Fraction(rule.up) / rule.down
    if rule.table == GAUGE:
        scale *= GAUGE_STEPS
        if str(scale).strip("0") != "1":  # a power of ten alone keeps decimals decimal
            return Scale()
    if scale.denominator == 1 and scale <= _LARGEST_SCALE * GAUGE_STEPS:
        return Scale(int(scale), 1)
    if scale.numerator == 1 and scale.denominator <= _LARGEST_SCALE:
        return Scale(1, scale.denominator)
    return Scale()
