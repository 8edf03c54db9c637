from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.baselines.change_point import ChangePoint, is_off
from analytics.baselines.season import Season
from analytics.modelling.warmth import felt_c
from tests.analytics.baselines.weather_world import clock, days_of, warmth

HOURS = clock(365)
DAYS = days_of(HOURS, warmth(HOURS))
FELT = felt_c(DAYS["day"].to_numpy(), DAYS["temperature_c"].to_numpy())


def amount_of(*, heating: float = 0, cooling: float = 0, base: float = 50.0) -> np.ndarray:
    cold, warm = np.maximum(14 - FELT, 0), np.maximum(FELT - 22, 0)
    return np.asarray(base + heating * cold + cooling * warm)


@pytest.mark.parametrize(("heating", "cooling"), [(0, 0), (6, 0), (0, 9), (6, 9)])
def test_it_takes_as_many_parameters_as_the_days_pay_for(heating: float, cooling: float) -> None:
    noise = np.random.default_rng(2).normal(0, 3, len(FELT))
    model = ChangePoint().fit(DAYS, amount_of(heating=heating, cooling=cooling) + noise)
    assert np.isfinite(model.heating_c_) == (heating > 0)
    assert np.isfinite(model.cooling_c_) == (cooling > 0)
    if heating:
        assert model.heating_c_ == pytest.approx(14, abs=1)
        assert model.numbers_[1] == pytest.approx(heating, rel=0.15)
    if cooling:
        assert model.cooling_c_ == pytest.approx(22, abs=1)
        assert model.numbers_[2] == pytest.approx(cooling, rel=0.2)
    assert model.numbers_[0] == pytest.approx(50, rel=0.1)


def test_days_off_have_a_base_and_a_slope_of_their_own() -> None:
    off = is_off(DAYS)
    model = ChangePoint().fit(DAYS, amount_of(heating=6) * np.where(off, 0.4, 1.0))
    assert model.numbers_[0] + model.numbers_[3] == pytest.approx(0.4 * 50, rel=0.05)
    assert model.numbers_[1] + model.numbers_[4] == pytest.approx(0.4 * 6, rel=0.05)


def test_less_when_colder_is_no_heating() -> None:
    model = ChangePoint().fit(DAYS, 300 - amount_of(heating=6))
    assert np.isnan(model.heating_c_)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_no_pair_of_balance_points_on_its_grid_leaves_much_less(seed: int) -> None:
    chance = np.random.default_rng(seed)
    amount = amount_of(heating=chance.uniform(2, 8), cooling=chance.uniform(2, 8))
    amount = amount + chance.normal(0, chance.uniform(1, 10), len(FELT))
    model = ChangePoint().fit(DAYS, amount)
    left = np.square(model.predict(DAYS) - amount).sum()

    off = is_off(DAYS)

    def twin(low: float, high: float) -> float:
        plain = np.stack(
            [np.ones(len(FELT)), np.maximum(low - FELT, 0), np.maximum(FELT - high, 0)], axis=1
        )
        made = np.hstack([plain, plain * off[:, None]])
        numbers, *_ = np.linalg.lstsq(made, amount, rcond=None)
        return float(np.square(made @ numbers - amount).sum())

    least = min(twin(low, high) for low, high in product(range(6, 20), range(16, 27)) if low < high)
    assert left <= 1.03 * least


def test_the_level_of_the_last_weeks_is_where_the_next_year_begins() -> None:
    amount = amount_of(heating=6) * np.where(DAYS["day"] > DAYS["day"].iloc[-30], 1.4, 1.0)
    with_level, without = (Season(level_days=days).fit(DAYS, amount) for days in (30, 0))
    assert without.level_ == 1
    assert with_level.level_ > 1.1
    last = amount[-30:].sum()
    assert with_level.predict(DAYS)[-30:].sum() == pytest.approx(last, rel=0.01)


def test_a_meter_that_trebled_in_its_last_weeks_is_not_said_to_treble() -> None:
    amount = amount_of() * np.where(DAYS["day"] > DAYS["day"].iloc[-30], 10.0, 1.0)
    assert Season().fit(DAYS, amount).level_ <= 2


def test_a_day_feels_the_days_before_it_but_none_beyond_a_gap() -> None:
    felt = felt_c(np.array([1, 2, 3, 7]), np.array([10.0, 20.0, np.nan, 0.0]))
    assert felt[:2].tolist() == [10, pytest.approx(18.5)]
    assert np.isnan(felt[2])
    assert felt[3] == 0
