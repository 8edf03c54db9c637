"""What the kernel owes to the size of numbers, to one more reading, and to how a gap is filled."""

from dataclasses import astuple, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known
from analytics.consumption.edges import Cells
from analytics.consumption.shaping import laid_over, shape_of
from tests.analytics.consumption.registers import EDGES, PER_HOUR, QUARTER, Told, clean, follow, lay
from tests.naive import Register

EVER = [-(10**9), 10**10]
RATIOS = st.sampled_from([Fraction(1), Fraction(400), Fraction(1, 3), Fraction(10, 7)])


def columns(cells: Cells) -> np.ndarray:
    """Return amounts, estimated ones, and measured, estimated and unresolved times."""
    return np.array(astuple(cells))


def times_as_much(told: Told, factor: int) -> Told:
    """Return what a meter of steps so many times finer says of the same use."""
    registers = [replace(one, modulus=one.modulus * factor) for one in told.registers]
    readings = [(time, value * factor) for time, value in told.readings]
    return Told(readings, registers, told.true_steps * factor)


@given(clean(), st.integers(1, 10**9), EDGES, RATIOS)
def test_readings_of_finer_steps_give_the_same_amounts(
    told: Told, factor: int, edges: list[int], ratio: Fraction
) -> None:
    """Invariant 13, unit."""
    coarse = follow(told)
    fine = follow(times_as_much(told, factor), per_hour=PER_HOUR * factor)

    assert fine.count.tolist() == [one * factor for one in coarse.count.tolist()]
    found = columns(lay(fine, edges, ratio / factor))
    assert found.tolist() == columns(lay(coarse, edges, ratio)).tolist()


@given(clean(), st.integers(1, 10**9), EDGES)
def test_a_unit_so_many_times_finer_gives_so_many_times_the_amount_within_the_floor_of_each_edge(
    told: Told, factor: int, edges: list[int]
) -> None:
    """Invariant 13, unit."""
    first = told.readings[0][0]
    known = dict(zip(follow(told).time.tolist(), follow(told).count.tolist(), strict=True))
    cuts = sorted({first, *known, *(edge for edge in edges if edge > first)})
    coarse = np.append(0, np.cumsum(lay(follow(told), cuts).amount))
    fine = np.append(0, np.cumsum(lay(follow(told), cuts, Fraction(factor)).amount))

    for edge, one, other in zip(cuts, coarse.tolist(), fine.tolist(), strict=True):
        assert 0 <= other - factor * one < factor
        assert edge not in known or other == factor * one


@given(st.lists(st.integers(10**9, 10**10), min_size=2, max_size=20))
def test_a_register_of_fourteen_digits_counts_to_its_last_step(rises: list[int]) -> None:
    """Invariant 1, conservation, where a float would have lost steps."""
    counts = np.cumsum([0, *rises]).tolist()
    readings = [(place * QUARTER, count) for place, count in enumerate(counts)]
    told = Told(readings, [Register(None, None, 10**14)], counts[-1])
    course = follow(told, per_hour=Fraction(10**11))

    cells = lay(course, [time for time, _ in readings])
    assert course.count.tolist() == counts
    assert cells.amount.tolist() == rises


@st.composite
def gappy(draw: st.DrawFn) -> tuple[Told, Told]:
    """Draw a register without some of its inner readings, and with one of those back again."""
    told = draw(clean())
    inner = st.integers(1, len(told.readings) - 2)
    lost = draw(st.sets(inner, min_size=1, max_size=20))
    back = draw(st.sampled_from(sorted(lost)))
    return without(told, lost), without(told, lost - {back})


def without(told: Told, lost: set[int]) -> Told:
    kept = [one for place, one in enumerate(told.readings) if place not in lost]
    return replace(told, readings=kept)


@given(gappy(), EDGES)
def test_one_more_true_reading_never_makes_more_of_the_time_or_the_amount_estimated(
    told: tuple[Told, Told], edges: list[int]
) -> None:
    """Invariant 10, refinement."""
    before, after = (follow(one) for one in told)

    assert Known.ESTIMATED in before.known.tolist()
    less, more = columns(lay(after, edges)), columns(lay(before, edges))
    assert (less[3] <= more[3]).all()
    assert (less[2] >= more[2]).all()
    whole, was = columns(lay(after, EVER)), columns(lay(before, EVER))
    assert whole[1, 0] <= was[1, 0]
    assert whole[0, 0] == was[0, 0] == told[0].true_steps


def gaps(course: Course) -> list[int]:
    return np.flatnonzero(course.known == Known.ESTIMATED).tolist()


@given(gappy(), st.data(), EDGES, RATIOS)
def test_however_a_gap_is_laid_over_its_hours_its_total_and_all_beside_it_stay(
    told: tuple[Told, Told], data: st.DataObject, edges: list[int], ratio: Fraction
) -> None:
    """Invariant 11, allocation."""
    course = follow(told[0])
    shapes = []
    for place in gaps(course):
        start, end = course.time[place : place + 2].tolist()
        inside = sorted(data.draw(st.sets(st.integers(start + 1, end - 1), max_size=5)))
        one_more = len(inside) + 1
        weight = data.draw(st.lists(st.integers(0, 9), min_size=one_more, max_size=one_more))
        steps = int(course.count[place + 1] - course.count[place])
        shape = shape_of(place, steps=steps, inside=inside, weight=weight)
        shapes += [shape] if shape else []
    shaped = laid_over(course, shapes)

    assert columns(lay(shaped, EVER, ratio)).tolist() == columns(lay(course, EVER, ratio)).tolist()
    even, uneven = columns(lay(course, edges, ratio)), columns(lay(shaped, edges, ratio))
    assert even[2:].tolist() == uneven[2:].tolist()
    assert (uneven[:2] >= 0).all()
    spans = [tuple(course.time[place : place + 2].tolist()) for place in gaps(course)]
    for cell, (start, end) in enumerate(pairwise(edges)):
        if all(end <= first or last <= start for first, last in spans):
            assert even[:, cell].tolist() == uneven[:, cell].tolist()
