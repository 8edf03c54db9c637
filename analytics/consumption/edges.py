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
    odd = np.flatnonzero(course.known != Known.MEASURED)
    if not len(odd):
        return Cells(np.diff(whole), nothing, covered, nothing, nothing)
    known = course.known[odd]
    sorts = {sort: odd[known == sort] for sort in Known if sort != Known.MEASURED}
    shares = {sort: _Intervals(course, of, inside) for sort, of in sorts.items() if len(of)}
    times = {sort: share.time() for sort, share in shares.items()}
    estimated = shares.get(Known.ESTIMATED)
    return Cells(
        np.diff(whole),
        estimated.amount(whole, base_per_step) if estimated else nothing,
        covered - sum(times.values()),
        times.get(Known.ESTIMATED, nothing),
        times.get(Known.UNRESOLVED, nothing),
    )


class _Intervals:
    """The intervals of one sort, and the edges that lie in them; both are few.

    Args:
        course: How the register advanced.
        place: Which of its intervals. Shape (m,), at least one.
        inside: The edges [ms], none outside the course.
    """

    def __init__(self, course: Course, place: np.ndarray, inside: np.ndarray) -> None:
        self.course = course
        self.inside = inside
        self.place = place
        first = np.searchsorted(inside, course.time[place])
        length = np.searchsorted(inside, course.time[place + 1]) - first
        # Of each edge in an interval: the number of the interval, and its own.
        self.which = np.repeat(np.arange(len(self.place)), length)
        self.edge = np.arange(len(self.which)) + (first - np.cumsum(length) + length)[self.which]
        self.edges_from = np.diff(first, prepend=0, append=len(inside))

    def time(self) -> np.ndarray:
        """Return how much of each cell they take [ms]."""
        time = self.course.time
        return self._risen(time[self.place], time[self.place + 1], self.inside)

    def amount(self, whole: np.ndarray, base_per_step: Fraction) -> np.ndarray:
        """Return what was counted in them in each cell [base units]; ``whole`` is at each edge."""
        count = self.course.count
        low = floor_times(count[self.place], base_per_step)
        return self._risen(low, floor_times(count[self.place + 1], base_per_step), whole)

    def _risen(self, low: np.ndarray, high: np.ndarray, at_edge: np.ndarray) -> np.ndarray:
        """Return how far a quantity rises within the intervals, cell by cell.

        Args:
            low: The quantity at the start of each.
            high: The quantity at the end of each.
            at_edge: The quantity at each edge.
        """
        risen = np.append(0, np.cumsum(high - low))
        up_to = np.repeat(risen, self.edges_from)
        up_to[self.edge] = at_edge[self.edge] + (risen[:-1] - low)[self.which]
        return np.diff(up_to)
