"""Slow twins: the same rules as the fast algorithms, each line obviously right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from math import floor

from energy.binding import Binding
from energy.meter import Meter

MOST_WRONG_IN_A_ROW = 3
SLACK = 2
HOUR = 3_600_000


@dataclass(frozen=True)
class Register:
    """One register: when it came and went, how wide it is, what was written down."""

    start: int | None
    end: int | None
    modulus: int
    opening: int | None = None
    closing: int | None = None
    counts: str = ""


def counting(marked: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Return the readings that count: of a run of unknown times the last, none that is bad."""
    good = [one for one in marked if one[2] != "bad"]
    return [
        (time, value)
        for (time, value, mark), after in zip_longest(good, good[1:], fillvalue=(0, 0, ""))
        if mark != "uncertain" or after[2] != "uncertain"
    ]


def without_trouble(
    readings: list[tuple[int, int]],
    unsure: Collection[int],
    strange: Collection[int],
    register: Register,
    per_hour: Fraction,
) -> list[tuple[int, int]]:
    """Leave out readings of unknown times that do not fit to one beside them, until all do.

    And those that came late with less said behind them, three times at most.
    """
    readings = [one for one in readings if shows(register, one[1])]
    for turn in range(len(readings) + 1):
        odd = {
            time
            for pair in pairwise(readings)
            for time, _ in pair
            if (time in unsure or (time in strange and turn < MOST_WRONG_IN_A_ROW))
            and not fits(*pair, register, per_hour)
        }
        readings = [one for one in readings if one[0] not in odd]
    return readings


@dataclass(frozen=True)
class Piece:
    """Between two readings: from where to where, how far, and what is known."""

    start: int
    end: int
    steps: int
    known: str


def shows(register: Register, value: int) -> bool:
    least = -register.modulus + 1 if register.counts == "net" else 0
    return least <= value < register.modulus


def advance(before: int, after: int, register: Register) -> int:
    if register.counts == "net" or after >= before:
        return after - before
    return after + register.modulus - before


def most(time: int, per_hour: Fraction) -> Fraction:
    return per_hour * Fraction(time, HOUR) + SLACK


def is_ambiguous(time: int, register: Register, per_hour: Fraction) -> bool:
    return register.counts != "net" and per_hour * Fraction(time, HOUR) >= register.modulus


def fits(
    one: tuple[int, int], other: tuple[int, int], register: Register, per_hour: Fraction
) -> bool:
    time = other[0] - one[0]
    if is_ambiguous(time, register, per_hour):
        return False
    return abs(advance(one[1], other[1], register)) <= most(time, per_hour)


def screened(
    readings: list[tuple[int, int]], register: Register, per_hour: Fraction
) -> tuple[list[tuple[int, int]], set[int], set[int]]:
    """Return the readings that count, the times of those after which nobody knows, and of those
    after which a volatile register began at 0 again.
    """
    left = [reading for reading in readings if shows(register, reading[1])]
    accepted: list[tuple[int, int]] = []
    lost: set[int] = set()
    began: set[int] = set()
    while left:
        reading = left.pop(0)
        if not accepted or fits(accepted[-1], reading, register, per_hour):
            accepted.append(reading)
            continue
        last = accepted[-1]
        if is_ambiguous(reading[0] - last[0], register, per_hour):
            lost.add(last[0])
            accepted.append(reading)
        elif left and fits(last, left[0], register, per_hour):
            continue
        elif (
            len(accepted) > 1
            and accepted[-2][0] not in lost | began
            and fits(accepted[-2], reading, register, per_hour)
        ):
            accepted[-1] = reading
        elif any(fits(last, later, register, per_hour) for later in left[:MOST_WRONG_IN_A_ROW]):
            while not fits(last, left[0], register, per_hour):
                left.pop(0)
        else:
            goes_on = bool(left) and fits(reading, left[0], register, per_hour)
            is_low = reading[1] < last[1] and reading[1] <= most(reading[0] - last[0], per_hour)
            is_new = register.counts == "volatile" and is_low and goes_on
            (began if is_new else lost).add(last[0])
            accepted.append(reading)
    return accepted, lost, began


