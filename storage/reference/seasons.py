"""Heating seasons and the tree of regions in the reference files."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from energy.errors import Mistake
from energy.heating import MIDSUMMER, HeatingSeason
from energy.provenance import SourceRow
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique, read_rows
from storage.reference.source_cells import SOURCE_COLUMNS, source_row, validity

SEASON_COLUMNS = (
    "id", "region", "season", "first", "last", "valid_from", "valid_to", *SOURCE_COLUMNS,
)  # fmt: skip
REGION_COLUMNS = (
    "id", "region", "parent", "valid_from", "valid_to", "zh", "en", *SOURCE_COLUMNS,
)  # fmt: skip
_SEASON = re.compile(r"([0-9]{4})-([0-9]{4})")
_LEAP_YEAR = 2024

Sourced = list[tuple[Cells, SourceRow]]


def read_heating(
    folder: Path, mistakes: list[Mistake]
) -> tuple[tuple[HeatingSeason, ...], Sourced]:
    """Return when regions are heated, and where the rows come from."""
    sourced: Sourced = []
    found: list[tuple[Cells, HeatingSeason]] = []
    for cells in read_rows(folder / "heating_seasons.csv", SEASON_COLUMNS, mistakes):
        valid = validity(cells)
        source = source_row(cells, SEASON_COLUMNS, subject="heating", valid=valid)
        season = HeatingSeason(
            source.id,
            source.region,
            _season(cells),
            _month_day(cells, "first"),
            _month_day(cells, "last"),
            *valid,
        )
        _check_winter(cells, season)
        sourced.append((cells, source))
        found.append((cells, season))
    _check_overlaps(found)
    return tuple(season for _, season in found), sourced


def read_regions(folder: Path, mistakes: list[Mistake]) -> tuple[dict[str, str], Sourced]:
    """Return the region above each region, and where the rows come from."""
    rows = read_rows(folder / "regions.csv", REGION_COLUMNS, mistakes)
    check_unique(rows, "region")
    parents: dict[str, str] = {}
    sourced: Sourced = []
    for cells in rows:
        source = source_row(cells, REGION_COLUMNS, subject="region", valid=validity(cells))
        sourced.append((cells, source))
        parents[cells.name("region")] = cells.name("parent", needed=False)
        cells.text("zh", needed=True)
        cells.text("en", needed=True)
    for cells in rows:
        _check_parent(cells, parents)
    return parents, sourced


def _check_parent(cells: Cells, parents: dict[str, str]) -> None:
    region, parent = cells.cell("region"), cells.cell("parent")
    if parent and parent not in parents:
        problem = Text(
            f"{parent} 不在 regions.csv 中；请补上一行，或留空表示全国。",
            f"{parent} is not in regions.csv; add a row, or leave it empty for the country.",
        )
        cells.mistake("parent", problem)
    seen = {region}
    while parent and parent in parents:
        if parent in seen:
            problem = Text(
                f"{region} 位于自身之内；请更正上一级。",
                f"{region} lies within itself; correct the region above.",
            )
            cells.mistake("parent", problem)
            return
        seen.add(parent)
        parent = parents[parent]


def _season(cells: Cells) -> str:
    text = cells.cell("season")
    found = _SEASON.fullmatch(text)
    if text and not (found and int(found[2]) == int(found[1]) + 1):
        problem = Text(
            f"{text!r} 不是采暖季，请写成 2025-2026，或留空表示每一季。",
            f"{text!r} is not a season. Write 2025-2026, or leave it empty for every season.",
        )
        cells.mistake("season", problem)
    return text


def _month_day(cells: Cells, column: str) -> tuple[int, int]:
    text = cells.cell(column)
    try:
        day = date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        problem = Text(
            f"{text!r} 不是月和日，请写成 11-15。",
            f"{text!r} is not a month and a day. Write 11-15.",
        )
        cells.mistake(column, problem)
        return (1, 1)
    if (day.month, day.day) == (2, 29):
        problem = Text(
            "02-29 不是每年都有；请写 02-28 或 03-01。",
            "02-29 is not in every year; write 02-28 or 03-01.",
        )
        cells.mistake(column, problem)
    return day.month, day.day


def _check_winter(cells: Cells, season: HeatingSeason) -> None:
    """A season does not end before it begins, in a year from July to June."""
    first, last = (((month - MIDSUMMER) % 12, day) for month, day in (season.first, season.last))
    if cells.good and last < first:
        problem = Text(
            f"{cells.cell('last')} 在 {cells.cell('first')} 之前；采暖年从 7 月到次年 6 月。",
            f"{cells.cell('last')} is before {cells.cell('first')} in a year from July to June; "
            "correct one of them.",
        )
        cells.mistake("last", problem)


def _check_overlaps(found: Sequence[tuple[Cells, HeatingSeason]]) -> None:
    for place, (cells, row) in enumerate(found):
        for other_cells, other in found[:place]:
            same = (row.region, row.season) == (other.region, other.season)
            if same and row.valid_from < other.valid_to and other.valid_from < row.valid_to:
                problem = Text(
                    f"与第 {other_cells.row} 行在相同的日期上重复有效；请给其中一行填写 valid_to。",
                    f"it holds on days on which row {other_cells.row} holds for the same; end "
                    "one of them with valid_to.",
                )
                cells.mistake("valid_from", problem)
