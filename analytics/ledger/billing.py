"""What a bill needs of the ledger: the amount each tariff row priced, and the greatest demand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.consumption.course import Course, Known
from analytics.consumption.edges import cells_between
from analytics.ledger.pricing import Pricing
from energy.tariffs.price_book import NO_ROW
from energy.tariffs.tariff import TariffRow

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
        power_w: Greatest mean power of a window [W], rounded down; at least so much where not every
            window was measured.
        start: When that window began [ms]; or the gap in which one was at least so great.
        measured: Windows that were measured at all meters.
        windows: All windows.
    """

    power_w: int
    start: int
    measured: int
    windows: int

    @property
    def is_least(self) -> bool:
        """Whether a window that was not measured may have been greater."""
        return self.measured < self.windows


def greatest_demand(
    courses: Sequence[Course], *, start: int, end: int, window_minutes: int = 15
) -> Demand | None:
    """Return the greatest demand of a group of electricity meters; None if nothing is known of it.

    Windows follow each other from the start on. Nobody knows how the total of a gap was spread, but
    one of its windows was no less than their mean. Where some meters are in a gap, the others alone
    are the least that a window had.

    Args:
        courses: How the registers advanced, each gap in one piece: the points of a shaped one
            would pass for readings.
        start: Local midnight at which the month begins [ms].
        end: Local midnight at which it ends [ms].
        window_minutes: Length of a window.
    """
    edges = np.arange(start, end + 1, window_minutes * _MINUTE_MS, dtype=np.int64)
    passed = np.zeros(len(edges), dtype=np.int64)
    least = np.zeros(len(edges) - 1, dtype=np.int64)
    measured, any_measured = np.full(len(least), bool(courses)), np.zeros(len(least), dtype=bool)
    is_known = np.full(len(edges), bool(courses))
    for course in courses:
        cells = cells_between(course, edges, base_per_step=course.base_per_count)
        own = cells.measured_ms == window_minutes * _MINUTE_MS
        passed[1:] += np.cumsum(cells.amount)
        least += np.where(own, cells.amount, 0)
        measured &= own
        any_measured |= own
        is_known &= _known_at(course, edges)
    bounds = _means(np.flatnonzero(is_known), passed, window_minutes)
    if any_measured.any():
        most = int(np.argmax(least))
        bounds.append((int(least[most]) * _HOUR_MINUTES // window_minutes, most))
    if not bounds:
        return None
    power, place = max(bounds, key=lambda bound: (bound[0], -bound[1]))
    return Demand(power, int(edges[place]), int(measured.sum()), len(measured))


def _known_at(course: Course, edges: np.ndarray) -> np.ndarray:
    """Tell at which edges it is known how far a register had advanced. Shape of the edges."""
    if len(course.time) < 2:  # noqa: PLR2004  nothing lies between
        return np.zeros(len(edges), dtype=bool)
    at = np.clip(np.searchsorted(course.time, edges, side="right") - 1, 0, len(course.time) - 1)
    is_read = course.time[at] == edges
    within = (course.time[0] <= edges) & (edges < course.time[-1])
    between = np.minimum(at, len(course.known) - 1)
    return np.asarray(is_read | (within & (course.known[between] == Known.MEASURED)))


def _means(known: np.ndarray, passed: np.ndarray, window_minutes: int) -> list[tuple[int, int]]:
    """Return the greatest mean power between two known edges that follow each other [W].

    With the place of the first; nothing if there are no two.
    """
    if len(known) < 2:  # noqa: PLR2004  nothing lies between
        return []
    amount, minutes = np.diff(passed[known]), np.diff(known) * window_minutes
    power = amount * _HOUR_MINUTES // minutes
    most = int(np.argmax(power))
    return [(int(power[most]), int(known[most]))]
