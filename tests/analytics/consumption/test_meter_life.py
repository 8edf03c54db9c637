"""Energy across the events of a metering point, held to what truly flowed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import event as seen
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known, Reason
from analytics.consumption.edges import Cells, cells_between
from analytics.ledger.following import course_of
from energy.meter import (
    EVENTS,
    INSTALLED,
    RATIO,
    REMOVED,
    REPLACEMENT,
    RESET,
    Meter,
    MeterEvent,
)
from energy.span import HOUR_MS
from storage.readings import Series
from tests.builders import MAIN_METER

QUARTER = HOUR_MS // 4
HALF_KWH = Fraction(1, 2)
HOURS_12 = 12 * HOUR_MS
CORNER = replace(
    MAIN_METER, step=HALF_KWH, ratio=Fraction(1), digits=5, max_rate=Fraction(30), interval_s=900
)
"""A register of half kilowatt hours; 10 kWh an hour flow through it, 5 steps a quarter."""


def course(
    meter: Meter, readings: Sequence[tuple[int, int]], events: Sequence[MeterEvent] = ()
) -> Course:
    time, value = (np.array(column, dtype=np.int64) for column in zip(*readings, strict=True))
    nothing = np.zeros(len(time), dtype=np.int64)
    series = Series(time, value, nothing.astype(np.int8), nothing, nothing, time)
    return course_of(series, meter, events)


def cells(found: Course, edges: Sequence[int]) -> Cells:
    return cells_between(found, np.array(edges, dtype=np.int64), base_per_step=found.base_per_count)


def total(found: Course) -> int:
    return int(cells(found, [int(found.time[0]), int(found.time[-1])]).amount.sum())


def told(
    time: int,
    event: str,
    closing: int | None = None,
    opening: int | None = None,
    *,
    digits: int | None = None,
    ratio: Fraction | None = None,
    step: Fraction | None = None,
    max_rate: Fraction | None = None,
) -> MeterEvent:
    return MeterEvent(
        "hall_main", time, event, closing, opening, digits, "li", "due", "", ratio, step, max_rate
    )


@dataclass
class Point:
    """A metering point that counts step by step: the slow twin of epochs, kernel and edges.

    Attributes:
        value: What its register shows [steps of the meter].
        ratio: What multiplies it.
        width: Steps of its own at which it starts again.
        coarseness: Steps of the meter in one of its own.
        base: Base units that flowed.
        known: Base units at every instant at which somebody looked [ms].
    """

    value: int
    ratio: Fraction
    width: int = 1_000
    coarseness: int = 1
    base: Fraction = Fraction(0)
    known: dict[int, Fraction] = field(default_factory=dict)

    def flow(self, ticks: int) -> None:
        for _ in range(ticks):
            self.value = (self.value + self.coarseness) % (self.width * self.coarseness)
            self.base += HALF_KWH * 1000 * self.coarseness * self.ratio

    @property
    def max_rate(self) -> Fraction:
        return 1_500 * HALF_KWH * self.coarseness * self.ratio

    def cumulative(self, edge: int) -> Fraction:
        """Return the base units at an edge, evenly between the instants that are known."""
        times = sorted(self.known)
        edge = min(max(edge, times[0]), times[-1])
        after = next(time for time in times if time >= edge)
        before = max(time for time in times if time <= edge)
        share = Fraction(edge - before, after - before) if after > before else Fraction(0)
        low, high = self.known[before], self.known[after]
        return low + (high - low) * share - self.known[times[0]]


Life = tuple[Meter, list[tuple[int, int]], list[MeterEvent], Point]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Draw what a point shows, what is written down of it, and what truly flowed."""
    ratios = st.sampled_from([Fraction(1), Fraction(40), Fraction(125, 7), Fraction(200, 3)])
    point = Point(draw(st.integers(0, 999)), draw(ratios))
    meter = replace(CORNER, digits=3, ratio=point.ratio, max_rate=point.max_rate)
    readings, events = [], []
    is_there = True
    for place in range(draw(st.integers(2, 30))):
        time = place * QUARTER
        if is_there:
            point.flow(draw(st.integers(0, 30)))
            readings.append((time, point.value))
            point.known[time] = point.base
        if not draw(st.integers(0, 2)):
            when = time + QUARTER // 2
            kinds = (REPLACEMENT, RATIO, RESET, REMOVED) if is_there else (INSTALLED,)
            kind = draw(st.sampled_from(kinds))
            events.append(happen(point, when, kind, draw))
            is_there = kind != REMOVED
    return meter, readings, events, point


