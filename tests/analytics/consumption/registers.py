"""Registers with all their troubles, for the properties of the kernel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from hypothesis import event
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known
from analytics.consumption.edges import Cells, cells_between
from analytics.consumption.epochs import Epoch
from analytics.consumption.kernel import follow_register
from energy.limit import limit_of
from energy.meter import COUNTS, NET, UP, VOLATILE
from energy.reading import Quality
from tests.naive import Register

MINUTE = 60_000
QUARTER = 15 * MINUTE
LONGEST = QUARTER * 3 // 2
QUALITY = {
    "": Quality.ORDINARY,
    "bad": Quality.BAD,
    "uncertain": Quality.UNCERTAIN,
    "strange": Quality.DOUBTFUL,
}
PER_HOUR = Fraction(400)
"""100 steps a quarter of an hour."""


@dataclass(frozen=True)
class Told:
    """What a meter says: (time, value), and the registers that stood there."""

    readings: list[tuple[int, int]]
    registers: list[Register]
    true_steps: int
    marks: dict[int, str] = field(default_factory=dict)
    """Time of a reading to "bad", "uncertain" or "strange": doubtful, and come late."""


@st.composite
def clean(draw: st.DrawFn, *, modulus: int = 10_000, most: int = 90, how: str = UP) -> Told:
    """Draw a register at normal cadence that may wrap, or that counts both ways."""
    if how == NET:
        return draw(both_ways(modulus=modulus, most=most))
    rises = draw(st.lists(st.integers(0, most), min_size=2, max_size=40))
    first = draw(st.integers(0, modulus - 1))
    times = [place * QUARTER + draw(st.integers(0, MINUTE)) for place in range(len(rises) + 1)]
    counts = np.cumsum([first, *rises])
    if counts[-1] >= modulus:
        event("rollover")
    readings = [(time, int(count) % modulus) for time, count in zip(times, counts, strict=True)]
    return Told(readings, [Register(None, None, modulus, counts=how)], sum(rises))


@st.composite
def both_ways(draw: st.DrawFn, *, modulus: int = 10_000, most: int = 90) -> Told:
    """Draw a net register at normal cadence: what goes out is taken off, down to below 0."""
    most = min(most, modulus // 50)  # 40 steps stay within its width
    steps = draw(st.lists(st.integers(-most, most), min_size=2, max_size=40))
    first = draw(st.integers(-modulus // 10, modulus // 10))
    times = [place * QUARTER + draw(st.integers(0, MINUTE)) for place in range(len(steps) + 1)]
    event("net register")
    readings = list(zip(times, np.cumsum([first, *steps]).tolist(), strict=True))
    return Told(readings, [Register(None, None, modulus, counts=NET)], sum(steps))


@st.composite
def restarting(draw: st.DrawFn) -> Told:
    """Draw a volatile register at normal cadence that loses its power, and what flowed meanwhile.

    It shows so much before that the first readings after it are no glitch.
    """
    modulus, value = 1_000_000, draw(st.integers(0, 5_000))
    readings, flowed = [(0, value)], 0
    rises = st.lists(st.integers(50, 90), min_size=12, max_size=16)
    for place, run in enumerate(draw(st.lists(rises, min_size=2, max_size=4))):
        if place:
            lost, value = draw(st.integers(0, 40)), draw(st.integers(0, 50))
            flowed += lost + value
            readings.append((readings[-1][0] + QUARTER, value))
        for rise in run:
            value, flowed = value + rise, flowed + rise
            readings.append((readings[-1][0] + QUARTER, value))
    return Told(readings, [Register(None, None, modulus, counts=VOLATILE)], flowed)


def counts_of(told: Told) -> str:
    """Return how the registers of a meter count."""
    return told.registers[0].counts


@st.composite
def troubled(draw: st.DrawFn, *, counts: Sequence[str] = COUNTS) -> Told:
    """Draw a register with gaps, glitches, resets and replacements."""
    how = draw(st.sampled_from(counts))
    modulus = draw(st.sampled_from([1_000, 10_000, 1_000_000]))
    told = draw(clean(modulus=modulus, how=how))
    readings = list(told.readings)
    for place, wrong in draw(
        st.dictionaries(st.integers(0, 40), st.integers(-5, 10_050), max_size=4)
    ).items():
        if place < len(readings):
            event("glitch")
            readings[place] = (readings[place][0], wrong)
    if draw(st.booleans()):
        lost = draw(st.sets(st.integers(0, 40), max_size=20))
        kept = [one for place, one in enumerate(readings) if place not in lost]
        event("gap" if len(kept) < len(readings) else "no gap")
        readings = kept
    longer = draw(st.sampled_from([0, 0, 5, 300])) * QUARTER
    cut = draw(st.integers(0, 40))
    if longer:
        event("outage")
        readings = readings[:cut] + [(time + longer, value) for time, value in readings[cut:]]
    registers = list(told.registers)
    if draw(st.booleans()):
        event("replacement")
        when = draw(st.integers(-QUARTER, 41 * QUARTER))
        missing = st.none() | st.integers(0, 999)
        registers = [
            Register(None, when, registers[0].modulus, None, draw(missing), how),
            Register(when, None, 1_000, draw(missing), None, how),
        ]
    marks: dict[int, str] = {}
    if draw(st.booleans()):
        event("marks")
        sort = st.sampled_from(["uncertain", "uncertain", "strange", "strange", "bad"])
        chosen = draw(st.dictionaries(st.integers(0, 40), sort, max_size=8))
        marks = {time: chosen[place] for place, (time, _) in enumerate(readings) if place in chosen}
    return Told(readings, registers, told.true_steps, marks)


def follow(told: Told, *, longest: int = LONGEST, per_hour: Fraction = PER_HOUR) -> Course:
    """Run the kernel on what a meter says, whose registers go no faster than so."""
    epochs = [
        (
            Epoch(one.start, one.end, one.modulus, one.opening, one.closing),
            limit_of(modulus=one.modulus, steps_per_hour=per_hour, counts=one.counts),
        )
        for one in told.registers
    ]
    times = [time for time, _ in told.readings]
    values = [value for _, value in told.readings]
    return follow_register(
        time=np.array(times, dtype=np.int64),
        value=np.array(values, dtype=np.int64),
        quality=np.array([QUALITY[told.marks.get(time, "")] for time in times], dtype=np.int8),
        epochs=epochs,
        longest_ms=longest,
        late=np.array([told.marks.get(time) == "strange" for time in times], dtype=bool),
    )


def lay(course: Course, edges: Sequence[int], base_per_step: Fraction = Fraction(1)) -> Cells:
    """Lay edges over a course."""
    return cells_between(course, np.array(edges, dtype=np.int64), base_per_step=base_per_step)


def kinds(course: Course) -> list[Known]:
    """Return what is known between readings."""
    return [Known(one) for one in course.known.tolist()]


EDGES = st.lists(st.integers(-2 * QUARTER, 45 * QUARTER), min_size=2, max_size=30).map(sorted)
"""Any edges, some before and after all readings; two may be the same."""
