"""Coefficients, emission factors and densities in the reference files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from energy.errors import Mistake
from energy.factor_choice import GUIDELINE_SET, OWN_SET
from energy.factors import Factor
from energy.kinds import KINDS
from energy.provenance import SourceRow
from energy.text import Text
from energy.units import base_units, units_of
from storage.csv_cells import Cells
from storage.csv_files import read_rows
from storage.reference.source_cells import SOURCE_COLUMNS, publication, source_row, validity

COAL_COLUMNS = (
    "id", "factor_set", "kind", "region", "valid_from", "valid_to", "value", "unit",
    *SOURCE_COLUMNS,
)  # fmt: skip
CO2_COLUMNS = (
    "id", "factor_set", "kind", "region", "valid_from", "valid_to", "data_year", "published",
    "value", "unit", *SOURCE_COLUMNS,
)  # fmt: skip
DENSITY_COLUMNS = ("id", "kind", "region", "valid_from", "valid_to", "value", "unit",
    *SOURCE_COLUMNS)  # fmt: skip
COAL_MASSES = {"kgce": 1, "tce": 1000}
CO2_MASSES = {"kgCO2": 1, "tCO2": 1000}

Sourced = list[tuple[Cells, SourceRow]]
_KINDS = tuple(kind.name for kind in KINDS.values() if kind.is_energy)
_FUELS = tuple(name for name in _KINDS if KINDS[name].base_unit == "mL")
_PER_MASS = {"kg": Fraction(1), "t": Fraction(1000)}
_LEAST_YEAR, _MOST_YEAR = 1990, 2200


@dataclass(frozen=True)
class Density:
    """A dated density of a liquid fuel [kg/L]."""

    id: str
    kind: str
    region: str
    valid_from: date
    valid_to: date
    kg_per_litre: Fraction


def read_factors(folder: Path, mistakes: list[Mistake]) -> tuple[list[Factor], Sourced]:
    """Return the factors of coal and of CO2 of a folder, and where all their rows come from."""
    sourced: Sourced = []
    densities = _densities(folder / "densities.csv", mistakes, sourced)
    coal = _factors(folder / "coefficients.csv", COAL_COLUMNS, COAL_MASSES, mistakes, sourced)
    co2 = _factors(folder / "emission_factors.csv", CO2_COLUMNS, CO2_MASSES, mistakes, sourced)
    _check_overlaps(coal)
    _check_overlaps(co2)
    _check_holes(coal)
    _check_apart(coal, co2)
    by_volume = [
        part
        for cells, factor in [*coal, *co2]
        for part in _by_volume(cells, factor, densities if cells.good else ())
    ]
    return by_volume, sourced


def _densities(path: Path, mistakes: list[Mistake], sourced: Sourced) -> list[Density]:
    found: list[tuple[Cells, Density]] = []
    for cells in read_rows(path, DENSITY_COLUMNS, mistakes):
        kind = cells.one_of("kind", _FUELS)
        valid = validity(cells)
        value = cells.exact("value")
        if cells.cell("unit") != "kg/L":
            problem = Text(
                f"{cells.cell('unit')!r} 不是密度的单位；请写成 kg/L。",
                f"{cells.cell('unit')!r} is not the unit of a density; write kg/L.",
            )
            cells.mistake("unit", problem)
        source = source_row(cells, DENSITY_COLUMNS, subject=kind, valid=valid)
        sourced.append((cells, source))
        found.append((cells, Density(source.id, kind, source.region, *valid, value)))
    _check_overlaps(found)
    return [density for _, density in found]


def _factors(
    path: Path,
    columns: Sequence[str],
    masses: Mapping[str, int],
    mistakes: list[Mistake],
    sourced: Sourced,
) -> list[tuple[Cells, Factor]]:
    found = []
    for cells in read_rows(path, columns, mistakes):
        factor_set = cells.name("factor_set")
        kind = cells.one_of("kind", _KINDS)
        valid = validity(cells)
        subject = f"{factor_set} {kind}"
        source = source_row(cells, columns, subject=subject, valid=valid)
        sourced.append((cells, source))
        value = _per_display(cells, kind, masses)
        found.append((cells, _factor(cells, source, factor_set, kind, value)))
    return found


def _factor(
    cells: Cells, source: SourceRow, factor_set: str, kind: str, per_display: Fraction
) -> Factor:
    year = cells.whole("data_year", least=_LEAST_YEAR, most=_MOST_YEAR, default=0)
    return Factor(
        factor_set=factor_set,
        kind=kind,
        region=source.region,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
        per_display=per_display,
        source=source.source,
        confidence=source.confidence,
        id=source.id,
        data_year=year,
        published=publication(cells, "published"),
    )


def _per_display(cells: Cells, kind: str, masses: Mapping[str, int]) -> Fraction:
    """Return the value per display unit; of a fuel that is written per mass, per kilogram."""
    value = cells.exact("value")
    mass, _, per = cells.cell("unit").partition("/")
    if kind not in _KINDS:
        return value
    if mass in masses and per in units_of(kind):
        return value * masses[mass] * KINDS[kind].base_per_display / base_units(kind=kind, unit=per)
    if mass in masses and _is_per_mass(cells, kind):
        return value * masses[mass] / _PER_MASS[per]
    right = [f"{heavy}/{KINDS[kind].display_unit}" for heavy in masses]
    right += [f"{heavy}/kg" for heavy in masses] if kind in _FUELS else []
    problem = Text(
        f"{cells.cell('unit')!r} 不适用于 {kind}；例如 {', '.join(right)}。",
        f"{cells.cell('unit')!r} does not fit {kind}; such as {', '.join(right)}.",
    )
    cells.mistake("unit", problem)
    return value


def _is_per_mass(cells: Cells, kind: str) -> bool:
    return kind in _FUELS and cells.cell("unit").partition("/")[2] in _PER_MASS


def _by_volume(cells: Cells, factor: Factor, densities: Sequence[Density]) -> list[Factor]:
    """Return the factor per litre, a row for each density that holds while it is in force."""
    if not cells.good or not _is_per_mass(cells, factor.kind):
        return [factor]
    own = [row for row in densities if row.kind == factor.kind and row.region == factor.region]
    country = [row for row in densities if row.kind == factor.kind and not row.region]
    parts = []
    reached = factor.valid_from
    for density in sorted(own or country, key=lambda row: row.valid_from):
        first = max(factor.valid_from, density.valid_from)
        end = min(factor.valid_to, density.valid_to)
        if first >= end or first > reached:
            continue
        reached = end
        per_litre = factor.per_display * density.kg_per_litre
        part = replace(
            factor,
            valid_from=first,
            valid_to=end,
            per_display=per_litre,
            density_id=density.id,
        )
        parts.append(part)
    if reached < factor.valid_to:
        problem = Text(
            f"densities.csv 中没有 {factor.kind} 在 {reached} 的密度；请补上一行。",
            f"densities.csv has no density of {factor.kind} on {reached}; add a row.",
        )
        cells.mistake("unit", problem)
    return parts


def _check_overlaps(found: Sequence[tuple[Cells, Factor | Density]]) -> None:
    """A file says one thing of a set, kind and region on a day."""
    above: dict[tuple[str, str, str], list[tuple[Cells, Factor | Density]]] = {}
    for cells, row in found:
        name = row.factor_set if isinstance(row, Factor) else ""
        same = above.setdefault((name, row.kind, row.region), [])
        for other_cells, other in same:
            if row.valid_from < other.valid_to and other.valid_from < row.valid_to:
                problem = Text(
                    f"与第 {other_cells.row} 行在相同的日期上重复有效；"
                    "请给前一行填写 valid_to，或删去其中一行。",
                    f"it holds on days on which row {other_cells.row} holds for the same; end "
                    "that row with valid_to, or remove one of them.",
                )
                cells.mistake("valid_from", problem)
        same.append((cells, row))


def _check_holes(found: Sequence[tuple[Cells, Factor]]) -> None:
    """A coefficient goes on until the next one of its set, kind and region: nothing lies between.

    Emission factors may have years without one, for their choice says so and steps down; densities
    where no fuel needs them.
    """
    series: dict[tuple[str, str, str], list[tuple[Cells, Factor]]] = {}
    for cells, row in found:
        series.setdefault((row.factor_set, row.kind, row.region), []).append((cells, row))
    for same in series.values():
        ordered = sorted(same, key=lambda one: one[1].valid_from)
        for (cells, row), (other_cells, other) in pairwise(ordered):
            if row.valid_to < other.valid_from:
                problem = Text(
                    f"{row.valid_to} 到第 {other_cells.row} 行的 {other.valid_from} 之间没有系数；"
                    "请延长 valid_to 或补一行。",
                    f"from {row.valid_to} to {other.valid_from} of row {other_cells.row} there is "
                    "none; write a later valid_to, or a row between.",
                )
                cells.mistake("valid_to", problem)


def _check_apart(coal: Sequence[tuple[Cells, Factor]], co2: Sequence[tuple[Cells, Factor]]) -> None:
    """A set is of coal or of CO2, never of both."""
    for cells, factor in coal:
        if factor.factor_set in (OWN_SET, GUIDELINE_SET):
            problem = Text(
                f"{factor.factor_set} 是 emission_factors.csv 中的系列；请换一个名称。",
                f"{factor.factor_set} is a series of emission_factors.csv; name this set "
                "otherwise.",
            )
            cells.mistake("factor_set", problem)
    taken = {factor.factor_set for _, factor in coal}
    for cells, factor in co2:
        if factor.factor_set in taken:
            problem = Text(
                f"{factor.factor_set} 已是 coefficients.csv 中的一套系数；请换一个名称。",
                f"{factor.factor_set} is a set of coefficients.csv; name this one otherwise.",
            )
            cells.mistake("factor_set", problem)