def happen(point: Point, when: int, kind: str, draw: st.DrawFn) -> MeterEvent:
    """Let an event happen to a point, and return it as it is written down."""
    seen(kind)
    closing = None
    if kind != INSTALLED:
        point.flow(draw(st.integers(0, 30)))
        closing = point.value
    point.known[when] = point.base
    if kind == REMOVED:
        return told(when, kind, closing)
    if kind == RESET:
        point.value = 0
        return told(when, kind, closing, 0)
    point.ratio = draw(st.sampled_from([Fraction(1), Fraction(30), Fraction(125, 7)]))
    if kind == RATIO:
        return told(when, kind, closing, closing, ratio=point.ratio, max_rate=point.max_rate)
    point.coarseness = draw(st.sampled_from([1, 5]))
    digits = draw(st.sampled_from([3, 4]))
    point.width = 10**digits
    point.value = draw(st.integers(0, point.width - 1)) * point.coarseness
    step = HALF_KWH * point.coarseness
    return told(
        when, kind, closing, point.value,
        digits=digits, ratio=point.ratio, step=step, max_rate=point.max_rate,
    )  # fmt: skip


@given(lives(), st.lists(st.integers(-QUARTER, 31 * QUARTER), min_size=2, max_size=9).map(sorted))
def test_whatever_happens_to_a_point_its_cells_are_what_truly_flowed(
    life: Life, edges: list[int]
) -> None:
    """Invariant 7, replacement."""
    meter, readings, events, point = life
    found = course(meter, readings, events)
    assert not (found.known == Known.UNRESOLVED).any()
    assert int(found.count[-1]) * found.base_per_count == point.cumulative(found.time[-1])
    whole = [floor(point.cumulative(edge)) for edge in edges]
    assert cells(found, edges).amount.tolist() == np.diff(whole).tolist()


@given(lives(), st.data())
def test_a_reading_that_nobody_wrote_down_invents_no_energy(
    life: Life, data: st.DataObject
) -> None:
    """Invariant 8, reset."""
    meter, readings, events, point = life
    if not events:
        return
    place = data.draw(st.integers(0, len(events) - 1))
    events[place] = replace(events[place], closing=None, opening=None)
    found = course(meter, readings, events)
    assert int(found.count[-1]) * found.base_per_count <= point.cumulative(HOURS_12)
    around = [one for one in readings if abs(one[0] - events[place].time) < QUARTER]
    if len(around) == 2:
        between = cells(found, [around[0][0], around[1][0]])
        assert int(between.unresolved_ms[0]) == QUARTER
        assert int(between.amount[0]) == 0


def quarters(first: int = 0, *, count: int = 49, modulus: int = 10**5) -> list[tuple[int, int]]:
    """Return 12 hours of quarters in which 10 kWh an hour flow: 120 kWh in all."""
    return [(place * QUARTER, (first + 5 * place) % modulus) for place in range(count)]


