"""Amounts between edges: the cumulative is floored at each edge, never an interval."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analytics.consumption.course import Course, Known
from analytics.consumption.exact import floor_between, floor_times


@dataclass(frozen=True)
class Cells:
    """What a meter counted between successive edges. Every array has shape (cells,), int64.

    All of them add up: the cells of a day to the day, to the unit and the millisecond.

    Attributes:
        amount: Measured plus estimated amount [base units].
        amount_estimated: Of which allocated over gaps [base units].
        measured_ms: Time covered by intervals of normal cadence [ms].
        estimated_ms: Time covered by a gap whose total is known [ms].
        unresolved_ms: Time whose amount nobody can know [ms].
    """

    amount: np.ndarray
    amount_estimated: np.ndarray
    measured_ms: np.ndarray
    estimated_ms: np.ndarray
    unresolved_ms: np.ndarray

    @property
    def has_amount(self) -> np.ndarray:
        """Whether anything is known of the amount; elsewhere it is missing, not zero."""
        return np.asarray((self.measured_ms > 0) | (self.estimated_ms > 0))

    @property
    def is_touched(self) -> np.ndarray:
        """Whether there is anything to say of the cell at all."""
        return np.asarray(self.has_amount | (self.unresolved_ms > 0))


def cells_between(course: Course, edges: np.ndarray, *, base_per_step: Fraction) -> Cells:
    """Return what was counted between edges, exactly.

    Args:
        course: How the register advanced.
        edges: Sorted instants [ms], in UTC: local midnights are instants too. Shape (n,), int64.
        base_per_step: Base units in a step of the course's count.

    Returns:
        n - 1 cells.
    """
    if len(course.time) < 2 or len(edges) < 2:  # noqa: PLR2004  nothing lies between
        nothing = np.zeros(max(0, len(edges) - 1), dtype=np.int64)
        return Cells(nothing, nothing, nothing, nothing, nothing)
    inside = np.clip(edges, course.time[0], course.time[-1])
    at = np.searchsorted(course.time, inside, side="right") - 1
    np.minimum(at, len(course.time) - 2, out=at)
    start, begins = course.count[at], course.time[at]
    whole = floor_between(
        start=start,
        advance=course.count[at + 1] - start,
        passed=inside - begins,
        length=course.time[at + 1] - begins,
        factor=base_per_step,
    )
    covered = np.diff(inside)
    nothing = np.zeros_like(covered)
    if not course.known.any():
        return Cells(np.diff(whole), nothing, covered, nothing, nothing)
    shares = _Shares(course, inside, whole, base_per_step)
    estimated_ms = shares.time(Known.ESTIMATED)
    unresolved_ms = shares.time(Known.UNRESOLVED)
    measured_ms = covered - estimated_ms - unresolved_ms - shares.time(Known.NOTHING)
    return Cells(
        np.diff(whole), shares.amount_estimated(), measured_ms, estimated_ms, unresolved_ms
    )


class _Shares:
    """How much of each cell lies in intervals of one sort; these are few."""

    def __init__(
        self, course: Course, inside: np.ndarray, whole: np.ndarray, base_per_step: Fraction
    ) -> None:
        self.course = course
        self.inside = inside
        self.whole = whole
        self.base_per_step = base_per_step

    def time(self, known: Known) -> np.ndarray:
        place = np.flatnonzero(self.course.known == known)
        begin, end = self.course.time[place], self.course.time[place + 1]
        return self._between(begin, end, begin, end, self.inside)

    def amount_estimated(self) -> np.ndarray:
        place = np.flatnonzero(self.course.known == Known.ESTIMATED)
        count = self.course.count
        return self._between(
            self.course.time[place],
            self.course.time[place + 1],
            floor_times(count[place], self.base_per_step),
            floor_times(count[place + 1], self.base_per_step),
            self.whole,
        )

    def _between(
        self,
        begin: np.ndarray,
        end: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        at_edge: np.ndarray,
    ) -> np.ndarray:
        """Return how far a quantity rises within the intervals, cell by cell.

        Args:
            begin: Start of each interval [ms].
            end: End of each interval [ms].
            low: The quantity at the start of each.
            high: The quantity at the end of each.
            at_edge: The quantity at each edge.
        """
        if not len(begin):
            return np.zeros(len(at_edge) - 1, dtype=np.int64)
        risen = np.append(0, np.cumsum(high - low))
        last = np.searchsorted(begin, self.inside, side="right") - 1
        own = np.maximum(last, 0)
        within = np.where(self.inside >= end[own], high[own], at_edge) - low[own]
        return np.diff(np.where(last < 0, 0, risen[own] + within))
