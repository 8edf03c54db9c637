"""What an amount costs at an instant: periods of the local day, by month and validity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from energy.calendars import Calendar, DayType
from energy.span import from_ms

MICRO_YUAN = 1_000_000
DAY_MINUTES = 24 * 60
DAY_TYPES = ("workday", "weekend", "holiday")
"""Days as tariffs tell them apart; a make-up workday (调休) is a workday."""

WEEK = Calendar("", {}, date.min)
"""The rule of the week, where a site has no calendar."""


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One dated row of a tariff: the price in one period of the local day.

    Attributes:
        tariff: Name of the tariff.
        kind: Kind of energy or water it prices.
        valid_from: First local date it holds.
        valid_to: First local date it no longer holds; date.max when open.
        months: Months it holds in, 1 to 12.
        period: peak, flat, valley, critical or all (labels of the time-of-use periods).
        from_minute: Start of the period, minutes of the local wall clock after midnight.
        to_minute: End, excluded; 1440 is the end of the day.
        priority: Where two rows cover one minute the greater wins.
        price_micro: Price [1e-6 yuan per display unit].
        source: Where the price comes from.
        confidence: verified, secondary, general or example.
        day_types: Of DAY_TYPES, those it holds on; empty for every day.
        days: Spans of days of the year it holds on, beside its months, as month x 100 + day, first
            and last included, none over New Year; empty for every day.
        version: Version of the tariff object it was made of; empty for a row that stands alone.
        parts: Name of each component of the price and what it is [1e-6 yuan per display unit];
            empty for a price that is one figure.
        id: Name of the row of reference data it is, or of the version it was made of; empty for one
            that was stored before rows had names.
    """

    tariff: str
    kind: str
    valid_from: date
    valid_to: date
    months: tuple[int, ...]
    period: str
    from_minute: int
    to_minute: int
    priority: int
    price_micro: int
    source: str
    confidence: str
    day_types: tuple[str, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    version: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    id: str = ""

    @property
    def name(self) -> str:
        """What a statement calls the row by: tariff, version, period, minutes, first date."""
        clock = f"{clock_text(self.from_minute)}-{clock_text(self.to_minute)}"
        return f"{self.tariff} {self.version} {self.period} {clock} {self.valid_from}"

    @property
    def weight(self) -> tuple[object, ...]:
        """What decides a cost: neither its source, nor its version, nor its own name."""
        return (
            self.kind, self.valid_from, self.valid_to, self.months, self.from_minute,
            self.to_minute, self.priority, self.price_micro, self.day_types, self.days,
        )  # fmt: skip

    def holds_on(self, day: date, day_type: str) -> bool:
        """Tell whether the row holds on a local date of a type of DAY_TYPES."""
        number = day.month * 100 + day.day
        return (
            self.valid_from <= day < self.valid_to
            and day.month in self.months
            and (not self.day_types or day_type in self.day_types)
            and (not self.days or any(first <= number <= last for first, last in self.days))
        )


class Timed(Protocol):
    """A period of the local day: a row of a tariff, or a period of a tariff in full."""

    @property
    def from_minute(self) -> int:
        """Start, minutes after midnight."""
        ...

    @property
    def to_minute(self) -> int:
        """End, excluded."""
        ...


def unpriced(periods: Iterable[Timed]) -> list[tuple[int, int]]:
    """Return the minutes of a day that no period covers, as (first, end)."""
    found, minute = [], 0
    for period in sorted(periods, key=lambda one: one.from_minute):
        if period.from_minute > minute:
            found.append((minute, period.from_minute))
        minute = max(minute, period.to_minute)
    return found if minute == DAY_MINUTES else [*found, (minute, DAY_MINUTES)]


def clock_text(minute: int) -> str:
    """Return a minute of the day as people write it: 07:00, 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_type_of(day: date, calendar: Calendar) -> str:
    """Return the type of a local date, of DAY_TYPES."""
    found = calendar.day_type(day)
    return (DayType.WORKDAY if found is DayType.MAKEUP else found).value


def row_at(
    rows: Sequence[TariffRow], *, wall: datetime, calendar: Calendar = WEEK
) -> TariffRow | None:
    """Return the row of one tariff that prices a local wall-clock time, or None: no price known."""
    minute = wall.hour * 60 + wall.minute
    day_type = day_type_of(wall.date(), calendar)
    holding = [
        row
        for row in rows
        if row.from_minute <= minute < row.to_minute and row.holds_on(wall.date(), day_type)
    ]
    return max(holding, key=lambda row: row.priority, default=None)


def hour_prices(
    rows: Sequence[TariffRow], *, starts: Sequence[int], timezone: str, calendar: Calendar = WEEK
) -> list[TariffRow | None]:
    """Return the row that prices each instant [ms]; None where no row holds."""
    zone = ZoneInfo(timezone)
    cache: dict[tuple[date, int, int], TariffRow | None] = {}
    found: list[TariffRow | None] = []
    for start in starts:
        wall = from_ms(start).astimezone(zone)
        key = (wall.date(), wall.hour, wall.minute)
        if key not in cache:
            cache[key] = row_at(rows, wall=wall, calendar=calendar)
        found.append(cache[key])
    return found
