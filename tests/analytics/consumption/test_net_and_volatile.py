"""Registers that count both ways, and those that begin at 0 again: what is never inferred."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.course import Known, Reason
from energy.meter import NET, UP, VOLATILE
from tests.analytics.consumption.registers import (
    EDGES,
    QUARTER,
    Told,
    both_ways,
    follow,
    kinds,
    lay,
    restarting,
)
from tests.naive import Register

EVER = [-(10**9), 10**10]
RATIOS = st.sampled_from([Fraction(1), Fraction(400), Fraction(1, 3), Fraction(10, 7)])


def quarters(*values: int, counts: str, modulus: int = 10_000) -> Told:
    readings = [(place * QUARTER, value) for place, value in enumerate(values)]
    return Told(readings, [Register(None, None, modulus, counts=counts)], 0)


@given(both_ways(), st.integers(QUARTER // 50, 3 * QUARTER), st.integers(-QUARTER, 0), RATIOS)
def test_a_net_register_adds_up_to_its_last_reading_less_its_first(
    told: Told, width: int, offset: int, ratio: Fraction
) -> None:
    """Invariant 1, conservation."""
    first, last = told.readings[0], told.readings[-1]
    edges = [*range(first[0] + offset, last[0], width), last[0]]

    course = follow(told)
    cells = lay(course, edges, ratio)

    assert int(course.count[-1]) == last[1] - first[1] == told.true_steps
    assert int(cells.amount.sum()) == told.true_steps * ratio.numerator // ratio.denominator
    assert int(cells.measured_ms.sum()) == last[0] - first[0]
    assert not len(course.aside)


@given(both_ways(), EDGES)
def test_a_net_register_turned_round_turns_the_sign_of_every_amount_at_readings(
    told: Told, edges: list[int]
) -> None:
    """Invariant 15, import and export."""
    turned = replace(told, readings=[(time, -value) for time, value in told.readings])
    times = [time for time, _ in told.readings]

    here, there = lay(follow(told), times), lay(follow(turned), times)

    assert here.amount.tolist() == (-there.amount).tolist()
    assert lay(follow(told), edges).measured_ms.tolist() == (
        lay(follow(turned), edges).measured_ms.tolist()
    )


def test_what_goes_out_of_a_net_register_is_a_negative_amount_and_measured() -> None:
    course = follow(quarters(60, 20, -30, 10, counts=NET))

    assert course.count.tolist() == [0, -40, -90, -50]
    assert kinds(course) == [Known.MEASURED] * 3
    assert lay(course, [0, 2 * QUARTER, 3 * QUARTER]).amount.tolist() == [-90, 40]


def test_a_net_register_near_its_end_has_not_gone_round() -> None:
    course = follow(quarters(9_950, 9_990, 30, 60, 90, 120, counts=NET))

    assert kinds(course)[1] == Known.UNRESOLVED
    assert course.count.tolist() == [0, 40, 40, 70, 100, 130]


def test_a_net_register_that_shows_too_much_once_is_set_aside_in_either_direction() -> None:
    for odd in (5_000, -5_000):
        course = follow(quarters(100, 50, odd, -50, -100, counts=NET))
        assert course.count.tolist() == [0, -50, -150, -200]
        assert course.aside.reason == (Reason.GLITCH,)


def test_a_net_register_away_for_long_is_a_gap_with_a_total_that_may_be_negative() -> None:
    told = Told(
        [(0, 500), (QUARTER, 480), (500 * QUARTER, -3_000)],
        [Register(None, None, 10_000, counts=NET)],
        0,
    )
    course = follow(told)
    cells = lay(course, [0, QUARTER, 250 * QUARTER, 500 * QUARTER])

    assert kinds(course) == [Known.MEASURED, Known.ESTIMATED]
    assert int(cells.amount.sum()) == -3_500
    assert cells.amount_estimated.tolist() == [0, *cells.amount[1:].tolist()]
    assert cells.amount[1] < 0


def test_a_register_with_more_than_its_width_below_zero_is_set_aside() -> None:
    course = follow(quarters(-50, -10_000, 0, counts=NET))
    assert course.aside.reason == (Reason.WIDTH,)


@given(restarting(), EDGES)
def test_a_volatile_register_counts_what_it_shows_after_it_began_at_zero_and_no_more(
    told: Told, edges: list[int]
) -> None:
    """Invariant 8, reset."""
    values = np.array([value for _, value in told.readings])
    steps = np.diff(values)
    least = np.where(steps < 0, values[1:], steps)

    course = follow(told)

    assert course.count.tolist() == [0, *np.cumsum(least).tolist()]
    assert int(course.count[-1]) <= told.true_steps
    fell = np.flatnonzero(steps < 0)
    assert course.restarted.tolist() == [told.readings[place][0] for place in fell.tolist()]
    assert [kinds(course)[place] for place in fell.tolist()] == [Known.ESTIMATED] * len(fell)
    assert int(lay(course, EVER).unresolved_ms[0]) == 0
    cells = lay(course, edges)
    assert (cells.amount_estimated >= 0).all()
    assert (cells.amount_estimated <= cells.amount).all()


@given(restarting())
def test_a_register_that_nobody_declared_volatile_is_unresolved_where_it_fell(told: Told) -> None:
    """Invariant 8, reset."""
    plain = replace(told, registers=[replace(told.registers[0], counts=UP)])

    course, volatile = follow(plain), follow(told)

    assert len(course.restarted) == 0
    known = [one if one is not Known.ESTIMATED else Known.UNRESOLVED for one in kinds(volatile)]
    assert kinds(course) == known
    assert int(course.count[-1]) <= int(volatile.count[-1])


def test_a_volatile_register_that_is_low_once_shows_a_glitch() -> None:
    course = follow(quarters(5_000, 5_050, 10, 5_150, 5_200, counts=VOLATILE))
    assert course.count.tolist() == [0, 50, 150, 200]
    assert course.aside.reason == (Reason.GLITCH,)


def test_a_volatile_register_that_goes_through_its_end_wraps() -> None:
    course = follow(quarters(9_950, 9_990, 30, 80, counts=VOLATILE))
    assert course.count.tolist() == [0, 40, 80, 130]
    assert kinds(course) == [Known.MEASURED] * 3


def test_a_volatile_register_that_comes_back_with_more_than_it_can_have_counted_is_unresolved() -> (
    None
):
    course = follow(quarters(5_000, 5_050, 2_000, 2_050, 2_100, counts=VOLATILE))
    assert kinds(course)[1] == Known.UNRESOLVED
    assert not len(course.restarted)


def test_the_last_reading_does_not_yet_tell_that_a_volatile_register_began_again() -> None:
    course = follow(quarters(5_000, 5_050, 10, counts=VOLATILE))
    assert kinds(course)[1] == Known.UNRESOLVED
    later = follow(quarters(5_000, 5_050, 10, 40, counts=VOLATILE))
    assert later.count.tolist() == [0, 50, 60, 90]
