"""The slow twin of gaps with a shape: days and hours one by one, as a person would."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from zoneinfo import ZoneInfo

from tests.naive import HOUR, Piece

QUARTER = 900_000
Shape = dict[bool, dict[int, int]]
"""Free or not, and hour of the wall clock, to steps a thousand hours."""


def wall(time: int, zone: ZoneInfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)).astimezone(zone)


def edges(start: int, end: int, zone: ZoneInfo) -> list[int]:
    """Return the whole hours and the midnights between two times, and these themselves."""
    quarters = range(-(-start // QUARTER) * QUARTER, end, QUARTER)
    cuts = (one for one in quarters if one % HOUR == 0 or is_midnight(one, zone))
    return sorted({start, end, *cuts})


def is_midnight(time: int, zone: ZoneInfo) -> bool:
    return wall(time, zone).date() != wall(time - 60_000, zone).date()


def slot(start: int, end: int, zone: ZoneInfo) -> int:
    """Return the hour of the wall clock in the middle, by the clock of the start."""
    begun = wall(start, zone)
    minutes = begun.hour * 60 + begun.minute + Fraction(end - start, 120_000)
    return floor(minutes / 60) % 24


def steps_until(pieces: list[Piece], time: int) -> int:
    whole = 0
    for one in pieces:
        if time < one.end:
            return whole + one.steps * max(time - one.start, 0) // (one.end - one.start)
        whole += one.steps
    return whole


class Past:
    """What a meter did on each day.

    Args:
        pieces: What is known between its readings.
        zone: Its wall clock.
        is_free: Whether a date is a weekend or holiday.
    """

    def __init__(
        self, pieces: list[Piece], zone: ZoneInfo, is_free: Callable[[date], bool]
    ) -> None:
        self.pieces = pieces
        self.zone = zone
        self.is_free = is_free

    def day(self, day: date) -> tuple[int, int]:
        starts = (
            datetime(one.year, one.month, one.day, tzinfo=self.zone)
            for one in (day, day + timedelta(days=1))
        )
        first, last = (int(one.timestamp() * 1000) for one in starts)
        return first, last

    def is_measured(self, day: date) -> bool:
        start, end = self.day(day)
        inside = [one for one in self.pieces if one.end > start and one.start < end]
        known = all(one.known == "measured" for one in inside)
        return bool(inside) and known and inside[0].start <= start and inside[-1].end >= end

    def like(self, begun: date, *, free: bool) -> list[date]:
        before = [begun - timedelta(days=back) for back in range(1, 29)]
        return [one for one in before if self.is_free(one) == free and self.is_measured(one)][:10]

    def rates(self, days: Iterable[date]) -> dict[int, int]:
        used: dict[int, int] = defaultdict(int)
        lasted: dict[int, int] = defaultdict(int)
        for day in days:
            for start, end in pairwise(edges(*self.day(day), self.zone)):
                hour = slot(start, end, self.zone)
                used[hour] += steps_until(self.pieces, end) - steps_until(self.pieces, start)
                lasted[hour] += end - start
        return {hour: used[hour] * 1000 * HOUR // lasted[hour] for hour in used}

    def shape(self, gap: Piece) -> Shape | None:
        begun, last = (wall(time, self.zone).date() for time in (gap.start, gap.end - 1))
        days = [begun + timedelta(days=n) for n in range((last - begun).days + 1)]
        found: Shape = {}
        for free in {self.is_free(day) for day in days}:
            like = self.like(begun, free=free)
            if len(like) < 3:
                return None
            found[free] = self.rates(like)
        return found

    def parts(self, gap: Piece) -> list[Piece]:
        """Return the parts of a gap, hour by hour; the gap itself where it stays even."""
        shape = self.shape(gap) if gap.end - gap.start > 2 * HOUR else None
        if shape is None:
            return [gap]
        hours = edges(gap.start // HOUR * HOUR, (gap.end // HOUR + 1) * HOUR, self.zone)
        cuts = [gap.start, *(one for one in hours if gap.start < one < gap.end), gap.end]
        sums = [0]
        for start, end in pairwise(cuts):
            cell = self.cell(start)
            rate = shape[self.is_free(wall(start, self.zone).date())].get(slot(*cell, self.zone), 0)
            sums.append(sums[-1] + rate * (end - start))
        if not sums[-1]:
            return [gap]
        risen = [gap.steps * one // sums[-1] for one in sums]
        return [
            Piece(start, end, after - before, gap.known)
            for (start, end), (before, after) in zip(pairwise(cuts), pairwise(risen), strict=True)
        ]

    def cell(self, time: int) -> tuple[int, int]:
        """Return the cell of the ledger in which a time lies."""
        around = edges(time // HOUR * HOUR, (time // HOUR + 1) * HOUR, self.zone)
        return next((one, other) for one, other in pairwise(around) if one <= time < other)


def shaped(pieces: list[Piece], zone: ZoneInfo, is_free: Callable[[date], bool]) -> list[Piece]:
    """Return pieces with their long gaps cut into parts."""
    past = Past(pieces, zone, is_free)
    return [
        part for one in pieces for part in (past.parts(one) if one.known == "estimated" else [one])
    ]
