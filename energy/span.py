"""Half-open spans, local days, months and years: the only calendar arithmetic of the platform.

Times at rest are whole milliseconds since 1970 UTC. A local day has 23, 24 or 25 hours.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000
SECOND_MS = 1000
_WALL_LENGTH = len("2026-10-15 00:00:00")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From start (included) to end (excluded), both in ms since 1970 UTC.

    Raises:
        ValueError: If the end lies before the start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"A span must not end ({self.end}) before it starts ({self.start}).")

    def __contains__(self, time: int) -> bool:
        return self.start <= time < self.end

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share at least an instant."""
        return self.start < other.end and other.start < self.end

    @property
    def seconds(self) -> int:
        """Length in whole seconds."""
        return (self.end - self.start) // SECOND_MS


def joined(spans: Iterable[Span], apart: int = 0) -> list[Span]:
    """Return spans in order of time, those that lie no further apart than so many ms as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start - found[-1].end <= apart:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of some spans lies in none of others, in order of time and joined."""
    found = []
    gone = joined(others)
    for span in joined(spans):
        begin = span.start
        for one in gone:
            if one.start < span.end and one.end > begin:
                found.append(Span(begin, max(begin, one.start)))
                begin = one.end
        found.append(Span(begin, max(begin, span.end)))
    return [span for span in found if span.end > span.start]


def to_ms(when: datetime) -> int:
    """Return ms since 1970 UTC, finer parts floored.

    Raises:
        ValueError: If the time is naive: a time without zone is refused, never guessed.
    """
    if when.tzinfo is None:
        raise ValueError(f"{when} has no time zone.")
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def from_ms(time: int) -> datetime:
    """Return the instant as a UTC datetime."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)


def wall_clock(time: int, zone: ZoneInfo) -> str:
    """Return an instant as a person reads it there: 2026-10-15 00:00:00 +08:00."""
    text = from_ms(time).astimezone(zone).isoformat(" ", "seconds")
    return f"{text[:_WALL_LENGTH]} {text[_WALL_LENGTH:]}"


def local_date(time: int, zone: ZoneInfo) -> date:
    """Return the date on the wall at that instant."""
    return from_ms(time).astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> int:
    """Return the instant a local day starts [ms].

    Where the clock skips midnight the day starts at the first instant that exists.
    """
    # fold=0 reads a skipped wall time by the clock before the jump, which is the jump itself, and
    # a repeated one as the first of the two.
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def hours(span: Span) -> range:
    """Return the starts of the UTC hours that touch the span."""
    first = span.start // HOUR_MS * HOUR_MS
    return range(first, span.end, HOUR_MS)


def next_day(day: date) -> date:
    """Return the day after."""
    return day + timedelta(days=1)


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def next_year(day: date) -> date:
    """Return the first day of the year after."""
    return date(day.year + 1, 1, 1)


def _periods(
    span: Span, zone: ZoneInfo, first: Callable[[date], date], following: Callable[[date], date]
) -> Iterator[Span]:
    if span.start == span.end:
        return
    day = first(local_date(span.start, zone))
    start = midnight(day, zone)
    while start < span.end:
        day = following(day)
        end = midnight(day, zone)
        if end > start:  # Samoa had no 30 December 2011
            yield Span(start, end)
        start = end


def local_days(span: Span, zone: ZoneInfo) -> Iterator[Span]:
    """Yield the whole local days that touch the span."""
    return _periods(span, zone, lambda day: day, next_day)


def local_months(span: Span, zone: ZoneInfo) -> Iterator[Span]:
    """Yield the whole local months that touch the span."""
    return _periods(span, zone, lambda day: day.replace(day=1), next_month)


def local_years(span: Span, zone: ZoneInfo) -> Iterator[Span]:
    """Yield the whole local years that touch the span."""
    return _periods(span, zone, lambda day: date(day.year, 1, 1), next_year)
