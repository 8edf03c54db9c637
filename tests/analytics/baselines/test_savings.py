"""Savings against a baseline: invariant 18."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.baselines.time_of_week import TimeOfWeek
from analytics.saving import Saving, saving_of
from tests.analytics.baselines.weather_world import clock, hours_of, office, warmth

FIRST, SECOND = clock(365), clock(365, first=date(2026, 1, 1))
AIR = warmth(SECOND, seed=7)
LATER, USED = hours_of(SECOND, AIR), office(SECOND, AIR)


def fitted(seed: int = 0, size: float = 1.0) -> TimeOfWeek:
    air = warmth(FIRST)
    noise = np.random.default_rng(seed).lognormal(0, 0.1, len(FIRST.start))
    return TimeOfWeek().fit(hours_of(FIRST, air), size * office(FIRST, air) * noise)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), days=st.integers(1, 365), first=st.integers(0, 364))
def test_a_period_without_change_saves_nothing_within_its_interval(
    seed: int, days: int, first: int
) -> None:
    """Invariant 18, savings."""
    inside = (SECOND.day >= first) & (SECOND.day < first + days)
    saving = saving_of(fitted(seed), LATER[inside], USED[inside])
    assert saving.low < 0 < saving.high
    assert saving.low < saving.base < saving.high


@settings(max_examples=15, deadline=None)
@given(watts=st.floats(0, 500), gone=st.floats(0, 0.9), seed=st.integers(0, 1000))
def test_a_constant_load_lowers_what_a_baseline_saved_by_exactly_its_energy(
    watts: float, gone: float, seed: int
) -> None:
    """Invariant 18, savings; and hours that were not measured save nothing."""
    model, chance = fitted(), np.random.default_rng(seed)
    used = np.where(chance.random(len(USED)) < gone, np.nan, USED)
    before, after = (saving_of(model, LATER, amount) for amount in (used, used + watts))
    energy = watts * np.count_nonzero(np.isfinite(used))
    for name in ("base", "low", "high"):
        lower = getattr(before, name) - getattr(after, name)
        assert lower == pytest.approx(energy, rel=1e-9, abs=1e-3)
    assert before.rows == after.rows == np.count_nonzero(np.isfinite(used))
    assert before.rows + before.left_out == len(used)


def test_where_nothing_was_measured_nothing_is_saved() -> None:
    assert saving_of(fitted(), LATER, np.full(len(USED), np.nan)) == Saving(0, 0, 0, 0, len(USED))
