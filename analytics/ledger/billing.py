"""What a bill needs of the ledger: the amount each tariff row priced, and the greatest demand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.consumption.course import Course
from analytics.consumption.edges import cells_between
from analytics.ledger.pricing import Pricing
from energy.price_book import NO_ROW
from energy.tariff import TariffRow

_MINUTE_MS = 60_000
_HOUR_MINUTES = 60


def amounts_by_row(
    amount: np.ndarray, pricing: Pricing
) -> tuple[tuple[tuple[TariffRow, int], ...], int]:
    """Return what each row priced, and what none did [base units].

    Args:
        amount: Amount of each piece of the pricing [base units]. Shape (pieces,), int64.
        pricing: Which rows price the pieces.
    """
    totals = np.zeros(len(pricing.book.rows) + 1, dtype=np.int64)
    np.add.at(totals, pricing.row, amount)  # NO_ROW, which is -1, is the last
    used = [
        (row, total)
        for row, total in zip(pricing.book.rows, totals.tolist(), strict=False)
        if total
    ]
    return tuple(used), int(totals[NO_ROW])


@dataclass(frozen=True, slots=True)
class Demand:
    """The greatest demand of a month.

    Attributes:
        power_w: Greatest mean power of a window [W], rounded down.
        start: When that window began [ms].
        measured: Windows that were measured at all meters.
        windows: All windows.
    """

    power_w: int
    start: int
    measured: int
    windows: int


def greatest_demand(
    courses: Sequence[Course], *, start: int, end: int, window_minutes: int = 15
) -> Demand | None:
    """Return the greatest demand of a group of electricity meters; None if nothing was measured.

    Windows follow each other from the start on. One within a gap of any meter is left out: nobody
    knows how its total was spread.

    Args:
        courses: How the registers advanced.
        start: Local midnight at which the month begins [ms].
        end: Local midnight at which it ends [ms].
        window_minutes: Length of a window.
    """
    edges = np.arange(start, end + 1, window_minutes * _MINUTE_MS, dtype=np.int64)
    amount = np.zeros(len(edges) - 1, dtype=np.int64)
    measured = np.full(len(edges) - 1, bool(courses))
    for course in courses:
        cells = cells_between(course, edges, base_per_step=course.base_per_count)
        amount += cells.amount
        measured &= cells.measured_ms == window_minutes * _MINUTE_MS
    if not measured.any():
        return None
    most = int(np.argmax(np.where(measured, amount, -1)))
    power = int(amount[most]) * _HOUR_MINUTES // window_minutes
    return Demand(power, int(edges[most]), int(measured.sum()), len(measured))
