"""Which hour, day, month or longer a person asks about, and the hours that it is made of."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.heating import season_stretch
from energy.meter import Site
from energy.period import MONTH, QUARTER, SEASON, YEAR, period_of
from energy.reference import Reference
from energy.span import HOUR_MS, Span, from_ms, local_date, local_days, midnight, next_day
from energy.text import Text
from storage.tables import METER_DAY, METER_HOUR, METER_MONTH, METER_YEAR, Table

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOUR = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::00)?")


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time on a wall clock.

    Attributes:
        key: As it was asked for.
        span: Its instants.
        table: The table of meters whose rows say what was counted in it.
        finer: The table whose rows make up those; None for hours, and days of a season.
    """

    key: str
    span: Span
    table: Table
    finer: Table | None


def when_of(key: str, site: Site, reference: Reference) -> When:
    """Return the time that a person names.

    Args:
        key: 2026-05-03T14 for the hours of the ledger that begin in an hour of the wall clock,
            2026-05-03 for a day, 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.
        site: Its wall clock, and the region whose heating season is meant.
        reference: Knows the heating seasons.

    Raises:
        ConfigError: If it is none of these, or the clock has no such hour.
    """
    zone = site.zone
    hour = _HOUR.fullmatch(key)
    if hour:
        return When(key, _hour(key, hour[1], int(hour[2]), zone), METER_HOUR, None)
    if _DAY.fullmatch(key):
        day = _date(key, key)
        return When(key, Span(midnight(day, zone), midnight(next_day(day), zone)), METER_DAY,
                    METER_HOUR)  # fmt: skip
    season = season_stretch(reference.heating, key, site.region, reference.regions)
    try:
        period = period_of(key, {key: season} if season else {})
    except ConfigError as error:
        raise ConfigError(error.text + _OR_LESS) from error
    table, finer = _TABLES[period.sort]
    return When(key, period.span(zone), table, finer)


_TABLES: dict[str, tuple[Table, Table | None]] = {
    MONTH: (METER_MONTH, METER_DAY),
    QUARTER: (METER_MONTH, METER_DAY),
    YEAR: (METER_YEAR, METER_MONTH),
    SEASON: (METER_DAY, None),
}
"""Sort of period to the rows that tell it, and those that make them up. Hours go one day."""

_OR_LESS = Text(
    "也可以是 2026-05-03（日）或 2026-05-03T14（时）。",
    " A day is 2026-05-03 and an hour 2026-05-03T14.",
)


def hours_within(span: Span, zone: ZoneInfo) -> list[Span]:
    """Return the hours of a ledger: cut at UTC hours and at local midnights.

    Args:
        span: From one such cut to another.
        zone: Wall clock.
    """
    first = -(-span.start // HOUR_MS) * HOUR_MS
    cuts = {span.start, span.end, *range(first, span.end, HOUR_MS)}
    cuts |= {day.start for day in local_days(span, zone) if day.start >= span.start}
    ordered = sorted(cuts)
    return [Span(start, end) for start, end in pairwise(ordered)]


def straddling(when: When, zone: ZoneInfo) -> Text | None:
    """Return which times an hour covers that begins or ends beside the full hour of a wall clock.

    The ledger cuts UTC hours and local midnights; where a zone has half hours, its hours lie across
    those of the wall clock, and what was counted in a part of one is not kept. None for others.
    """
    start, end = (from_ms(time).astimezone(zone) for time in (when.span.start, when.span.end))
    if when.table is not METER_HOUR or (start.minute, end.minute) == (0, 0):
        return None
    times = f"{start:%H:%M} – {end:%H:%M}"
    return Text(
        f"台账按 UTC 整点切分小时：此处回答的是当地 {times} 的用量，即始于这一小时内的时段。",
        f"The ledger cuts its hours at UTC: this is what was counted from {start:%H:%M} to "
        f"{end:%H:%M} of the wall clock, the hours that begin within the one asked for.",
    )


def day_around(time: int, zone: ZoneInfo) -> Span:
    """Return the local day that an instant lies in."""
    day = local_date(time, zone)
    return Span(midnight(day, zone), midnight(next_day(day), zone))


def _hour(key: str, day_text: str, hour: int, zone: ZoneInfo) -> Span:
    day = _date(key, day_text)
    whole = Span(midnight(day, zone), midnight(next_day(day), zone))
    own = [
        cell
        for cell in hours_within(whole, zone)
        if from_ms(cell.start).astimezone(zone).hour == hour
    ]
    if not own:
        raise ConfigError(
            Text(f"当地时钟没有 {key} 这个小时。", f"The wall clock has no hour {key}.")
        )
    return Span(own[0].start, own[-1].end)


def _date(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            Text(f"{key} 不是日历中的日期。", f"{key} is no day of the calendar.")
        ) from error
