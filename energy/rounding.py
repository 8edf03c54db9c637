"""Rounding of parts for print, so that they add up to the rounded whole."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def parts_in_print(parts: Sequence[Fraction], places: int) -> list[Decimal]:
    """Return parts rounded so that their sum is the rounded sum, half up, away from zero.

    Each is rounded down; what is missing then goes, one unit of the last place each, to those with
    the largest remainders (of equal ones, to the first). So no part is a unit or more away from
    what it is, and one without a remainder stays as it is.

    Args:
        parts: What adds up, exact.
        places: Places behind the point.

    Source: docs/methods.md, "Change explained"; the method of largest remainders.
    """
    scaled = [part * 10**places for part in parts]
    units = [floor(part) for part in scaled]
    missing = _half_up(sum(scaled, Fraction(0))) - sum(units)
    by_remainder = sorted(range(len(units)), key=lambda place: units[place] - scaled[place])
    for place in by_remainder[:missing]:
        units[place] += 1
    return [Decimal(unit).scaleb(-places) for unit in units]


def _half_up(number: Fraction) -> int:
    """Return the nearest whole number, a half away from zero, as numbers are printed."""
    whole = floor(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole
