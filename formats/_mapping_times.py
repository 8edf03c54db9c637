"""How a mapping's time stands in a message: read to ms since 1970 UTC, and written again."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from energy.messages.mapping import ISO, MICROSECONDS, MILLISECONDS, SECONDS, UNIX_TIMES, MappingRow
from energy.span import from_ms, to_ms
from formats._mapping_values import text_number
from formats._own import exact

UNREADABLE = ""
"""A time that is none: the collector refuses the value. None would stand for its arrival."""

_MS = {SECONDS: Fraction(1000), MILLISECONDS: Fraction(1), MICROSECONDS: Fraction(1, 1000)}
_LONGEST_DATE = 10
"""Characters of 2026-01-01: a date alone is no time."""


def time_reader_of(row: MappingRow) -> Callable[[object], int | str]:
    """Return what turns a time as it stands into ms since 1970 UTC, finer parts floored.

    It gives UNREADABLE for whatever does not stand as the row says, such as a local time where the
    row names no zone. In autumn's doubled hour the first of the two is meant.
    """
    if row.time_as in UNIX_TIMES:
        return lambda found: _unix_ms(found, _MS[row.time_as])
    zone = ZoneInfo(row.zone) if row.zone else None
    return lambda found: _clock_ms(found, row.time_as, zone)


def written_time(time: int, row: MappingRow) -> object:
    """Return a time [ms] as it stands in a message."""
    if row.time_as in UNIX_TIMES:
        value = time / _MS[row.time_as]
        return Decimal(value.numerator) / Decimal(value.denominator)
    local = from_ms(time).astimezone(ZoneInfo(row.zone or "UTC"))
    return local.isoformat() if row.time_as == ISO else local.strftime(row.time_as)


def _unix_ms(found: object, ms_per_unit: Fraction) -> int | str:
    number = text_number(found) if isinstance(found, str) else exact(found)
    return UNREADABLE if number.is_nan() else floor(Fraction(number) * ms_per_unit)


def _clock_ms(found: object, form: str, zone: ZoneInfo | None) -> int | str:
    if type(found) is int and form != ISO:
        found = str(exact(found))  # 20261125080000, written without quotes
    if not isinstance(found, str) or len(found) <= _LONGEST_DATE:
        return UNREADABLE
    try:
        read = datetime.fromisoformat(found) if form == ISO else _by_form(found, form)
        return to_ms(read if read.tzinfo else read.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return UNREADABLE


def _by_form(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the row's zone, where it has no %z
