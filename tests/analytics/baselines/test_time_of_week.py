import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.baselines.time_of_week import SLOTS, TimeOfWeek, _of_their_like, _solve
from analytics.modelling.conditions import Special
from analytics.modelling.warmth import felt_by_hours_c
from tests.analytics.baselines.weather_world import clock, hours_of, office, warmth

HOURS = clock(365)
WARMTH = warmth(HOURS)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), prior=st.sampled_from([0.1, 1.0, 20.0]))
def test_solving_slot_by_slot_is_solving_all_numbers_together(seed: int, prior: float) -> None:
    chance = np.random.default_rng(seed)
    count = 900
    slot = chance.integers(0, 30 + seed % 138, count)
    parts, weight = chance.normal(0, 3, (count, 4)), chance.uniform(0.05, 1, count)
    amount = 5 + slot % 24 + parts @ [1.0, 0.5, -0.2, 2.0] + chance.normal(0, 1, count)

    slots, lines = _solve(slot, parts, amount, weight, prior=prior)

    start = _of_their_like(slot, amount, weight)
    week = np.zeros((count, SLOTS))
    week[np.arange(count), slot] = 1
    # The twin: one least square of everything, each slot held to its like by rows of its own.
    made = np.vstack([
        np.hstack([week, parts]) * np.sqrt(weight)[:, None],
        np.hstack([np.eye(SLOTS) * np.sqrt(prior * weight.mean()), np.zeros((SLOTS, 4))]),
    ])  # fmt: skip
    wanted = np.concatenate([(amount - start[slot]) * np.sqrt(weight), np.zeros(SLOTS)])
    twin, *_ = np.linalg.lstsq(made, wanted, rcond=None)
    assert lines == pytest.approx(twin[SLOTS:], abs=1e-4)
    seen = np.unique(slot)
    assert slots[seen] == pytest.approx((start + twin[:SLOTS])[seen], abs=1e-3)


def test_an_hour_of_the_week_that_was_never_seen_is_like_the_same_hour_of_other_days() -> None:
    conditions, amount = hours_of(HOURS, WARMTH), office(HOURS, WARMTH)
    tuesday = (conditions["week_day"] == 1).to_numpy()
    model = TimeOfWeek(recency_days=0).fit(conditions, np.where(tuesday, np.nan, amount))
    said = model.predict(conditions)[tuesday]
    assert np.abs(said - amount[tuesday]).mean() < 0.07 * amount.mean()


def days_at(conditions: pd.DataFrame, special: Special) -> np.ndarray:
    return (conditions["special"] == special).to_numpy()


@pytest.mark.parametrize("rests", [False, True])
def test_a_bridge_is_a_sunday_where_people_take_it_off(*, rests: bool) -> None:
    conditions, amount = hours_of(HOURS, WARMTH), office(HOURS, WARMTH)
    bridge = days_at(conditions, Special.BRIDGE)
    assert bridge.sum() >= 48
    if rests:
        amount = np.where(bridge, 100.0, amount)
    model = TimeOfWeek(recency_days=0).fit(conditions, amount)
    holiday, of_bridge = model.sundays_
    assert holiday == pytest.approx(1, abs=0.05)
    assert of_bridge == pytest.approx(1.0 if rests else 0.0, abs=0.05)


def test_of_days_it_never_saw_a_holiday_is_a_sunday_and_a_bridge_a_workday() -> None:
    conditions, amount = hours_of(HOURS, WARMTH), office(HOURS, WARMTH)
    ordinary = conditions["special"] == Special.ORDINARY
    model = TimeOfWeek().fit(conditions, np.where(ordinary, amount, np.nan))
    assert model.sundays_.tolist() == [1.0, 0.0]


def test_a_meter_that_grew_in_autumn_is_said_at_its_height_of_late() -> None:
    conditions, amount = hours_of(HOURS, WARMTH), office(HOURS, WARMTH)
    grown = amount * np.where(HOURS.day > 270, 1.3, 1.0)
    late = HOURS.day > 350
    alike, recent = (
        TimeOfWeek(recency_days=days).fit(conditions, grown).predict(conditions)[late].sum()
        for days in (0, 60)
    )
    wanted = grown[late].sum()
    assert abs(recent / wanted - 1) < 0.1 < abs(alike / wanted - 1)


def test_days_of_23_and_25_hours_are_said_by_the_wall_clock() -> None:
    hours = clock(365, timezone="Europe/London")
    air = warmth(hours)
    conditions, amount = hours_of(hours, air), office(hours, air)
    model = TimeOfWeek(recency_days=0).fit(conditions, amount)
    summer = (hours.day > 120) & (hours.day < 240)
    left = np.abs(model.predict(conditions) - amount)
    assert left[summer].mean() < 0.06 * amount.mean()


def test_a_building_feels_the_mean_of_now_and_of_the_last_six_hours() -> None:
    air = np.array([0.0, 12.0, np.nan, 12.0, 0.0, 0.0, 0.0, 0.0])
    felt = felt_by_hours_c(air)
    assert felt[:2].tolist() == [0, 9]
    assert np.isnan(felt[2])
    assert felt[3] == pytest.approx((12 + 8) / 2)
    assert felt[7] == pytest.approx((0 + 12 / 5) / 2)
