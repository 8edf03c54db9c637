"""Which row of a tariff prices which piece of an hour: cells are cut where the price changes."""

from dataclasses import dataclass

import numpy as np

from analytics.ledger.remembered import remembered
from analytics.ledger.wall import Wall
from energy.calendars import Calendar
from energy.tariffs.price_book import DayPrices, PriceBook
from energy.tariffs.tariff import DAY_MINUTES, WEEK

_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Pricing:
    """Hour cells, cut further at every minute at which a tariff may change its price.

    Attributes:
        edges: Start of each piece [ms], and the end of the last; the edges of the wall are among
            them. Shape (pieces + 1,), int64.
        first: Number of the first piece of each cell. Shape (cells,), int64.
        row: Place in the book of the row that prices each piece, NO_ROW for none. Shape (pieces,).
        book: The rows.
    """

    edges: np.ndarray
    first: np.ndarray
    row: np.ndarray
    book: PriceBook

    @property
    def is_whole(self) -> bool:
        """Whether no cell is cut."""
        return len(self.row) == len(self.first)


@remembered
def pricing_of(book: PriceBook, wall: Wall, calendar: Calendar = WEEK) -> Pricing:
    """Return which rows price the cells of a wall clock.

    A cell within which the wall clock is set goes on as it began: only Lord Howe Island does that.

    Args:
        book: The rows of a tariff.
        wall: The cells.
        calendar: Tells workdays from holidays.
    """
    if not len(wall.start):
        nothing = np.zeros(0, dtype=np.int64)
        return Pricing(wall.edges, nothing, nothing, book)
    days = range(int(wall.day[0]), int(wall.day[-1]) + 1)
    of_day = [book.day(wall.days.date_of(day), calendar) for day in days]
    number = {prices: place for place, prices in enumerate(dict.fromkeys(of_day))}
    edges = _cut(wall, sorted({minute for prices in number for minute in prices.minutes[1:]}))
    starts = edges[:-1]
    first = np.searchsorted(starts, wall.start)
    cell = np.searchsorted(wall.start, starts, side="right") - 1
    minute = (wall.minute[cell] + (starts - wall.start[cell]) // _MINUTE_MS) % DAY_MINUTES
    by_minute = np.array([_spread(prices) for prices in number])
    sort = np.array([number[prices] for prices in of_day])[wall.day[cell] - days.start]
    return Pricing(edges, first, by_minute[sort, minute], book)


def _cut(wall: Wall, minutes: list[int]) -> np.ndarray:
    """Return the edges of the cells and those of wall-clock minutes within them."""
    length = np.diff(wall.edges) // _MINUTE_MS
    cuts = [wall.edges]
    for minute in minutes:
        passed = minute - wall.minute
        inside = (passed > 0) & (passed < length)
        cuts.append(wall.start[inside] + passed[inside] * _MINUTE_MS)
    return np.unique(np.concatenate(cuts)) if any(map(len, cuts[1:])) else wall.edges


def _spread(prices: DayPrices) -> np.ndarray:
    """Return the place of the row of each minute of a day. Shape (1440,)."""
    lengths = np.diff([*prices.minutes, DAY_MINUTES])
    return np.repeat(np.array(prices.places, dtype=np.int64), lengths)


def prices_of(pricing: Pricing) -> np.ndarray:
    """Return the price of each piece [1e-6 yuan per display unit]; 0 where no row holds."""
    return np.asarray(np.frombuffer(pricing.book.prices, dtype=np.int64)[pricing.row])