def exchanged(closing: int, opening: int) -> tuple[list[tuple[int, int]], int]:
    """Return twelve hours of which the register was exchanged amid the sixth, and when."""
    when = 22 * QUARTER + QUARTER // 5
    before = [(time, closing - 1 - 5 * (22 - time // QUARTER)) for time, _ in quarters()[:23]]
    after = [(time, opening + 4 + 5 * (time // QUARTER - 23)) for time, _ in quarters()[23:]]
    return before + after, when


def spiked(value: int) -> list[tuple[int, int]]:
    """Return twelve hours with one sample that shows something else."""
    readings = quarters(100_000, modulus=10**6)
    readings[20] = (readings[20][0], value)
    return readings


FOUR_DIGITS = replace(CORNER, digits=4)
SIX_DIGITS = replace(CORNER, digits=6)
OUTAGE = [one for one in quarters() if not 20 <= one[0] // QUARTER < 40]


@pytest.mark.parametrize(
    ("meter", "readings"),
    [
        pytest.param(FOUR_DIGITS, quarters(9_900, modulus=10**4), id="rollover at 10,000"),
        pytest.param(CORNER, OUTAGE, id="five hours of outage, then all at once"),
        pytest.param(SIX_DIGITS, spiked(100_100 + 2_000), id="one sample 1,000 kWh too high"),
        pytest.param(SIX_DIGITS, spiked(0), id="one sample 0"),
    ],
)
def test_corner_cases_of_a_register_give_their_true_120_kwh(
    meter: Meter, readings: list[tuple[int, int]]
) -> None:
    found = course(meter, readings)
    assert total(found) == 120_000
    assert not (found.known == Known.UNRESOLVED).any()


@pytest.mark.parametrize(("closing", "opening"), [(100_000, 0), (200, 100_000)])
def test_a_replacement_gives_its_true_120_kwh_with_the_event_and_is_unresolved_without(
    closing: int, opening: int
) -> None:
    readings, when = exchanged(closing, opening)
    found = course(SIX_DIGITS, readings, [told(when, REPLACEMENT, closing, opening, digits=6)])
    assert total(found) == 120_000
    assert not (found.known == Known.UNRESOLVED).any()
    untold = course(SIX_DIGITS, readings)
    assert total(untold) == 117_500
    assert cells(untold, [0, HOURS_12]).unresolved_ms.tolist() == [QUARTER]


def test_nothing_is_counted_where_no_meter_stands() -> None:
    events = [told(10 * QUARTER, REMOVED, 50), told(30 * QUARTER, INSTALLED, None, 150, digits=5)]
    found = course(CORNER, quarters(), events)
    assert total(found) == 70_000
    between = cells(found, [10 * QUARTER, 30 * QUARTER])
    assert not between.is_touched[0]
    assert found.aside.reason.count(Reason.ABSENT) == 20
    assert found.aside.reason.count(Reason.REPLACED) == 1


def test_a_meter_that_was_taken_away_unread_is_unresolved_until_then_and_nothing_after() -> None:
    found = course(CORNER, quarters(), [told(10 * QUARTER + 1, REMOVED)])
    assert found.time[-1] == 10 * QUARTER + 1
    assert found.known[-1] == Known.UNRESOLVED
    assert total(found) == 25_000


def test_readings_before_the_first_meter_was_installed_do_not_count() -> None:
    found = course(CORNER, quarters(), [told(4 * QUARTER, INSTALLED, None, 20, digits=5)])
    assert found.time[0] == 4 * QUARTER
    assert total(found) == 110_000
    assert found.aside.reason == (Reason.ABSENT,) * 5


def test_amounts_of_intervals_count_only_while_their_meter_stands_there() -> None:
    sent = replace(CORNER, table="interval", max_rate=Fraction(10**6))
    amounts = [(place * QUARTER, 2_500) for place in range(48)]
    events = [told(10 * QUARTER, REMOVED), told(30 * QUARTER, INSTALLED)]
    found = course(sent, amounts, events)
    assert total(found) == 28 * 2_500
    assert not cells(found, [10 * QUARTER, 30 * QUARTER]).is_touched[0]
    assert found.aside.reason == (Reason.ABSENT,) * 20


def test_every_event_is_one_that_a_course_knows() -> None:
    assert {REPLACEMENT, RATIO, RESET, REMOVED, INSTALLED} == set(EVENTS)
