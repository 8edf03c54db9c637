from dataclasses import astuple, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.consumption.course import Known, Reason
from analytics.consumption.edges import Cells
from energy.meter import NET, UP
from tests.analytics.consumption.registers import (
    EDGES,
    LONGEST,
    QUARTER,
    Told,
    clean,
    counts_of,
    follow,
    kinds,
    lay,
    troubled,
)
from tests.naive import Register

HOUR = 4 * QUARTER
EVER = [-(10**9), 10**10]
RATIOS = st.sampled_from([Fraction(1), Fraction(400), Fraction(1, 3), Fraction(10, 7)])
WIDTHS = st.integers(QUARTER // 50, 3 * QUARTER)  # narrower ones would fill the memory


def rows(cells: Cells) -> list[list[int]]:
    return [column.tolist() for column in astuple(cells)]


@given(clean(), WIDTHS, st.integers(-QUARTER, 0), RATIOS)
def test_cells_of_any_width_add_up_to_the_advance_of_the_register(
    told: Told, width: int, offset: int, ratio: Fraction
) -> None:
    """Invariant 1, conservation."""
    first, last = told.readings[0][0], told.readings[-1][0]
    edges = [*range(first + offset, last, width), last]
    cells = lay(follow(told), edges, ratio)
    assert int(cells.amount.sum()) == int(told.true_steps * ratio)
    assert int(cells.measured_ms.sum()) == last - first
    assert (cells.amount >= 0).all()


@given(troubled(), EDGES, RATIOS)
def test_a_day_is_the_sum_of_its_hours_whatever_happened(
    told: Told, edges: list[int], ratio: Fraction
) -> None:
    """Invariant 3, rollup."""
    course = follow(told)
    fine = rows(lay(course, edges, ratio))
    coarse = rows(lay(course, [edges[0], edges[-1]], ratio))
    assert [sum(column) for column in fine] == [sum(column) for column in coarse]
    for amount, guessed in zip(*fine[:2], strict=True):
        assert counts_of(told) == NET or 0 <= guessed <= amount


@given(clean(), st.data(), RATIOS)
def test_a_late_reading_changes_only_the_cells_between_its_neighbours(
    told: Told, data: st.DataObject, ratio: Fraction
) -> None:
    """Invariant 4, late data."""
    assume(len(told.readings) > 2)
    place = data.draw(st.integers(1, len(told.readings) - 2))
    without = replace(told, readings=told.readings[:place] + told.readings[place + 1 :])
    edges = list(range(0, 42 * QUARTER, QUARTER // 2))
    late = np.array(rows(lay(follow(told), edges, ratio)))
    early = np.array(rows(lay(follow(without), edges, ratio)))
    before, after = told.readings[place - 1][0], told.readings[place + 1][0]
    for cell in np.flatnonzero((late != early).any(axis=0)).tolist():
        assert edges[cell] < after
        assert edges[cell + 1] > before
    assert late[0].sum() == early[0].sum()


@given(troubled(counts=[UP]), st.integers(0, 10**6), EDGES)
def test_where_the_register_starts_again_from_zero_is_invisible(
    told: Told, shift: int, edges: list[int]
) -> None:
    """Invariant 5, modular shift."""
    assume(len(told.registers) == 1)
    modulus = told.registers[0].modulus
    inside = [one for one in told.readings if 0 <= one[1] < modulus]
    moved = [(time, (value + shift) % modulus) for time, value in inside]
    here = lay(follow(replace(told, readings=inside)), edges)
    there = lay(follow(replace(told, readings=moved)), edges)
    assert rows(here) == rows(there)


@given(clean(), st.data())
def test_two_parts_that_share_a_reading_are_the_whole(told: Told, data: st.DataObject) -> None:
    """Invariant 6, chunks."""
    cut = data.draw(st.integers(0, len(told.readings) - 1))
    edges = list(range(0, 42 * QUARTER, HOUR // 3))
    parts = (
        rows(lay(follow(replace(told, readings=part)), edges))
        for part in (told.readings[: cut + 1], told.readings[cut:])
    )
    joined = [np.add(first, second).tolist() for first, second in zip(*parts, strict=True)]
    assert joined == rows(lay(follow(told), edges))
    assert sum(joined[0]) == told.true_steps


# Half of the advance falls on less than half of the time: the rest must stay possible.
@given(clean(most=60), st.data(), st.integers(0, 999))
def test_a_replacement_that_was_written_down_loses_nothing(
    told: Told, data: st.DataObject, opening: int
) -> None:
    """Invariant 7, replacement."""
    place = data.draw(st.integers(0, len(told.readings) - 2))
    when = told.readings[place][0] + QUARTER // 2
    modulus = told.registers[0].modulus
    last = told.readings[place][1]
    advance = (told.readings[place + 1][1] - last) % modulus
    closing = (last + advance // 2) % modulus
    after = [
        (time, (value - closing + opening) % modulus) for time, value in told.readings[place + 1 :]
    ]
    old = Register(None, when, modulus, None, closing)
    new = Register(when, None, modulus, opening, None)
    replaced = Told([*told.readings[: place + 1], *after], [old, new], told.true_steps)
    cells = lay(follow(replaced), EVER)
    assert int(cells.amount[0]) == told.true_steps
    assert int(cells.unresolved_ms[0]) == 0


@given(clean(modulus=1_000_000), st.data())
def test_a_reset_nobody_wrote_down_never_invents_energy(told: Told, data: st.DataObject) -> None:
    """Invariant 8, reset."""
    values = np.cumsum([0, *(later[1] - one[1] for one, later in pairs(told))])
    assume(values.min() >= 0)
    place = data.draw(st.integers(1, len(values) - 1))
    reset = [
        (time, int(value if at < place else value - values[place]))
        for at, ((time, _), value) in enumerate(zip(told.readings, values, strict=True))
    ]
    cells = lay(follow(replace(told, readings=reset)), EVER)
    assert int(cells.amount[0]) <= told.true_steps


@given(clean(modulus=1_000_000), st.data())
def test_a_reset_of_a_register_that_had_got_far_loses_exactly_the_time_it_lies_in(
    told: Told, data: st.DataObject
) -> None:
    """Invariant 8, reset: never more than flowed, and never less than what is beyond doubt."""
    rises = [0, *((later[1] - one[1]) % 1_000_000 for one, later in pairs(told))]
    values = np.cumsum(rises)
    place = data.draw(st.integers(1, len(values) - 1))
    far = 10_000  # no register of 40 such readings comes back to where it stood
    reset = [
        (time, int(value + far if at < place else value - values[place]))
        for at, ((time, _), value) in enumerate(zip(told.readings, values, strict=True))
    ]

    cells = lay(follow(replace(told, readings=reset)), EVER)

    assert int(cells.amount[0]) == told.true_steps - rises[place]
    passed = told.readings[place][0] - told.readings[place - 1][0]
    whole = told.readings[-1][0] - told.readings[0][0]
    assert int(cells.unresolved_ms[0]) == passed
    assert int(cells.measured_ms[0]) == whole - passed


def pairs(told: Told) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return list(pairwise(told.readings))


@given(troubled(), EDGES)
def test_where_no_readings_bracket_a_cell_nothing_is_known_and_nothing_is_zero(
    told: Told, edges: list[int]
) -> None:
    """Invariant 9, no data."""
    course = follow(told)
    cells = lay(course, edges)
    for place, (start, end) in enumerate(pairwise(edges)):
        inside = len(course.time) > 1 and start < course.time[-1] and end > course.time[0]
        assert bool(cells.is_touched[place]) == (inside and start < end)


def test_a_cell_between_two_equal_readings_is_zero_and_measured() -> None:
    """Invariant 9, no data."""
    told = Told([(0, 7), (QUARTER, 7)], [Register(None, None, 1000)], 0)
    cells = lay(follow(told), [0, QUARTER])
    assert (cells.amount[0], cells.measured_ms[0], cells.has_amount[0]) == (0, QUARTER, True)


def quarters(*values: int, modulus: int = 10_000) -> Told:
    readings = [(place * QUARTER, value) for place, value in enumerate(values)]
    return Told(readings, [Register(None, None, modulus)], 0)


def test_a_wrap_at_the_width_of_the_register_is_bridged() -> None:
    course = follow(quarters(9_950, 9_990, 30, 80))
    assert course.count.tolist() == [0, 40, 80, 130]
    assert kinds(course) == [Known.MEASURED] * 3


def test_a_single_zero_is_set_aside_and_the_hour_around_it_is_a_gap_with_a_total() -> None:
    course = follow(quarters(5_000, 5_050, 0, 5_150, 5_200))
    assert course.count.tolist() == [0, 50, 150, 200]
    assert kinds(course) == [Known.MEASURED, Known.ESTIMATED, Known.MEASURED]
    assert course.aside.reason == (Reason.GLITCH,)
    assert course.aside.time.tolist() == [2 * QUARTER]


def test_three_zeros_in_a_row_are_set_aside() -> None:
    course = follow(quarters(5_000, 5_050, 0, 0, 0, 5_250))
    assert course.count.tolist() == [0, 50, 250]
    assert len(course.aside) == 3


def test_a_small_dip_that_a_wrap_cannot_explain_is_set_aside() -> None:
    course = follow(quarters(5_000, 5_050, 5_049, 5_150))
    assert course.count.tolist() == [0, 50, 150]
    assert course.aside.time.tolist() == [2 * QUARTER]


def test_a_small_spike_that_came_in_unseen_is_set_aside_when_the_register_falls_back() -> None:
    course = follow(quarters(5_000, 5_010, 5_100, 5_030, 5_040, 5_050, 5_060))
    assert course.count.tolist() == [0, 10, 30, 40, 50, 60]
    assert course.aside.time.tolist() == [2 * QUARTER]


def test_a_register_that_falls_and_stays_low_is_unresolved_once() -> None:
    course = follow(quarters(5_000, 5_050, 10, 60, 110, 160, 210))
    assert kinds(course)[1] == Known.UNRESOLVED
    assert kinds(course).count(Known.UNRESOLVED) == 1
    assert course.count.tolist() == [0, 50, 50, 100, 150, 200, 250]


def test_an_outage_in_which_the_register_may_have_wrapped_twice_is_unresolved() -> None:
    told = Told([(0, 100), (25 * HOUR, 600)], [Register(None, None, 10_000)], 0)
    assert kinds(follow(told)) == [Known.UNRESOLVED]
    shorter = replace(told, readings=[(0, 100), (25 * HOUR - 1, 600)])
    assert kinds(follow(shorter)) == [Known.ESTIMATED]


def test_one_ms_more_than_normal_cadence_is_a_gap() -> None:
    told = Told([(0, 0), (LONGEST, 1), (2 * LONGEST + 1, 2)], [Register(None, None, 1000)], 0)
    assert kinds(follow(told)) == [Known.MEASURED, Known.ESTIMATED]


def test_an_outage_is_spread_evenly_and_its_total_kept() -> None:
    told = Told([(0, 0), (4 * HOUR, 10)], [Register(None, None, 10_000)], 0)
    cells = lay(follow(told), [0, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR])
    assert cells.amount.tolist() == [2, 3, 2, 3]
    assert cells.amount_estimated.tolist() == [2, 3, 2, 3]
    assert cells.estimated_ms.tolist() == [HOUR] * 4
    assert cells.measured_ms.tolist() == [0] * 4


def test_a_replacement_without_its_closing_reading_is_unresolved_between_the_registers() -> None:
    old = Register(None, QUARTER + 1, 10_000, None, None)
    new = Register(QUARTER + 1, None, 10_000, 5, None)
    told = Told([(0, 100), (QUARTER, 150), (2 * QUARTER, 55)], [old, new], 0)
    course = follow(told)
    assert kinds(course) == [Known.MEASURED, Known.UNRESOLVED, Known.MEASURED]
    assert course.count.tolist() == [0, 50, 50, 100]


def held(*values: int, at: int, held_at: dict[int, int]) -> Told:
    """Quarters from 0 on, and values that came together at one time, said nobody knows when."""
    told = quarters(*values)
    readings = sorted([*told.readings, *((at + one, value) for one, value in held_at.items())])
    marks = dict.fromkeys((at + one for one in held_at), "uncertain")
    return replace(told, readings=readings, marks=marks)


def test_of_readings_that_came_together_long_after_they_were_said_the_last_counts() -> None:
    told = held(1_000, 1_050, at=5 * QUARTER, held_at={0: 1_100, 1: 1_150, 2: 1_200})
    course = follow(told)
    assert course.time.tolist() == [0, QUARTER, 5 * QUARTER + 2]
    assert course.count.tolist() == [0, 50, 200]
    assert course.aside.time.tolist() == [5 * QUARTER, 5 * QUARTER + 1]
    assert course.aside.reason == (Reason.UNCERTAIN,) * 2


def test_a_reading_of_an_unknown_time_gives_way_where_what_follows_came_too_soon_for_it() -> None:
    told = held(1_000, 1_050, at=5 * QUARTER, held_at={0: 1_100})
    told = replace(told, readings=[*told.readings, (5 * QUARTER + 1, 1_180)])
    course = follow(told)
    assert course.time.tolist() == [0, QUARTER, 5 * QUARTER + 1]
    assert course.count.tolist() == [0, 50, 180]
    assert course.aside.reason == (Reason.UNCERTAIN,)
    assert Known.UNRESOLVED not in kinds(course)