def between(
    pair: tuple[tuple[int, int], tuple[int, int]],
    register: Register,
    places: tuple[set[int], set[int]],
    longest: int,
) -> Piece:
    """Return what happened between two readings that count."""
    (start, before), (end, after) = pair
    lost, began = places
    if start in lost:
        return Piece(start, end, 0, "unresolved")
    if start in began:
        return Piece(start, end, after, "estimated")
    known = "measured" if end - start <= longest else "estimated"
    return Piece(start, end, advance(before, after, register), known)


def pieces(
    readings: list[tuple[int, int]],
    registers: list[Register],
    *,
    per_hour: Fraction,
    longest: int,
    unsure: Collection[int] = (),
    strange: Collection[int] = (),
) -> list[Piece]:
    """Return what happened between readings, over all registers of a meter."""
    found: list[Piece] = []
    before: int | None = None
    for register in registers:
        own = [
            reading
            for reading in readings
            if (register.start is None or reading[0] > register.start)
            and (register.end is None or reading[0] < register.end)
        ]
        if register.opening is not None and register.start is not None:
            own = [(register.start, register.opening), *own]
        if register.closing is not None and register.end is not None:
            own = [*own, (register.end, register.closing)]
        own = without_trouble(own, unsure, strange, register, per_hour)
        accepted, lost, began = screened(own, register, per_hour)
        if not accepted:
            continue
        if before is not None and before != accepted[0][0]:
            found.append(Piece(before, accepted[0][0], 0, "unresolved"))
        places = (lost, began)
        found += [between(pair, register, places, longest) for pair in pairwise(accepted)]
        before = accepted[-1][0]
    return found


def cumulative(course: list[Piece], edge: int, base_per_step: Fraction) -> int:
    """Return the whole base units that passed before an instant."""
    steps = Fraction(0)
    for piece in course:
        passed = min(max(edge - piece.start, 0), piece.end - piece.start)
        steps += Fraction(piece.steps * passed, piece.end - piece.start)
    return floor(steps * base_per_step)


@dataclass(frozen=True)
class Cell:
    """What one cell holds: base units and ms."""

    amount: int
    amount_estimated: int
    measured: int
    estimated: int
    unresolved: int


def cells(course: list[Piece], edges: list[int], base_per_step: Fraction) -> list[Cell]:
    """Return what was counted between edges."""
    found = []
    for start, end in pairwise(edges):
        times = {"measured": 0, "estimated": 0, "unresolved": 0}
        guessed = 0
        for piece in course:
            first, last = max(start, piece.start), min(end, piece.end)
            if first >= last:
                continue
            times[piece.known] += last - first
            if piece.known == "estimated":
                guessed += cumulative(course, last, base_per_step)
                guessed -= cumulative(course, first, base_per_step)
        whole = cumulative(course, end, base_per_step) - cumulative(course, start, base_per_step)
        found.append(Cell(whole, guessed, **times))
    return found


def places(document: object) -> list[tuple[tuple[str | int, ...], object]]:
    """Return every place of a JSON document, the whole first, with what stands there."""
    found: list[tuple[tuple[str | int, ...], object]] = [((), document)]
    inner: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    if isinstance(document, list):
        inner = list(enumerate(document))
    for key, below in inner:
        found += [((key, *path), value) for path, value in places(below)]
    return found


def pointed(pointer: str, document: object) -> list[tuple[list[str | int], object]]:
    """Return what a pointer with stars finds, each with what its stars stand for."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return [
        ([key for part, key in zip(parts, path, strict=True) if part == "*"], value)
        for path, value in places(document)
        if len(path) == len(parts)
        and all(part in ("*", str(key)) for part, key in zip(parts, path, strict=True))
    ]


def meter_at(
    meters: Sequence[Meter], dated: Sequence[Binding], channel: tuple[str, str], time: int
) -> str:
    """Return the meter that a device channel hangs at, by looking at every row; "" for none."""
    for one in dated:
        begun = one.start is None or one.start <= time
        if one.key == channel and begun and (one.until is None or time < one.until):
            return one.meter
    for meter in meters:
        if (meter.device, meter.channel) == channel:
            mine = [one for one in dated if channel == one.key or one.meter == meter.meter]
            is_over = all(one.until is not None and one.until <= time for one in mine)
            return meter.meter if is_over else ""
    return ""
