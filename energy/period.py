"""Periods that a ledger is kept for: months, quarters, years, heating seasons, by local dates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.span import Span, midnight, next_month, next_year
from energy.text import Text

MONTH, QUARTER, YEAR, SEASON = "month", "quarter", "year", "season"

_SHAPES = (
    (MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (YEAR, re.compile(r"(\d{4})")),
    (SEASON, re.compile(r"(\d{4})-(\d{4})")),
)
_MONTHS = 12
NO_FIRST_DAY, NO_LAST_DAY = date(1970, 1, 1), date(9999, 1, 1)
"""What a dated row holds from and until where it names no day."""


def day_named(day: date) -> str:
    """Return a day of a dated row as it is written; "" where none is named."""
    return "" if day in (NO_FIRST_DAY, NO_LAST_DAY) else day.isoformat()


class Stretch(NamedTuple):
    """Local days from one to another, within one calendar month: what a line of a ledger covers.

    Attributes:
        first: First day.
        until: First day after it.
    """

    first: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.first).days

    def span(self, zone: ZoneInfo) -> Span:
        """Return it as instants on a wall clock."""
        return Span(midnight(self.first, zone), midnight(self.until, zone))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its key.

    Attributes:
        first: First day.
        until: First day after it.
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.
        sort: month, quarter, year or season.
    """

    first: date
    until: date
    key: str
    sort: str

    def span(self, zone: ZoneInfo) -> Span:
        """Return it as instants on a wall clock."""
        return Stretch(self.first, self.until).span(zone)

    def stretches(self) -> Iterator[Stretch]:
        """Yield its months; of a heating season the first and the last may be parts of one."""
        start = self.first
        while start < self.until:
            end = min(next_month(start.replace(day=1)), self.until)
            yield Stretch(start, end)
            start = end

    def year_before(self) -> "Period":
        """Return the same period a year earlier.

        Raises:
            ConfigError: If it is a heating season: its dates have to be looked up.
        """
        if self.sort == SEASON:
            raise _unknown(self.key)
        number, rest = int(self.key[:4]), self.key[4:]
        return period_of(f"{number - 1:04d}{rest}")


def period_of(key: str, seasons: Mapping[str, Stretch] | None = None) -> Period:
    """Return the period that a key names.

    Args:
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for the heating season that begins in 2025.
        seasons: Key to first day and first day after it of each heating season that is known.

    Raises:
        ConfigError: If it names none, or a heating season whose dates are not known.
    """
    for sort, shape in _SHAPES:
        found = shape.fullmatch(key)
        if found is None:
            continue
        if sort == SEASON:
            if int(key[5:]) != int(key[:4]) + 1:
                break
            return _season(key, seasons or {})
        year, part = int(found[1]), int(found[2]) if sort != YEAR else 1
        if year and 1 <= part <= _MONTHS:
            return _calendar(key, sort, year, part)
    raise _unknown(key)


def _calendar(key: str, sort: str, year: int, part: int) -> Period:
    if sort == MONTH:
        first = date(year, part, 1)
        return Period(first, next_month(first), key, sort)
    if sort == QUARTER:
        first = date(year, part * 3 - 2, 1)
        until = next_month(date(year, part * 3, 1))
        return Period(first, until, key, sort)
    first = date(year, 1, 1)
    return Period(first, next_year(first), key, sort)


def _season(key: str, seasons: Mapping[str, Stretch]) -> Period:
    if key not in seasons:
        known = "、".join(sorted(seasons)) or "—"
        raise ConfigError(
            Text(
                f"采暖季 {key} 的起止日期未知；已知：{known}。"
                "请在 reference/heating_seasons.csv 中补充。",
                f"The dates of the heating season {key} are not known; known: {known}. Add them to "
                "reference/heating_seasons.csv.",
            )
        )
    return Period(*seasons[key], key, SEASON)


def _unknown(key: str) -> ConfigError:
    return ConfigError(
        Text(
            f"{key!r} 不是账期；请写成 2026-05（月）、2026-Q2（季）、2026（年）"
            "或 2025-2026（采暖季）。",
            f"{key!r} is no period. Write 2026-05 for a month, 2026-Q2 for a quarter, 2026 for a "
            "year or 2025-2026 for a heating season.",
        )
    )
