"""What hourly amounts cost, weigh in standard coal and emit: floored on the sum since midnight.

So the hours of a local day add up to the day exactly, and a day never depends on another.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from analytics.consumption.exact import floor_times
from analytics.ledger.wall import Wall
from energy.factors import Factor, factor_at
from energy.kinds import KINDS
from energy.tariff import TariffRow

MILLIONTHS = 1_000_000
"""Micro-yuan in a yuan, mg in a kg."""

Worth = tuple[np.ndarray, np.ndarray]
"""Whole millionths of each cell, and whether they are known. Shapes (n,)."""


def since_midnight(quantity: np.ndarray, wall: Wall) -> np.ndarray:
    """Return the sum of each cell and those before it on its local day."""
    total = np.cumsum(quantity)
    first = np.searchsorted(wall.day, wall.day)
    return np.asarray(total - (total[first] - quantity[first]))


def each_of(cumulative: np.ndarray, wall: Wall) -> np.ndarray:
    """Return what each cell adds to a quantity that is cumulative since local midnight."""
    before = np.append(0, cumulative[:-1])
    opens = np.diff(wall.day, prepend=-1) != 0
    return np.asarray(cumulative - np.where(opens, 0, before))


def price_rows(rows: Sequence[TariffRow], wall: Wall) -> np.ndarray:
    """Return which row prices each cell, as its place in ``rows``; -1 where none holds.

    The same row as energy.tariff.row_at, for all cells at once.
    """
    found = np.full(len(wall.start), -1, dtype=np.int64)
    day = np.array([wall.days.first.toordinal()]) + wall.day
    month = wall.days.month[wall.day]
    # Of rows of one priority the first wins, so it is laid last.
    by_rank = sorted(enumerate(rows), key=lambda pair: (pair[1].priority, -pair[0]))
    for place, row in by_rank:
        holds = (day >= row.valid_from.toordinal()) & (day < row.valid_to.toordinal())
        holds &= (wall.minute >= row.from_minute) & (wall.minute < row.to_minute)
        holds &= np.isin(month, row.months)
        found[holds] = place
    return found


def cost_of(amount: np.ndarray, rows: Sequence[TariffRow], *, kind: str, wall: Wall) -> Worth:
    """Return the cost of each cell [1e-6 yuan]; not known where no row holds.

    Args:
        amount: Amount of each cell [base units]. Shape (n,), int64.
        rows: The rows of the meter's tariff.
        kind: Kind of energy or water.
        wall: The cells.
    """
    row = price_rows(rows, wall)
    priced = row >= 0
    price = np.array([entry.price_micro for entry in rows] or [0], dtype=np.int64)
    each = np.where(priced, price[np.maximum(row, 0)], 0) * amount
    per_display = KINDS[kind].base_per_display
    return each_of(since_midnight(each, wall) // per_display, wall), priced


def weight_of(
    amount: np.ndarray, rows: Sequence[Factor], *, kind: str, region: str, wall: Wall
) -> Worth:
    """Return the standard coal [mgce] or CO2 [mg] of each cell; not known without a factor.

    Args:
        amount: Amount of each cell [base units]. Shape (n,), int64.
        rows: One set of coefficients or factors.
        kind: Kind of energy or water.
        region: Division of the site.
        wall: The cells.
    """
    weight = np.zeros_like(amount)
    known = np.zeros(len(amount), dtype=bool)
    if not len(amount):
        return weight, known
    total = since_midnight(amount, wall)
    first, last = (wall.days.date_of(day) for day in (wall.day[0], wall.day[-1]))
    for begin, end in _constant_stretches(rows, kind, first, last):
        factor = factor_at(rows, kind=kind, region=region, day=begin)
        if factor is None:
            continue
        number = wall.day + wall.days.first.toordinal()
        mine = (number >= begin.toordinal()) & (number < end.toordinal())
        per_unit = factor.per_display * Fraction(MILLIONTHS, KINDS[kind].base_per_display)
        weight[mine] = floor_times(total[mine], per_unit)
        known |= mine
    return each_of(weight, wall), known


def _constant_stretches(
    rows: Sequence[Factor], kind: str, first: date, last: date
) -> list[tuple[date, date]]:
    """Return dates between which no row of the kind comes or goes, over first to last."""
    changes = {day for row in rows if row.kind == kind for day in (row.valid_from, row.valid_to)}
    cuts = [first, *sorted(day for day in changes if first < day <= last)]
    return list(zip(cuts, [*cuts[1:], date.max], strict=True))
