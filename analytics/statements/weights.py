"""What an amount weighs in standard coal and emits, by the sets that a report chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from energy.factor_choice import (
    GUIDELINE_SET,
    OWN_SET,
    Choice,
    choose_factor,
    national_instead,
    own_factor,
)
from energy.factors import Factor, factor_at
from energy.kinds import KINDS
from energy.provenance import SourceRow
from energy.scopes import scope_of
from energy.text import Text

GRAMS = 1000
"""Grams in a kilogram: coal and CO2 of a statement are whole grams."""

LOCATION, MARKET = "location", "market"
METHODS = (LOCATION, MARKET)


@dataclass(frozen=True)
class Terms:
    """What a statement is made by, chosen per report.

    Attributes:
        coal_set: Name of the set of coal coefficients.
        co2_set: Name of the series of emission factors.
        factors: Name to the rows of each set and series.
        region: Administrative division of the institution.
        co2_region: Division whose factors of the year are chosen, a step down at a time; "" for
            the national factor in use, as the statistics system and the boards have it.
        national_set: Series that stands in where a report is by own factors and none is named.
        residual_set: Series without market-traded non-fossil power, for scope 2 by market.
        regions: The region above each region.
        sources: Where each row of reference data comes from, by its id.
        method: By which CO2 is shown, LOCATION or MARKET; both are computed.
        whose: Name of the institution, of which the user may have named factors; "" for none.
    """

    coal_set: str
    co2_set: str
    factors: Mapping[str, Sequence[Factor]]
    region: str
    co2_region: str = ""
    national_set: str = "MEE-average"
    residual_set: str = "MEE-residual"
    regions: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    method: str = LOCATION
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Grams of standard coal or CO2 of an amount.

    Attributes:
        grams: Whole grams, half a gram rounded up.
        rows: Ids of the rows of reference data that it was weighed by.
        per_display: kg a display unit of the kind.
        notes: What a reader has to know, such as a factor that stands in for another.
    """

    grams: int
    rows: tuple[str, ...]
    per_display: Fraction
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Emission:
    """CO2 of an amount.

    Attributes:
        scope: 1 for what is burnt on the spot, 2 for bought electricity, heat and cold.
        method: LOCATION or MARKET; only electricity differs by it.
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


def coal_of(amount: int | None, terms: Terms, *, kind: str, day: date) -> Weighed | None:
    """Return the standard coal of an amount; None if it has none or no coefficient is known.

    Args:
        amount: Base units; None where it is missing.
        terms: Name the set of coefficients.
        kind: Kind of energy or water; water never weighs anything.
        day: First day of the stretch: the row that holds on it weighs the whole stretch.
    """
    if amount is None or not KINDS[kind].is_energy:
        return None
    rows = terms.factors.get(terms.coal_set, ())
    return _weighed(amount, factor_at(rows, kind=kind, region=terms.region, day=day))


def co2_of(amount: int | None, terms: Terms, *, kind: str, day: date) -> tuple[Emission, ...]:
    """Return the CO2 of an amount by location and by market; nothing where it has none.

    Only electricity differs by market: without certificates every kWh has the factor without
    market-traded non-fossil power.

    Args:
        amount: Base units that were bought; None where it is missing.
        terms: Name the series of factors, and the region if they are chosen by it.
        kind: Kind of energy or water.
        day: First day of the stretch.
    """
    scope = scope_of(kind)
    if amount is None or scope is None:
        return ()
    found = []
    for method, series in ((LOCATION, terms.co2_set), (MARKET, terms.residual_set)):
        taken = series if kind == "electricity" else terms.co2_set
        choice = _factor_of(terms, taken, kind, day)
        weighed = _weighed(amount, choice.factor, choice.warnings)
        if weighed is not None:
            found.append(Emission(int(scope), method, weighed))
    return tuple(found)


def _factor_of(terms: Terms, series: str, kind: str, day: date) -> Choice:
    """Return the national factor in use on a day, or the one that a region and a year have.

    Of a report by own factors it is what the user named for the institution, with or without a
    region.
    """
    own = terms.factors.get(OWN_SET, ())
    rows = terms.factors.get(terms.national_set if series == OWN_SET else series, ())
    if not terms.co2_region:
        national = factor_at(rows, kind=kind, region="", day=day)
        if terms.co2_set != OWN_SET:
            return Choice(national)
        named = own_factor(
            own,
            kind=kind,
            region=terms.region,
            day=day,
            parents=terms.regions,
            whose=terms.whose,
        )
        return national_instead(national, kind) if named is None else Choice(named)
    return choose_factor(
        rows,
        kind=kind,
        region=terms.co2_region,
        day=day,
        parents=terms.regions,
        whose=terms.whose,
        own=own,
        defaults=terms.factors.get(GUIDELINE_SET, ()),
    )


def _weighed(amount: int, row: Factor | None, notes: tuple[Text, ...] = ()) -> Weighed | None:
    if row is None:
        return None
    grams = weigh(amount, kind=row.kind, per_display=row.per_display)
    rows = tuple(one for one in row.used if one) or (_unnamed(row),)
    return Weighed(grams, rows, row.per_display, notes)


def _unnamed(row: Factor) -> str:
    """Return how a row is called that was stored before rows had names."""
    return f"{row.factor_set}/{row.kind}/{row.valid_from.isoformat()}"
