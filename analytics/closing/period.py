"""Periods that sheets are for, by their keys: 2026-05, 2026-Q2, 2026, heating 2025-2026."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from energy.errors import ClosingError
from energy.span import Span, midnight, next_month
from energy.text import Text

HEATING_FROM, HEATING_UNTIL = (11, 15), (3, 16)
"""Month and day that a heating season begins on, and the first day behind it; 15 November to 15
March, the season of Beijing and of most of the north (facts of the regions differ)."""

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"(\d{4})")
_HEATING = re.compile(r"heating (\d{4})-(\d{4})")
_FIRST_YEAR = 2000


def span_of(period: str, zone: ZoneInfo) -> Span:
    """Return when a period lasts on a wall clock.

    Raises:
        ClosingError: If the key is that of no period.
    """
    first, behind = days_of(period)
    return Span(midnight(first, zone), midnight(behind, zone))


def days_of(period: str) -> tuple[date, date]:
    """Return the first day of a period and the first day behind it.

    Raises:
        ClosingError: If the key is that of no period.
    """
    if found := _MONTH.fullmatch(period):
        first = _day(period, int(found[1]), int(found[2]))
        return first, next_month(first)
    if found := _QUARTER.fullmatch(period):
        first = _day(period, int(found[1]), int(found[2]) * 3 - 2)
        return first, next_month(next_month(next_month(first)))
    if found := _YEAR.fullmatch(period):
        first = _day(period, int(found[1]), 1)
        return first, _day(period, int(found[1]) + 1, 1)
    found = _HEATING.fullmatch(period)
    if found and int(found[2]) == int(found[1]) + 1:
        _day(period, int(found[1]), 1)
        return date(int(found[1]), *HEATING_FROM), date(int(found[2]), *HEATING_UNTIL)
    raise _unknown(period)


def _day(period: str, year: int, month: int) -> date:
    if not _FIRST_YEAR <= year < date.max.year:
        raise _unknown(period)
    return date(year, month, 1)


def _unknown(period: str) -> ClosingError:
    return ClosingError(
        Text(
            f"{period!r} 不是期间。请写 2026-05、2026-Q2、2026 或 'heating 2025-2026'。",
            f"{period!r} is no period. Write 2026-05, 2026-Q2, 2026 or 'heating 2025-2026'.",
        )
    )
