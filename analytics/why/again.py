"""An amount worked out again from its pieces, by fractions and one at a time: nothing shared.

The ledger computes with arrays (analytics/consumption); here is the same by hand, so that a fault
in one of the two shows as a difference.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import floor

from analytics.consumption.course import Known
from analytics.why.pieces import Piece
from energy.span import SECOND_MS


@dataclass(frozen=True, slots=True)
class Cell:
    """What was counted between two instants.

    Attributes:
        amount: Base units; None if nothing is known of it.
        estimated: Of which laid over gaps [base units].
        measured_s: Seconds covered by readings of normal cadence.
        estimated_s: Seconds covered by gaps whose total is known.
        unresolved_s: Seconds whose amount nobody can know.
    """

    amount: int | None
    estimated: int
    measured_s: int
    estimated_s: int
    unresolved_s: int


class Count:
    """The count of a meter at any instant.

    Args:
        pieces: In order of time, each where the one before ends.
        base_per_count: Base units in one of the count.
        before: The count at the start of the first piece.
    """

    def __init__(
        self, pieces: Sequence[Piece], base_per_count: Fraction, *, before: int = 0
    ) -> None:
        self.pieces = list(pieces)
        self.base_per_count = base_per_count
        self.before = before
        self._starts = [piece.start for piece in pieces]
        self._ends = [piece.end for piece in pieces]
        self._before = list(accumulate((piece.advance for piece in pieces), initial=before))

    def at(self, time: int) -> Fraction:
        """Return the count at an instant: along a straight line between two readings."""
        place = bisect_right(self._starts, time) - 1
        if place < 0:
            return Fraction(self.before)
        return self._before[place] + risen(self.pieces[place], time)

    def base_at(self, time: int) -> int:
        """Return the base units at an instant: the fraction of one is cut off."""
        return floor(self.at(time) * self.base_per_count)

    def piece_at(self, time: int) -> Piece | None:
        """Return the piece that an instant lies in, its end excluded."""
        place = bisect_right(self._starts, time) - 1
        return self.pieces[place] if place >= 0 and time < self._ends[place] else None

    def before_piece(self, piece: Piece) -> int:
        """Return the count at the start of one of the pieces."""
        return self._before[bisect_left(self._starts, piece.start)]

    def between(self, start: int, end: int) -> int:
        """Return what was counted from one instant to another [base units]."""
        return self.base_at(end) - self.base_at(start)

    def cell(self, start: int, end: int) -> Cell:
        """Return what was counted from one instant to another."""
        lasted = dict.fromkeys(Known, 0)
        estimated = 0
        for piece in self.touching(start, end):
            first, last = max(piece.start, start), min(piece.end, end)
            lasted[piece.known] += last - first
            if piece.known is Known.ESTIMATED:
                estimated += self.between(first, last)
        counted = lasted[Known.MEASURED] + lasted[Known.ESTIMATED]
        measured_s = lasted[Known.MEASURED] // SECOND_MS
        unresolved_s = -(-lasted[Known.UNRESOLVED] // SECOND_MS)
        covered_s = -(-(counted + lasted[Known.UNRESOLVED]) // SECOND_MS)
        rest_s = max(covered_s - measured_s - unresolved_s, 0)
        return Cell(
            self.between(start, end) if counted else None,
            estimated,
            measured_s,
            rest_s if lasted[Known.ESTIMATED] else 0,
            unresolved_s,
        )

    def touching(self, start: int, end: int) -> list[Piece]:
        """Return the pieces that lie at least partly between two instants."""
        first = bisect_right(self._ends, start)
        return self.pieces[first : bisect_left(self._starts, end, lo=first)]


def risen(piece: Piece, time: int) -> Fraction:
    """Return how far the count rose from the start of a piece until an instant."""
    if time >= piece.end:
        return Fraction(piece.advance)
    if not piece.counts:
        return Fraction(0)
    points = [(piece.start, 0), *piece.inside, (piece.end, piece.advance)]
    place = bisect_right([point[0] for point in points], time) - 1
    (begin, low), (end, high) = points[place], points[place + 1]
    return low + Fraction((high - low) * (time - begin), end - begin)
