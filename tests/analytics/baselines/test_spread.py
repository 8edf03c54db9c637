from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.baselines.time_of_week import TimeOfWeek
from analytics.modelling.spread import YEAR_SHARES, around_year, spread_of
from tests.analytics.baselines.weather_world import clock, hours_of, office, warmth


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), level=st.sampled_from([0.5, 0.8, 0.9]))
def test_so_much_of_its_own_rows_lies_within_what_is_kept(seed: int, level: float) -> None:
    chance = np.random.default_rng(seed)
    left = chance.standard_t(3, 2400)
    spread = spread_of(left, np.zeros(2400), day=np.arange(2400) // 24, weight=np.ones(2400))
    assert (np.abs(left) <= spread.hours_within(level)).mean() == pytest.approx(level, abs=0.01)
    days = np.abs(left.reshape(-1, 24).mean(axis=1))
    assert (days <= spread.days_within(level)).mean() == pytest.approx(level, abs=0.02)


def test_days_of_few_hours_say_nothing_of_days() -> None:
    day = np.array([0] * 24 + [1] * 3)
    left = np.array([1.0] * 24 + [9.0] * 3)
    spread = spread_of(left, np.zeros(27), day=day, weight=np.ones(27))
    assert spread.days_within(0.99) == 1
    assert spread.hours_within(0.99) == 9


def test_a_year_without_change_lies_inside_its_interval() -> None:
    first, second = clock(365), clock(365, first=date(2026, 1, 1))
    model = TimeOfWeek().fit(hours_of(first, warmth(first)), office(first, warmth(first)))
    air = warmth(second, seed=7)
    low, high = around_year(float(model.predict(hours_of(second, air)).sum()), level=0.8)
    assert low < office(second, air).sum() < high


def test_a_level_nobody_measured_is_refused_with_those_that_were() -> None:
    with pytest.raises(ValueError, match=r"none of 0\.8, 0\.9"):
        around_year(1.0, level=0.5)
    assert set(YEAR_SHARES) == {0.8, 0.9}
