import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.modelling.spread import SPAN_SHARES, around_total, spread_of


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


def test_a_level_nobody_measured_is_refused_with_those_that_were() -> None:
    with pytest.raises(ValueError, match=r"none of 0\.8, 0\.9"):
        around_total(1.0, days=30, level=0.5)
    assert set(SPAN_SHARES) == {0.8, 0.9}


def test_the_longer_the_stretch_the_less_its_total_is_off() -> None:
    widths = [around_total(100.0, days=days, level=0.8)[1] for days in (0, 1, 20, 30, 365, 400)]
    assert widths == sorted(widths, reverse=True)
    assert widths[3] == pytest.approx(115.6)
    assert widths[-1] == widths[-2]
