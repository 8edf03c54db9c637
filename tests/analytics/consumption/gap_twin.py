"""The slow twin of gaps with a shape: days and hours one by one, as a person would."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from types import MappingProxyType
from zoneinfo import ZoneInfo

from tests.naive import HOUR, Piece

QUARTER = 900_000
Shape = dict[date, dict[int, int]]
"""Day, and hour of the wall clock, to steps a thousand hours."""
Temperatures = Mapping[date, int]
"""Day to hundredths of a degree."""


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
        warm: How warm each day was.
    """

    def __init__(
        self,
        pieces: list[Piece],
        zone: ZoneInfo,
        is_free: Callable[[date], bool],
        warm: Temperatures,
    ) -> None:
        self.warm = warm
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
        return self.is_measured_between(*self.day(day))

    def is_measured_between(self, start: int, end: int) -> bool:
        inside = [one for one in self.pieces if one.end > start and one.start < end]
        known = all(one.known == "measured" for one in inside)
        return bool(inside) and known and inside[0].start <= start and inside[-1].end >= end

    def before(self, begun: date, *, free: bool) -> list[date]:
        days = [begun - timedelta(days=back) for back in range(1, 29)]
        return [one for one in days if self.is_free(one) == free and self.is_measured(one)]

    def like(self, begun: date, day: date) -> dict[date, int]:
        return dict.fromkeys(self.before(begun, free=self.is_free(day))[:10], 1)

    def similar(self, begun: date, day: date) -> dict[date, int]:
        if day not in self.warm:
            return {}
        days = self.before(begun, free=self.is_free(day))
        apart = {one: self.warm[one] - self.warm[day] for one in days if one in self.warm}
        return {one: floor(1000 / (1 + Fraction(cold, 200) ** 2)) for one, cold in apart.items()}

    def rates(self, days: Mapping[date, int]) -> dict[int, int]:
        used: dict[int, int] = defaultdict(int)
        lasted: dict[int, int] = defaultdict(int)
        for day, weight in days.items():
            for start, end in pairwise(edges(*self.day(day), self.zone)):
                hour = slot(start, end, self.zone)
                steps = steps_until(self.pieces, end) - steps_until(self.pieces, start)
                used[hour] += weight * steps
                lasted[hour] += weight * (end - start)
        return {hour: used[hour] * 1000 * HOUR // lasted[hour] for hour in used if lasted[hour]}

    def shapes(self, gap: Piece) -> list[Shape]:
        """Return the shapes there are, the best first."""
        begun, last = (wall(time, self.zone).date() for time in (gap.start, gap.end - 1))
        days = [begun + timedelta(days=n) for n in range((last - begun).days + 1)]
        similar = [self.similar(begun, day) for day in days]
        if gap.end - gap.start > 62 * 24 * HOUR:
            similar = [{}]
        like = [self.like(begun, day) for day in days]
        shapes = [
            dict(zip(days, map(self.rates, models), strict=True))
            for models in (similar, like)
            if min(map(len, models)) >= 3
        ]
        profile = self.profile(gap, days)
        return [*shapes, profile] if profile else shapes

    def profile(self, gap: Piece, days: list[date]) -> Shape:
        """Return the mean of measured hours around a gap; nothing where one is seldom measured."""
        if gap.end - gap.start > 62 * 24 * HOUR:
            return {}
        over = wall(gap.end, self.zone).date()
        known: dict[tuple[bool, int], list[tuple[int, int]]] = defaultdict(list)
        day = days[0] - timedelta(days=14)
        while day <= over + timedelta(days=14):
            for start, end in pairwise(edges(*self.day(day), self.zone)):
                if self.is_measured_between(start, end):
                    steps = steps_until(self.pieces, end) - steps_until(self.pieces, start)
                    known[self.is_free(day), slot(start, end, self.zone)].append(
                        (steps, end - start)
                    )
            day += timedelta(days=1)
        cells = {self.cell(time) for time in self.cuts(gap)[:-1]}
        wanted = {(wall(one[0], self.zone).date(), slot(*one, self.zone)) for one in cells}
        if any(len(known[self.is_free(day), hour]) < 3 for day, hour in wanted):
            return {}
        shape: Shape = defaultdict(dict)
        for day, hour in wanted:
            steps, lasted = map(sum, zip(*known[self.is_free(day), hour], strict=True))
            shape[day][hour] = steps * 1000 * HOUR // lasted
        return shape

    def parts(self, gap: Piece) -> list[Piece]:
        """Return the parts of a gap, hour by hour; the gap itself where it stays even."""
        cuts = self.cuts(gap)
        for shape in self.shapes(gap) if gap.end - gap.start > 2 * HOUR else []:
            sums = self.sums(shape, cuts)
            if sums[-1]:
                risen = [gap.steps * one // sums[-1] for one in sums]
                return [
                    Piece(*cut, after - before, gap.known)
                    for cut, (before, after) in zip(pairwise(cuts), pairwise(risen), strict=True)
                ]
        return [gap]

    def cuts(self, gap: Piece) -> list[int]:
        hours = edges(gap.start // HOUR * HOUR, (gap.end // HOUR + 1) * HOUR, self.zone)
        return [gap.start, *(one for one in hours if gap.start < one < gap.end), gap.end]

    def sums(self, shape: Shape, cuts: Sequence[int]) -> list[int]:
        sums = [0]
        for start, end in pairwise(cuts):
            rate = shape[wall(start, self.zone).date()].get(slot(*self.cell(start), self.zone), 0)
            sums.append(sums[-1] + rate * (end - start))
        return sums

    def cell(self, time: int) -> tuple[int, int]:
        """Return the cell of the ledger in which a time lies."""
        around = edges(time // HOUR * HOUR, (time // HOUR + 1) * HOUR, self.zone)
        return next((one, other) for one, other in pairwise(around) if one <= time < other)


def shaped(
    pieces: list[Piece],
    zone: ZoneInfo,
    is_free: Callable[[date], bool],
    warm: Temperatures = MappingProxyType({}),
) -> list[Piece]:
    """Return pieces with their long gaps cut into parts."""
    past = Past(pieces, zone, is_free, warm)
    return [
        part for one in pieces for part in (past.parts(one) if one.known == "estimated" else [one])
    ]
