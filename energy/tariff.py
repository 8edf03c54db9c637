"""What an amount costs at an instant: periods of the local day, by month and validity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from energy.errors import ConfigError
from energy.span import from_ms
from energy.text import Text

MICRO_YUAN = 1_000_000


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

    def holds(self, wall: datetime) -> bool:
        """Tell whether the row holds at a local wall-clock time."""
        minute = wall.hour * 60 + wall.minute
        return (
            self.valid_from <= wall.date() < self.valid_to
            and wall.month in self.months
            and self.from_minute <= minute < self.to_minute
        )


def row_at(rows: Sequence[TariffRow], *, wall: datetime) -> TariffRow | None:
    """Return the row of one tariff that prices a local wall-clock time, or None: no price known."""
    holding = [row for row in rows if row.holds(wall)]
    return max(holding, key=lambda row: row.priority, default=None)


def check_hourly(rows: Sequence[TariffRow]) -> None:
    """Refuse a tariff whose periods do not start on whole hours of the wall clock.

    Costs are computed from hourly amounts; half-hour boundaries need half-hour amounts.

    Raises:
        ConfigError: If a boundary is not on a whole hour.
    """
    for row in rows:
        if row.from_minute % 60 or row.to_minute % 60:
            problem = Text(
                f"价格表 {row.tariff!r} 的时段 {row.period!r}：第 {row.from_minute} 到 "
                f"{row.to_minute} 分钟不在整点上，而费用按整点计算。",
                f"Tariff {row.tariff!r}, period {row.period!r}: {row.from_minute} to "
                f"{row.to_minute} minutes is not on whole hours, which costs need.",
            )
            raise ConfigError(problem)


def hour_prices(
    rows: Sequence[TariffRow], *, starts: Sequence[int], timezone: str
) -> list[TariffRow | None]:
    """Return the row that prices each hour by its start [ms]; None where no row holds."""
    zone = ZoneInfo(timezone)
    cache: dict[tuple[date, int, int], TariffRow | None] = {}
    found: list[TariffRow | None] = []
    for start in starts:
        wall = from_ms(start).astimezone(zone)
        key = (wall.date(), wall.hour, wall.minute)
        if key not in cache:
            cache[key] = row_at(rows, wall=wall)
        found.append(cache[key])
    return found
