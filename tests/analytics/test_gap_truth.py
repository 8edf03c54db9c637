"""Shaped gaps are nearer to the truth than even ones, on every load that can be simulated."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest

import simulators.loads
from analytics.consumption.course import Course, Known
from analytics.consumption.edges import cells_between
from analytics.ledger.estimates import Habits, shaped
from energy.offers import offers
from energy.span import HOUR_MS
from simulators.load import Load
from tests.analytics.ledgers import ALWAYS
from tests.simulators.test_loads import CALENDAR, SITE, _conditions, _total

LOADS = offers(simulators.loads, "LOAD", Load)
HABITS = Habits(SITE.timezone, CALENDAR)
WORST = 0.8
"""Measured: 0.05 (service hall) to 0.77 (data room, which is nearly even itself)."""


def with_outages(load: Load) -> tuple[Course, np.ndarray]:
    """Return a year of a load with 37 gaps of 4 to 72 hours, and its true hours."""
    conditions = _conditions()
    hourly = np.round(_total(load, conditions)).astype(np.int64)
    edges = np.append(conditions.starts, conditions.starts[-1] + HOUR_MS)
    chance = Random(5)  # noqa: S311 - not a secret
    keep = np.ones(len(edges), dtype=bool)
    for day in range(35, 360, 9):
        first = day * 24 + chance.randrange(24)
        keep[first + 1 : first + chance.choice([4, 8, 14, 24, 48, 72])] = False
    time, count = edges[keep], np.append(0, np.cumsum(hourly))[keep]
    is_gap = np.diff(time) > HOUR_MS
    return Course(time, count, np.where(is_gap, Known.ESTIMATED, Known.MEASURED)), hourly


def wrong(course: Course, hourly: np.ndarray) -> int:
    """Return how far the hours are from the truth, summed."""
    edges = np.append(_conditions().starts, course.time[-1])
    cells = cells_between(course, edges, base_per_step=Fraction(1))
    assert int(cells.amount.sum()) == int(hourly.sum())
    return int(np.abs(cells.amount - hourly).sum())


@pytest.mark.parametrize("name", LOADS)
def test_hours_in_gaps_are_nearer_to_the_truth_than_if_they_were_even(name: str) -> None:
    course, hourly = with_outages(LOADS[name])
    even, like_days = wrong(course, hourly), wrong(shaped(course, ALWAYS, HABITS), hourly)
    assert like_days < WORST * even
