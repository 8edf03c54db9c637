from dataclasses import astuple
from fractions import Fraction

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from analytics.consumption.course import Known, Reason
from energy.meter import COUNTS, VOLATILE
from tests.analytics.consumption.registers import (
    EDGES,
    LONGEST,
    PER_HOUR,
    QUARTER,
    Told,
    follow,
    kinds,
    lay,
    troubled,
)
from tests.naive import Register, cells, counting, pieces

RATIOS = st.sampled_from(
    [Fraction(1), Fraction(400), Fraction(1, 3), Fraction(55_306_341, 1_953_125)]
)
WIDE = Register(None, None, 10_000)
FAR = st.integers(0, 400 * 900_000)


def of_the_twin(told: Told, edges: list[int], ratio: Fraction) -> list[tuple[int, ...]]:
    """Return amount, of which estimated, and the three times of each cell, worked out slowly."""
    marked = [(time, value, told.marks.get(time, "")) for time, value in told.readings]
    twin = pieces(
        counting(marked),
        told.registers,
        per_hour=PER_HOUR,
        longest=LONGEST,
        unsure=[time for time, mark in told.marks.items() if mark == "uncertain"],
        strange=[time for time, mark in told.marks.items() if mark == "strange"],
    )
    return [astuple(cell) for cell in cells(twin, edges, ratio)]


def of_the_kernel(told: Told, edges: list[int], ratio: Fraction) -> list[tuple[int, ...]]:
    """Return the same of the kernel."""
    found = lay(follow(told), edges, ratio)
    rows = zip(
        found.amount.tolist(),
        found.amount_estimated.tolist(),
        found.measured_ms.tolist(),
        found.estimated_ms.tolist(),
        found.unresolved_ms.tolist(),
        strict=True,
    )
    return list(rows)


@given(troubled(), st.lists(FAR, max_size=20), EDGES, RATIOS)
@settings(max_examples=150)
def test_the_kernel_says_what_its_slow_twin_says(
    told: Told, far: list[int], near: list[int], ratio: Fraction
) -> None:
    """Invariant 17, engine equivalence."""
    edges = sorted([*near, *far])
    assert of_the_kernel(told, edges, ratio) == of_the_twin(told, edges, ratio)


@pytest.mark.parametrize(
    ("edges", "amounts"),
    [([0, 4], [(1, 1)]), ([0, 2, 4], [(0, 0), (1, 1)]), ([0, 1, 3, 4], [(0, 0), (1, 1), (0, 0)])],
)
def test_a_gap_gets_what_its_end_has_more_than_its_start_in_whole_units(
    edges: list[int], amounts: list[tuple[int, int]]
) -> None:
    """Three steps to a unit: 1 step before the gap and 2 in it are a unit in it, of 0 + 0."""
    told = Told([(0, 0), (QUARTER, 1), (3 * QUARTER, 3), (4 * QUARTER, 3)], [WIDE], 3)
    at = [edge * QUARTER for edge in edges]
    found = of_the_kernel(told, at, Fraction(1, 3))
    assert [cell[:2] for cell in found] == amounts
    assert found == of_the_twin(told, at, Fraction(1, 3))


@pytest.mark.parametrize("known", [Known.MEASURED, Known.ESTIMATED, Known.UNRESOLVED])
def test_the_drawn_registers_reach_everything_that_can_be_known_of_a_time(known: Known) -> None:
    find(troubled(), lambda told: known in follow(told).known.tolist())


@pytest.mark.parametrize("counts", COUNTS)
def test_the_drawn_registers_count_in_every_way_and_lose_their_way(counts: str) -> None:
    find(
        troubled(counts=[counts]),
        lambda told: {*Known} - {Known.NOTHING} <= set(kinds(follow(told))),
    )


def test_the_drawn_registers_reach_one_that_began_at_zero_again() -> None:
    find(troubled(counts=[VOLATILE]), lambda told: len(follow(told).restarted) > 0)


@pytest.mark.parametrize("reason", [Reason.GLITCH, Reason.WIDTH, Reason.UNCERTAIN])
def test_the_drawn_registers_reach_readings_that_are_set_aside(reason: Reason) -> None:
    find(troubled(), lambda told: reason in follow(told).aside.reason)
