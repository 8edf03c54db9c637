"""What an amount weighs in standard coal and emits, by the sets that a report chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from energy.factors import Factor, factor_at
from energy.kinds import KINDS
from energy.text import Text

GRAMS = 1000
"""Grams in a kilogram: coal and CO2 of a statement are whole grams."""

LOCATION, MARKET = "location", "market"
METHODS = (LOCATION, MARKET)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Grams of standard coal or CO2 of an amount.

    Attributes:
        grams: Whole grams, half a gram rounded up.
        row: The row of reference data that it was weighed by, as it is known there.
        per_display: kg a display unit of the kind.
        notes: What a reader has to know, such as a factor that stands in for another.
    """

    grams: int
    row: str
    per_display: Fraction
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Emission:
    """CO2 of an amount.

    Attributes:
        scope: 1 for what is burnt on the spot, 2 for bought electricity, heat and cold.
        method: LOCATION or MARKET; LOCATION for scope 1, where both are the same.
        weighed: How much.
    """

    scope: int
    method: str
    weighed: Weighed


def half_up(number: Fraction) -> int:
    """Return the nearest whole number; half of one is rounded up."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def weigh(amount: int, *, kind: str, per_display: Fraction) -> int:
    """Return whole grams of an amount.

    Args:
        amount: Base units.
        kind: Kind of energy.
        per_display: kg a display unit.
    """
    return half_up(amount * per_display * GRAMS / KINDS[kind].base_per_display)


def coal_of(
    amount: int | None, rows: Sequence[Factor], *, kind: str, region: str, day: date
) -> Weighed | None:
    """Return the standard coal of an amount; None if it has none or no coefficient is known.

    Args:
        amount: Base units; None where it is missing.
        rows: One set of coefficients.
        kind: Kind of energy or water; water never weighs anything.
        region: Administrative division of the institution.
        day: First day of the stretch: the row that holds on it weighs the whole stretch.
    """
    if amount is None or not KINDS[kind].is_energy:
        return None
    row = factor_at(rows, kind=kind, region=region, day=day)
    if row is None:
        return None
    grams = weigh(amount, kind=kind, per_display=row.per_display)
    return Weighed(grams, row_name(row), row.per_display)


def row_name(row: Factor) -> str:
    """Return how a row of reference data is named in a statement."""
    return f"{row.factor_set}/{row.kind}/{row.valid_from.isoformat()}"


SCOPE_2 = ("electricity", "heat", "cold")
"""What is bought as energy and burnt elsewhere; every other kind is burnt on the spot."""


def co2_of(
    amount: int | None, rows: Sequence[Factor], *, kind: str, region: str, day: date
) -> tuple[Emission, ...]:
    """Return the CO2 of an amount, location based; nothing where it has none.

    Args:
        amount: Base units that were bought; None where it is missing.
        rows: One set of emission factors.
        kind: Kind of energy or water.
        region: Administrative division of the institution.
        day: First day of the stretch: the row that holds on it weighs the whole stretch.
    """
    if amount is None or not KINDS[kind].is_energy:
        return ()
    row = factor_at(rows, kind=kind, region=region, day=day)
    if row is None:
        return ()
    grams = weigh(amount, kind=kind, per_display=row.per_display)
    scope = 2 if kind in SCOPE_2 else 1
    return (Emission(scope, LOCATION, Weighed(grams, row_name(row), row.per_display)),)
