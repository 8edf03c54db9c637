"""Which rows of reference data a cost and the bounds of a season lean on.

A cost of a day leans on every row of its tariff that prices a minute of that day, whatever was
used in it; where a price differs by the type of a day, on the row of the calendar, too, that makes
the day another one than its weekday says.

Source: docs/methods.md, "What a report leans on".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from energy.heating import season_row
from energy.meter import Meter
from energy.price_book import NO_ROW
from energy.reference import Reference
from energy.registry import Registry
from energy.tariff import WEEK


@dataclass(frozen=True)
class Leaning:
    """Tells what figures lean on.

    Attributes:
        reference: The reference data in force.
        registry: The registry in force.
    """

    reference: Reference = field(default_factory=Reference)
    registry: Registry | None = None

    def of_cost(self, meter: Meter, days: Iterable[date]) -> tuple[str, ...]:
        """Return the ids of the rows that price a meter on some local days, sorted."""
        if self.registry is None or not meter.tariff:
            return ()
        book = self.reference.price_book(meter.tariff, meter.kind)
        calendar = self.reference.calendars.get(self.registry.site[meter.site].calendar, WEEK)
        places: set[int] = set()
        found: set[str] = set()
        for day in days:
            places.update(book.day(day, calendar).places)
            if book.tells_days_apart(day) and day in calendar.exceptions:
                found |= self._of_day(calendar.name, day)
        rows = [book.rows[place] for place in places if place != NO_ROW]
        return tuple(sorted({row.id or row.name for row in rows} | found))

    def of_season(self, key: str, region: str) -> tuple[str, ...]:
        """Return the id of the row that says when a heating season is; none for other periods."""
        row = season_row(self.reference.heating, key, region, self.reference.regions)
        return () if row is None else (row.id,)

    def _of_day(self, calendar: str, day: date) -> set[str]:
        """Return the rows of a calendar that say of what type a day is."""
        return {
            row.id
            for row in self.reference.sources.values()
            if f"calendar={calendar}" in row.content.split("\n")
            and row.valid_from <= day < row.valid_to
            and "day_type=unpublished" not in row.content.split("\n")
        }


NOTHING = Leaning()
"""Where nobody asks what a cost leans on."""
