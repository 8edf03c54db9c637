"""The rows of one tariff, opened at a day: ten years of prices cost no more than a month."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from energy.calendars import Calendar
from energy.tariffs.tariff import DAY_MINUTES, TariffRow, day_type_of

NO_ROW = -1


@dataclass(frozen=True, slots=True)
class DayPrices:
    """Which rows price a day.

    Attributes:
        minutes: Minutes of the wall clock from which each holds; the first is 0, rising.
        places: Place of each row in the book; NO_ROW where no row holds.
    """

    minutes: tuple[int, ...]
    places: tuple[int, ...]

    def at(self, minute: int) -> int:
        """Return the place of the row that prices a minute."""
        return self.places[bisect_right(self.minutes, minute) - 1]


class PriceBook:
    """The rows of one tariff by the days on which they hold.

    Args:
        rows: Rows of one tariff and kind, in any order.
    """

    def __init__(self, rows: Sequence[TariffRow]) -> None:
        self.rows = tuple(rows)
        self.prices = array("q", [*(row.price_micro for row in self.rows), 0])
        """Price of each row [1e-6 yuan per display unit], then 0, at which NO_ROW points."""
        dates = {day for row in self.rows for day in (row.valid_from, row.valid_to)}
        self._changes = sorted(dates)
        self._holding: list[list[int]] = [[] for _ in range(len(dates) + 1)]
        for place, row in enumerate(self.rows):
            first = bisect_right(self._changes, row.valid_from)
            last = bisect_right(self._changes, row.valid_to)
            for stretch in range(first, last):
                self._holding[stretch].append(place)
        self._has_days = [self._any(places, "days") for places in self._holding]
        self._has_types = [self._any(places, "day_types") for places in self._holding]
        self._known: dict[tuple[int, int, str], DayPrices] = {}

    def _any(self, places: Sequence[int], field: str) -> bool:
        return any(getattr(self.rows[place], field) for place in places)

    def day(self, day: date, calendar: Calendar) -> DayPrices:
        """Return what prices a local date; the same object for all days that are priced alike."""
        stretch = bisect_right(self._changes, day)
        number = day.month * 100 + (day.day if self._has_days[stretch] else 0)
        day_type = day_type_of(day, calendar) if self._has_types[stretch] else ""
        key = stretch, number, day_type
        if key not in self._known:
            self._known[key] = self._prices(stretch, day, day_type)
        return self._known[key]

    def tells_days_apart(self, day: date) -> bool:
        """Tell whether what prices a local date depends on whether it is a workday."""
        return self._has_types[bisect_right(self._changes, day)]

    def _prices(self, stretch: int, day: date, day_type: str) -> DayPrices:
        rows = self.rows
        # Of rows of one priority the first wins, as in energy.tariffs.tariff.row_at.
        ranked = sorted(
            (place for place in self._holding[stretch] if rows[place].holds_on(day, day_type)),
            key=lambda place: (-rows[place].priority, place),
        )
        edges = {0, *(rows[place].from_minute for place in ranked)}
        edges |= {rows[place].to_minute for place in ranked}
        minutes: list[int] = []
        places: list[int] = []
        for minute in sorted(edges - {DAY_MINUTES}):
            holding = (
                place
                for place in ranked
                if rows[place].from_minute <= minute < rows[place].to_minute
            )
            found = next(holding, NO_ROW)
            if not places or found != places[-1]:
                minutes.append(minute)
                places.append(found)
        return DayPrices(tuple(minutes), tuple(places))
