"""What a cell with a time means: nothing of it is guessed in silence."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from collector.screening.normalize import Refused
from energy.span import SECOND_MS, to_ms
from energy.text import Text

WRITTEN, SECONDS, MILLISECONDS, EXCEL = "text", "s", "ms", "excel"
UNITS = {
    WRITTEN: Text(
        "日期时间文本；没有时区偏移的是计量点所在地的时间，秋季重复的一小时取第一次",
        "dates and times in words; without an offset they are the wall clock of the meter's site, "
        "of autumn's doubled hour the first",
    ),
    SECONDS: Text("1970 年起的秒数", "seconds since 1970 UTC"),
    MILLISECONDS: Text("1970 年起的毫秒数", "milliseconds since 1970 UTC"),
    EXCEL: Text(
        "Excel 日期序号（1900 日期系统），计量点所在地的时间，取整到秒",
        "Excel's count of days (from 1900), wall clock of the meter's site, rounded to seconds",
    ),
}
"""What the option --time may say, and what it means."""

DAY_S = 86_400
MOST_REMEMBERED = 200_000
"""Times of one zone; chosen: some 30 MB, and five years of quarter hours."""

_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock; its zone is the meter's
"""Day 0 as days from 1 March 1900 on count: Excel thinks that 1900 was a leap year."""
_EXCEL_FIRST = 61
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?", re.ASCII)
_WORDS = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[ T]+(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})秒?"
    r"(?:\.(?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


class Times:
    """Reads the times of one file.

    Args:
        unit: One of UNITS.
        zone: The zone of all local times; None for that of each meter's site.
    """

    def __init__(self, unit: str = WRITTEN, zone: ZoneInfo | None = None) -> None:
        self._unit = unit
        self._zone = zone
        self._known: dict[ZoneInfo, dict[str, int]] = {}

    def of(self, cell: str, zone: ZoneInfo) -> int:
        """Return the instant [ms since 1970 UTC].

        Args:
            cell: The cell as text.
            zone: Of the meter's site.

        Raises:
            Refused: If it is no time, or a bare number whose unit nobody has said.
        """
        zone = self._zone or zone
        known = self._known.setdefault(zone, {})
        found = known.get(cell)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[cell] = self._read(cell.strip(), zone)
        return found

    def _read(self, text: str, zone: ZoneInfo) -> int:
        if not text:
            raise Refused("time is missing")
        try:
            if _NUMBER.fullmatch(text):
                return self._count(Decimal(text), zone)
            return to_ms(_in_zone(_words(text), zone))
        except (ValueError, OverflowError) as error:
            raise Refused("time cannot be read") from error

    def _count(self, number: Decimal, zone: ZoneInfo) -> int:
        if self._unit == WRITTEN:
            raise Refused("time is a bare number and nobody has said what it counts")
        if self._unit == EXCEL:
            if number < _EXCEL_FIRST:
                raise Refused("time cannot be read")
            days = timedelta(seconds=round(number * DAY_S))
            return to_ms(_in_zone(_EXCEL_START + days, zone))
        return int(number if self._unit == MILLISECONDS else number * SECOND_MS)


def _in_zone(time: datetime, zone: ZoneInfo) -> datetime:
    # As the collector does: of autumn's doubled hour the first of the two is meant.
    return time if time.tzinfo else time.replace(tzinfo=zone)


def _words(text: str) -> datetime:
    """Return a date and time that is written year first; midnight where it is a date alone.

    Raises:
        ValueError: If it is not.
    """
    found = _WORDS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    micro = int((found["fraction"] or "").ljust(6, "0")[:6])
    zone = _offset(found["offset"])
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
