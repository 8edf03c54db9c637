"""Reference data as files that a person edits: read, telling every mistake at once."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from energy.calendars import Calendar
from energy.errors import Mistake, RegistryError
from energy.factors import Factor
from energy.kinds import KINDS
from energy.reference import Reference
from energy.tariff_rows import rows_by_name
from energy.text import Text
from energy.units import base_units, units_of
from storage.calendar_files import CALENDAR_COLUMNS, read_calendars
from storage.csv_cells import Cells
from storage.csv_files import read_rows
from storage.tariff_files import TARIFF_COLUMNS, read_tariffs
from storage.tariff_toml import read_full_tariffs

FACTOR_COLUMNS = (
    "factor_set", "kind", "region", "valid_from", "valid_to", "value", "unit", "source",
    "confidence",
)  # fmt: skip
COAL_MASSES = {"kgce": 1, "tce": 1000}
CO2_MASSES = {"kgCO2": 1, "tCO2": 1000}
WHAT = Text("参考数据", "reference data")
CONFIDENCES = ("verified", "secondary", "general", "example")


def read_reference(folder: Path) -> Reference:
    """Read a folder of reference data.

    Args:
        folder: Holds coefficients.csv, emission_factors.csv, and files of any name under
            tariffs/ (CSV and TOML) and calendars/ (CSV).

    Raises:
        RegistryError: All mistakes of all files at once.
    """
    mistakes: list[Mistake] = []
    coal = _factors(folder / "coefficients.csv", COAL_MASSES, mistakes)
    co2 = _factors(folder / "emission_factors.csv", CO2_MASSES, mistakes)
    _check_overlaps(coal)
    _check_overlaps(co2)
    _check_apart(coal, co2)
    tariff_rows = _folder_rows(folder / "tariffs", TARIFF_COLUMNS, mistakes)
    tariffs = read_tariffs(tariff_rows, CONFIDENCES)
    full_tariffs = read_full_tariffs(folder / "tariffs", tariffs, CONFIDENCES, mistakes)
    calendar_rows = _folder_rows(folder / "calendars", CALENDAR_COLUMNS, mistakes)
    calendars: dict[str, Calendar] = read_calendars(calendar_rows, CONFIDENCES)
    if mistakes:
        raise RegistryError(mistakes, WHAT)
    factors: dict[str, list[Factor]] = {}
    for _, factor in [*coal, *co2]:
        factors.setdefault(factor.factor_set, []).append(factor)
    return Reference(
        tariffs=tariffs | rows_by_name(full_tariffs),
        factors={name: tuple(rows) for name, rows in factors.items()},
        calendars=calendars,
        full_tariffs=full_tariffs,
    )


def _folder_rows(folder: Path, columns: Sequence[str], mistakes: list[Mistake]) -> list[Cells]:
    files = sorted(folder.glob("*.csv"))
    return [cells for path in files for cells in read_rows(path, columns, mistakes)]


def _factors(
    path: Path, masses: dict[str, int], mistakes: list[Mistake]
) -> list[tuple[Cells, Factor]]:
    return [(cells, _factor(cells, masses)) for cells in read_rows(path, FACTOR_COLUMNS, mistakes)]


def _factor(cells: Cells, masses: dict[str, int]) -> Factor:
    kinds = [kind.name for kind in KINDS.values() if kind.is_energy]
    kind = cells.one_of("kind", kinds)
    valid_from = cells.day("valid_from")
    valid_to = cells.day("valid_to", default=date.max)
    if valid_from >= valid_to:
        problem = Text(
            f"{valid_to} 不晚于 valid_from {valid_from}。",
            f"{valid_to} is not after valid_from {valid_from}.",
        )
        cells.mistake("valid_to", problem)
    value = cells.exact("value")
    mass, _, per = cells.cell("unit").partition("/")
    if kind in kinds and (mass not in masses or per not in units_of(kind)):
        right = ", ".join(f"{heavy}/{KINDS[kind].display_unit}" for heavy in masses)
        problem = Text(
            f"{cells.cell('unit')!r} 不适用于 {kind}；例如 {right}。",
            f"{cells.cell('unit')!r} does not fit {kind}; such as {right}.",
        )
        cells.mistake("unit", problem)
    elif kind in kinds:
        displays = KINDS[kind].base_per_display / base_units(kind=kind, unit=per)
        value *= masses[mass] * displays
    return Factor(
        factor_set=cells.name("factor_set"),
        kind=kind,
        region=cells.name("region", needed=False),
        valid_from=valid_from,
        valid_to=valid_to,
        per_display=value,
        source=cells.text("source", needed=True),
        confidence=cells.one_of("confidence", CONFIDENCES),
    )


def _check_overlaps(found: Sequence[tuple[Cells, Factor]]) -> None:
    """A set says one thing of a kind and region on a day."""
    above: dict[tuple[str, str, str], list[tuple[Cells, Factor]]] = {}
    for cells, factor in found:
        same = above.setdefault((factor.factor_set, factor.kind, factor.region), [])
        for other_cells, other in same:
            if factor.valid_from < other.valid_to and other.valid_from < factor.valid_to:
                problem = Text(
                    f"与第 {other_cells.row} 行在相同的日期上重复有效。",
                    f"it holds on days on which row {other_cells.row} holds for the same.",
                )
                cells.mistake("valid_from", problem)
        same.append((cells, factor))


def _check_apart(coal: Sequence[tuple[Cells, Factor]], co2: Sequence[tuple[Cells, Factor]]) -> None:
    """A set is of coal or of CO2, never of both."""
    taken = {factor.factor_set for _, factor in coal}
    for cells, factor in co2:
        if factor.factor_set in taken:
            problem = Text(
                f"{factor.factor_set} 已是 coefficients.csv 中的一套系数；请换一个名称。",
                f"{factor.factor_set} is a set of coefficients.csv; name this one otherwise.",
            )
            cells.mistake("factor_set", problem)
