"""What hourly amounts cost, weigh in standard coal and emit: floored on the sum since midnight.

So the hours of a local day add up to the day exactly, and a day never depends on another.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from analytics.consumption.exact import floor_times
from analytics.ledger.pricing import Pricing, prices_of
from analytics.ledger.remembered import remembered
from analytics.ledger.wall import Wall
from energy.factors import Factor, factor_at
from energy.kinds import KINDS
from energy.tariffs.price_book import NO_ROW

MILLIONTHS = 1_000_000
"""Micro-yuan in a yuan, mg in a kg."""

Worth = tuple[np.ndarray, np.ndarray]
"""Whole millionths of each cell, and whether they are known. Shapes (n,)."""


def since_midnight(quantity: np.ndarray, wall: Wall) -> np.ndarray:
    """Return the sum of each cell and those before it on its local day."""
    total = np.cumsum(quantity)
    first = wall.opening
    return np.asarray(total - (total[first] - quantity[first]))


def each_of(cumulative: np.ndarray, wall: Wall) -> np.ndarray:
    """Return what each cell adds to a quantity that is cumulative since local midnight."""
    before = np.zeros_like(cumulative)
    before[1:] = cumulative[:-1]
    before[wall.opens] = 0
    return np.asarray(cumulative - before)


def cost_of(amount: np.ndarray, pricing: Pricing, *, kind: str, wall: Wall) -> Worth:
    """Return the cost of each cell [1e-6 yuan]; not known where no row holds for a part of it.

    Args:
        amount: Amount of each piece of the pricing [base units]. Shape (pieces,), int64.
        pricing: Which rows price the pieces.
        kind: Kind of energy or water.
        wall: The cells. Shape of the result (cells,).
    """
    each, priced = prices_of(pricing) * amount, pricing.row != NO_ROW
    if not pricing.is_whole:
        each = np.add.reduceat(each, pricing.first)
        priced = np.logical_and.reduceat(priced, pricing.first)
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
    for mine, per_unit in _per_unit(rows, kind, region, wall):
        weight[mine] = floor_times(total[mine], per_unit)
        known |= mine
    return each_of(weight, wall), known


@remembered
def _per_unit(
    rows: Sequence[Factor], kind: str, region: str, wall: Wall
) -> list[tuple[np.ndarray, Fraction]]:
    """Return which cells weigh how much a base unit [mg], where that is known. Shapes (cells,)."""
    found = []
    first, last = (wall.days.date_of(day) for day in (wall.day[0], wall.day[-1]))
    number = wall.day + wall.days.first.toordinal()
    for begin, end in _constant_stretches(rows, kind, first, last):
        factor = factor_at(rows, kind=kind, region=region, day=begin)
        if factor is not None:
            mine = (number >= begin.toordinal()) & (number < end.toordinal())
            per_display = Fraction(MILLIONTHS, KINDS[kind].base_per_display)
            found.append((mine, factor.per_display * per_display))
    return found


def emits_nothing(amount: np.ndarray) -> Worth:
    """Return the CO2 of what is made on the spot without fuel, such as by panels on the roof."""
    return np.zeros_like(amount), np.ones(len(amount), dtype=bool)


def _constant_stretches(
    rows: Sequence[Factor], kind: str, first: date, last: date
) -> list[tuple[date, date]]:
    """Return dates between which no row of the kind comes or goes, over first to last."""
    changes = {day for row in rows if row.kind == kind for day in (row.valid_from, row.valid_to)}
    cuts = [first, *sorted(day for day in changes if first < day <= last)]
    return list(zip(cuts, [*cuts[1:], date.max], strict=True))
