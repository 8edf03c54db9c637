"""Scales of the registry as decimals, which multiply fast and exactly."""

from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])
"""Wide enough for every product of a number on the line and a scale of the registry."""
_MOST_PLACES = 40


def decimal_ratio(scale: Fraction) -> tuple[Decimal, int]:
    """Return a decimal and 1, or two whole numbers, whose ratio is the scale.

    Multiplying by a decimal is several times faster than by a fraction, and just as exact.
    """
    places = 0
    while places < _MOST_PLACES and (scale * 10**places).denominator != 1:
        places += 1
    shifted = scale * 10**places
    if shifted.denominator == 1:
        return Decimal(shifted.numerator).scaleb(-places, EXACT), 1
    return Decimal(scale.numerator), scale.denominator
