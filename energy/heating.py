"""Heating seasons: dated rows in, the season of a day out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from energy.period import Stretch
from energy.regions import upwards

_SEASON = re.compile(r"[0-9]{4}-[0-9]{4}")

MIDSUMMER = 7
"""A season belongs to the heating year that begins on 1 July."""


@dataclass(frozen=True, slots=True)
class HeatingSeason:
    """When a region is heated.

    Attributes:
        id: Its row in the reference file.
        region: Division code; "" for the whole country.
        season: "2025-2026" for that season alone; "" for every season.
        first: Month and day on which heating begins.
        last: Month and day of the last heated day.
        valid_from: First date the row is used.
        valid_to: First date it is no longer used; date.max when open.
    """

    id: str
    region: str
    season: str
    first: tuple[int, int]
    last: tuple[int, int]
    valid_from: date
    valid_to: date


def season_of(day: date) -> str:
    """Return the name of the heating year a day lies in, such as 2025-2026."""
    year = day.year if day.month >= MIDSUMMER else day.year - 1
    return f"{year}-{year + 1}"


def row_of(
    rows: Sequence[HeatingSeason], day: date, region: str, parents: Mapping[str, str]
) -> HeatingSeason | None:
    """Return the row in force: the nearest region's, of those the one for this season alone."""
    season = season_of(day)
    for place in upwards(region, parents):
        holding = [
            row
            for row in rows
            if row.region == place
            and row.season in (season, "")
            and row.valid_from <= day < row.valid_to
        ]
        if holding:
            return max(holding, key=lambda row: (row.season, row.valid_from))
    return None


def span_of(row: HeatingSeason, season: str) -> tuple[date, date]:
    """Return the first and the last heated day of a season such as 2025-2026."""
    return _day_in(season, row.first), _day_in(season, row.last)


def _day_in(season: str, month_day: tuple[int, int]) -> date:
    month, day = month_day
    year = int(season[:4]) + (month < MIDSUMMER)
    return date(year, month, day)


def season_stretch(
    rows: Sequence[HeatingSeason], season: str, region: str, parents: Mapping[str, str]
) -> Stretch | None:
    """Return the days of a heating season in a region; None if the key is none or nobody knows it.

    Args:
        rows: When regions are heated.
        season: Such as 2025-2026.
        region: Division of the site.
        parents: The region above each region.
    """
    row = season_row(rows, season, region, parents)
    if row is None:
        return None
    first, last = span_of(row, season)
    return Stretch(first, last + timedelta(days=1))


def season_row(
    rows: Sequence[HeatingSeason], season: str, region: str, parents: Mapping[str, str]
) -> HeatingSeason | None:
    """Return the row that says when a season such as 2025-2026 is; None if there is none."""
    if not _SEASON.fullmatch(season) or int(season[5:]) != int(season[:4]) + 1:
        return None
    return row_of(rows, date(int(season[:4]), 12, 31), region, parents)
