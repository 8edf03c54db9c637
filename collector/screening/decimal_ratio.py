"""Scales of the registry as decimals, which multiply fast and exactly."""

from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])
"""Wide enough for every product of a number on the line and a scale of the registry."""
MOST_EXACT = 10**15
"""Below it no two decimals with the same places share a float."""
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


def written_as_float(number: Decimal, *, up: Decimal, down: int) -> int | None:
    """Return the whole count for which a float stands, as 0.29999999999999999 does for 0.3.

    Args:
        number: What was said.
        up: Counts in ``down`` units of it.
        down: See ``decimal_ratio``.
    """
    per_unit = Fraction(up) / down
    nearest = round(Fraction(number) * per_unit)
    is_it = nearest < MOST_EXACT and float(number) == float(nearest / per_unit)
    return nearest if is_it else None
