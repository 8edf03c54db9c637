"""Reference data as files that a person edits: read, telling every mistake at once."""

from collections.abc import Sequence
from pathlib import Path

from energy.errors import Mistake, RegistryError
from energy.factors import Factor
from energy.provenance import SourceRow
from energy.reference import Reference
from energy.tariffs.rows import rows_by_name
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import read_rows
from storage.reference.calendars import CALENDAR_COLUMNS, read_calendars
from storage.reference.factors import read_factors
from storage.reference.instruments import read_instrument_rules
from storage.reference.seasons import read_heating, read_regions
from storage.reference.source_cells import check_ids
from storage.reference.tariff_toml import read_full_tariffs
from storage.reference.tariffs import LATER_COLUMNS, TARIFF_COLUMNS, read_tariffs
from storage.toml_tables import Table

WHAT = Text("参考数据", "reference data")


def read_reference(folder: Path) -> Reference:
    """Read a folder of reference data.

    Args:
        folder: Holds coefficients.csv, emission_factors.csv, densities.csv, heating_seasons.csv,
            regions.csv, and files of any name under tariffs/ (CSV and TOML) and calendars/ (CSV);
            the three files of instruments may be missing.

    Raises:
        RegistryError: All mistakes of all files at once.
    """
    mistakes: list[Mistake] = []
    factors, factor_sources = read_factors(folder, mistakes)
    heating, heating_sources = read_heating(folder, mistakes)
    regions, region_sources = read_regions(folder, mistakes)
    instruments, instrument_sources = read_instrument_rules(folder, mistakes)
    tariff_rows = _folder_rows(folder / "tariffs", TARIFF_COLUMNS, mistakes, later=LATER_COLUMNS)
    tariffs, tariff_sources = read_tariffs(tariff_rows)
    full_tariffs, version_sources = read_full_tariffs(folder / "tariffs", tariffs, mistakes)
    calendar_rows = _folder_rows(folder / "calendars", CALENDAR_COLUMNS, mistakes)
    calendars, calendar_sources = read_calendars(calendar_rows)
    sourced: list[tuple[Cells | Table, SourceRow]] = [
        *factor_sources,
        *heating_sources,
        *region_sources,
        *calendar_sources,
        *instrument_sources,
        *tariff_sources,
        *version_sources,
    ]
    check_ids(sourced)
    if mistakes:
        raise RegistryError(mistakes, WHAT)
    return Reference(
        tariffs=tariffs | rows_by_name(full_tariffs),
        factors=_by_set(factors),
        calendars=calendars,
        heating=heating,
        regions=regions,
        instruments=instruments,
        sources={source.id: source for _, source in sourced},
        full_tariffs=full_tariffs,
    )


def _by_set(factors: Sequence[Factor]) -> dict[str, tuple[Factor, ...]]:
    sets: dict[str, list[Factor]] = {}
    for factor in factors:
        sets.setdefault(factor.factor_set, []).append(factor)
    return {name: tuple(rows) for name, rows in sets.items()}


def _folder_rows(
    folder: Path, columns: Sequence[str], mistakes: list[Mistake], *, later: Sequence[str] = ()
) -> list[Cells]:
    files = sorted(folder.glob("*.csv"))
    return [cells for path in files for cells in read_rows(path, columns, mistakes, later=later)]
