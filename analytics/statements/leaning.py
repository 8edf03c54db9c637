"""Which rows of reference data a cost and the bounds of a season lean on.

A cost of a day leans on every row of its tariff that prices a minute of that day, whatever was
used in it; where a price differs by the type of a day, on the row of the calendar, too, that makes
the day another one than its weekday says, or that says that nobody has published yet what it is.

Source: docs/methods.md, "What a report leans on".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from energy.calendars import Calendar
from energy.heating import season_of, season_row, season_stretch
from energy.meter import Meter
from energy.period import Stretch
from energy.reference import Reference
from energy.registry import Registry
from energy.tariffs.price_book import NO_ROW
from energy.tariffs.tariff import WEEK

_UNPUBLISHED = "day_type=unpublished"


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
            told = day in calendar.exceptions or calendar.is_provisional(day)
            if told and book.tells_days_apart(day):
                found |= self._of_day(calendar, day)
        rows = [book.rows[place] for place in places if place != NO_ROW]
        return tuple(sorted({row.id or row.name for row in rows} | found))

    def of_season(self, key: str, region: str) -> tuple[str, ...]:
        """Return the id of the row that says when a heating season is; none for other periods."""
        row = season_row(self.reference.heating, key, region, self.reference.regions)
        return () if row is None else (row.id,)

    def may_be_heated(self, region: str, stretch: Stretch) -> bool:
        """Tell whether a stretch has a day of a heating season, or nobody knows when that is."""
        known = self.reference
        season = season_stretch(known.heating, season_of(stretch.first), region, known.regions)
        return season is None or (season.first < stretch.until and stretch.first < season.until)

    def _of_day(self, calendar: Calendar, day: date) -> set[str]:
        """Return the rows of a calendar that say of what type a day is, or that nobody knows it."""
        rows = [
            (row.id, row.content.split("\n"))
            for row in self.reference.sources.values()
            if row.valid_from <= day < row.valid_to
        ]
        return {
            row_id
            for row_id, cells in rows
            if f"calendar={calendar.name}" in cells
            and (_UNPUBLISHED not in cells or calendar.is_provisional(day))
        }


NOTHING = Leaning()
"""Where nobody asks what a cost leans on."""
