"""What an amount weighs in standard coal and emits: dated rows with source, never constants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Factor:
    """One dated row of a set of coefficients (折标系数) or emission factors (排放因子).

    Attributes:
        factor_set: Name of the set; chosen per report, never mixed.
        kind: Kind of energy.
        region: Administrative division code the row is for; "" for the whole country.
        valid_from: First date of use.
        valid_to: First date it is no longer used; date.max when open.
        per_display: kgce, or kgCO2, per display unit of the kind, exact.
        source: The text it comes from.
        confidence: verified, secondary, general or example.
        id: Its row in the reference file; "" where it was stored before rows had one.
        data_year: Year whose generation it was computed from; 0 where there is none.
        published: When it was published: a year, a month or a day; "" where it is not known.
        density_id: Row of the density that made it from a value per mass; "" where none was needed.
    """

    factor_set: str
    kind: str
    region: str
    valid_from: date
    valid_to: date
    per_display: Fraction
    source: str
    confidence: str
    id: str = ""
    data_year: int = 0
    published: str = ""
    density_id: str = ""

    @property
    def used(self) -> tuple[str, ...]:
        """Return the ids of the reference rows its figure came from."""
        return (self.id, self.density_id) if self.density_id else (self.id,)

    @property
    def weight(self) -> tuple[str, str, str, date, date, Fraction]:
        """Return all of it that decides a figure, without where it comes from."""
        return (
            self.factor_set, self.kind, self.region,
            self.valid_from, self.valid_to, self.per_display,
        )  # fmt: skip


def factor_at(rows: Sequence[Factor], *, kind: str, region: str, day: date) -> Factor | None:
    """Return the row in force for a kind on a local date; None when the set has none.

    A row for the region wins over one for the whole country.
    """
    holding = [
        row
        for row in rows
        if row.kind == kind and row.region in (region, "") and row.valid_from <= day < row.valid_to
    ]
    return max(holding, key=lambda row: (row.region == region, row.valid_from), default=None)
