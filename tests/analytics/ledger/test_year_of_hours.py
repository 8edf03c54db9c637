"""A year on any wall clock: its hours, days and months are the year, wherever the process runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ledger.wall import _days, _new_years, _wall, days_around, wall_of
from energy.span import HOUR_MS, Span, local_days, local_months, midnight
from tests.analytics.consumption.registers import Told, follow, lay
from tests.naive import Register

ZONES = {
    "Asia/Shanghai": (24,),
    "Asia/Kolkata": (24,),
    "Europe/Berlin": (23, 24, 25),
    "Australia/Lord_Howe": (23.5, 24, 24.5),
    "America/Havana": (23, 24, 25),
    "America/Santiago": (23, 24, 25),
}
"""Zone to the lengths that its days of 2026 have [h]; some skip or repeat midnight itself."""

SIX_HOURS = 6 * HOUR_MS


@contextmanager
def process_in(zone: str) -> Iterator[None]:
    """Let the process believe that it runs in a zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        try:
            yield
        finally:
            patch.undo()
            time.tzset()


def told_of(rises: list[int], start: int) -> Told:
    counts = np.cumsum([0, *(rises * 800)[:1600]]).tolist()
    readings = [(start + place * SIX_HOURS, count) for place, count in enumerate(counts)]
    return Told(readings, [Register(None, None, 10**9)], counts[-1])


def year_of(zone: str, rises: list[int]) -> tuple[list[list[int]], ...]:
    """Return the hours, days, months and the year 2026 on a wall clock, each all columns."""
    there = ZoneInfo(zone)
    year = Span(midnight(date(2026, 1, 1), there), midnight(date(2027, 1, 1), there))
    course = follow(told_of(rises, year.start - 20 * HOUR_MS - 1), longest=SIX_HOURS)
    wall = wall_of(zone, year.start, year.end)
    cuts = (
        wall.edges[wall.edges <= year.end].tolist(),
        [*(day.start for day in local_days(year, there)), year.end],
        [*(month.start for month in local_months(year, there)), year.end],
        [year.start, year.end],
    )
    return (*(np.array(astuple(lay(course, edges))).tolist() for edges in cuts), [cuts[1]])


@given(
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(sorted(ZONES)),
    st.lists(st.integers(0, 2_000), min_size=2, max_size=9),
)
@settings(max_examples=20)
def test_hours_are_the_days_and_days_the_months_and_months_the_year(
    zone: str, process: str, rises: list[int]
) -> None:
    """Invariant 12, clock changes."""
    hours, days, months, year, (day_starts,) = year_of(zone, rises)

    lengths = {length / HOUR_MS for length in np.diff(day_starts).tolist()}
    assert lengths == set(ZONES[zone])
    around = days_around(zone, day_starts[0], day_starts[-1] - 1)
    assert around.start.tolist() == day_starts
    wall = wall_of(zone, day_starts[0], day_starts[-1])
    place = np.searchsorted(wall.edges, day_starts[:-1])
    for fine, coarse in zip(hours, days, strict=True):
        assert np.add.reduceat(fine, place).tolist() == coarse
    assert [sum(column) for column in days] == [sum(column) for column in months]
    assert [[sum(column)] for column in months] == year
    assert year[2] == [day_starts[-1] - day_starts[0]]
    with process_in(process):
        for remembered in (_wall, _days, _new_years):
            remembered.cache_clear()
        assert year_of(zone, rises) == (hours, days, months, year, [day_starts])
