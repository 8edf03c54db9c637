"""Amounts between edges: the cumulative is floored at each edge, never an interval."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analytics.consumption.course import ESTIMATED, MEASURED, NOTHING, UNRESOLVED, Course
from analytics.consumption.exact import floor_between, floor_times

_OTHERS = (ESTIMATED, UNRESOLVED, NOTHING)


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
    first, last = edges.searchsorted(course.time[[0, -1]]).tolist()
    inside = edges.copy()
    inside[:first], inside[last:] = course.time[0], course.time[-1]
    at = course.time.searchsorted(inside, side="right")
    at -= 1
    np.minimum(at, len(course.time) - 2, out=at)
    start, begins = course.count.take(at), course.time.take(at)
    whole = floor_between(
        start=start,
        advance=course.count[1:].take(at) - start,
        passed=inside - begins,
        length=course.time[1:].take(at) - begins,
        factor=base_per_step,
    )
    covered = inside[1:] - inside[:-1]
    amount = whole[1:] - whole[:-1]
    nothing = np.zeros(len(covered), dtype=np.int64)
    odd = np.flatnonzero(course.known != MEASURED)
    if not len(odd):
        return Cells(amount, nothing, covered, nothing, nothing)
    known = course.known[odd]
    cut = np.flatnonzero(course.known.take(at[:last]) != MEASURED)
    known_at_cut = course.known[at[cut]]
    times, amount_estimated = [], nothing
    for sort in _OTHERS:
        place = odd[known == sort]
        if not len(place):
            times.append(nothing)
            continue
        those = _Intervals(course, place, inside, cut[known_at_cut == sort])
        times.append(those.time())
        covered -= times[-1]
        if sort == ESTIMATED:
            amount_estimated = those.amount(whole, base_per_step)
    estimated_ms, unresolved_ms, _ = times
    return Cells(amount, amount_estimated, covered, estimated_ms, unresolved_ms)


class _Intervals:
    """The intervals of one sort; they are few, and so are the cells that they touch.

    Args:
        course: How the register advanced.
        place: Which of its intervals. Shape (m,).
        inside: The edges [ms], none outside the course.
        cut: Which of the edges lie within one of the intervals, or where one starts. Shape (k,).
    """

    def __init__(
        self, course: Course, place: np.ndarray, inside: np.ndarray, cut: np.ndarray
    ) -> None:
        self.course = course
        self.place = place
        self.inside = inside
        self.cut = cut
        enters = inside.searchsorted(course.time[place])
        leaves = inside.searchsorted(course.time[place + 1])
        # Cells, with one more in front of the first edge and one behind the last.
        self.cells = np.concatenate([leaves, enters, cut, cut + 1])

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
        """Return how far a quantity rises, or falls, within the intervals, cell by cell.

        It is what the quantity was wherever an interval left the cell, less what it was wherever
        one entered it: at its own ends, and at the edges that cut it.

        Args:
            low: The quantity at the start of each.
            high: The quantity at the end of each.
            at_edge: The quantity at each edge.
        """
        risen = np.zeros(len(at_edge) + 1, dtype=np.int64)
        at_cut = at_edge[self.cut]
        np.add.at(risen, self.cells, np.concatenate([high, -low, at_cut, -at_cut]))
        return risen[1:-1]
