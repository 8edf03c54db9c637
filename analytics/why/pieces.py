"""What an amount stands on: the readings of a meter in pieces that a person can add up by hand."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.consumption.course import Course, Known
from analytics.consumption.epochs import Epoch
from energy.meter import NET

Point = tuple[int, int]
"""An instant within a gap [ms], and how far the count has risen since the gap began."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is known from one instant to a later one.

    Attributes:
        start: First reading [ms].
        end: Last reading [ms].
        known: What is known of the time between.
        first: What the register showed at the start [steps]; None for amounts of intervals, and
            where nobody wrote it down.
        last: What it showed at the end [steps]; None as for the first.
        wraps: How often it went through 0 between the two.
        modulus: Steps at which it starts again from 0.
        factor: Units of the count in one step.
        sent: Amount that the meter sent for it [base units]; None for a register.
        readings: Readings from the first, excluded, to the last, included.
        inside: Where a gap has the shape of other days: points of it, in order of time.
        began_again: Whether a volatile register began at 0 again between the two: counted is what
            it showed at the end, the least that it can be.
    """

    start: int
    end: int
    known: Known
    first: int | None = None
    last: int | None = None
    wraps: int = 0
    modulus: int = 0
    factor: int = 1
    sent: int | None = None
    readings: int = 1
    inside: tuple[Point, ...] = ()
    began_again: bool = False

    @property
    def counts(self) -> bool:
        """Whether anything of it is counted."""
        return self.known in (Known.MEASURED, Known.ESTIMATED)

    @property
    def advance(self) -> int:
        """How far the count went: last less first, and once round for each time through 0."""
        if not self.counts:
            return 0
        if self.sent is not None:
            return self.sent
        if self.first is None or self.last is None:
            raise ValueError(f"What the register showed from {self.start} on is not known.")
        first = 0 if self.began_again else self.first
        return (self.last - first + self.wraps * self.modulus) * self.factor

    def follows(self, before: "Piece") -> bool:
        """Tell whether the two are of one sort, so that they can be told as one."""
        return (
            before.end == self.start
            and (before.known, before.modulus, before.factor)
            == (self.known, self.modulus, self.factor)
            and (before.sent is None) == (self.sent is None)
            and before.last == self.first
            and self.known is not Known.ESTIMATED
            and not (self.wraps or before.wraps)
        )


def register_pieces(
    course: Course,
    shown: Mapping[int, int],
    epochs: Sequence[Epoch],
    shapes: Mapping[int, tuple[Point, ...]],
) -> list[Piece]:
    """Return a piece for each pair of readings of a register that follow each other.

    Args:
        course: Which readings count and what is known between them.
        shown: Time of each reading to what the register showed then [steps].
        epochs: The registers that stood there, in order of time.
        shapes: Start of a gap [ms] to the points inside it, if it has a shape.
    """
    times = course.time.tolist()
    known = [Known(one) for one in course.known.tolist()]
    restarted = set(course.restarted.tolist())
    found = []
    for start, end, what in zip(times, times[1:], known, strict=False):
        epoch = _epoch_of(epochs, start, end)
        first, last = _at_start(epochs, shown, start), _at_end(epochs, shown, end)
        piece = Piece(start, end, what, first, last)
        if piece.counts and epoch is not None and first is not None and last is not None:
            again = start in restarted
            wraps = int(last < first and epoch.counts != NET and not again)
            inside = shapes.get(start, ())
            piece = replace(
                piece,
                wraps=wraps,
                modulus=epoch.modulus,
                factor=epoch.factor,
                inside=inside,
                began_again=again,
            )
        found.append(piece)
    return found


def interval_pieces(course: Course, sent: Mapping[int, int]) -> list[Piece]:
    """Return a piece for each interval of a meter that sends amounts, and for what lies between.

    Args:
        course: How its amounts follow each other.
        sent: Start of each interval [ms] to its amount [base units].
    """
    times = course.time.tolist()
    known = [Known(one) for one in course.known.tolist()]
    return [
        Piece(start, end, what, sent=sent.get(start, 0), readings=int(start in sent))
        for start, end, what in zip(times, times[1:], known, strict=False)
    ]


def told_pieces(pieces: Sequence[Piece], start: int, end: int) -> list[Piece]:
    """Return the pieces that touch a span, those of one sort that lie whole within it as one.

    Args:
        pieces: In order of time, each where the one before ends.
        start: From here on [ms].
        end: Until here [ms].
    """
    found: list[Piece] = []
    for piece in pieces[bisect_right([one.end for one in pieces], start) :]:
        if piece.start >= end:
            break
        before = found[-1] if found else None
        is_cut = piece.start < start or piece.end > end
        joins = before is not None and before.start >= start and piece.follows(before)
        if before is not None and joins and not is_cut:
            found[-1] = _joined(before, piece)
        else:
            found.append(piece)
    return found


def _joined(before: Piece, piece: Piece) -> Piece:
    sent = None
    if before.sent is not None and piece.sent is not None:
        sent = before.sent + piece.sent
    readings = before.readings + piece.readings
    return replace(before, end=piece.end, last=piece.last, sent=sent, readings=readings)


def _epoch_of(epochs: Sequence[Epoch], start: int, end: int) -> Epoch | None:
    """Return the register that stood there from one instant to another; None for none or two."""
    for epoch in epochs:
        begins = epoch.start is None or epoch.start <= start
        ends = epoch.end is None or end <= epoch.end
        if begins and ends and epoch.is_there:
            return epoch
    return None


def _at_start(epochs: Sequence[Epoch], shown: Mapping[int, int], time: int) -> int | None:
    """Return what was shown right after an instant: the opening reading where one came then."""
    if any(epoch.start == time for epoch in epochs):
        return next((one.opening for one in epochs if one.start == time), None)
    return shown.get(time)


def _at_end(epochs: Sequence[Epoch], shown: Mapping[int, int], time: int) -> int | None:
    """Return what was shown right before an instant: the closing reading where one went then."""
    if any(epoch.end == time for epoch in epochs):
        return next((one.closing for one in epochs if one.end == time), None)
    return shown.get(time)
