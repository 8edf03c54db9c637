"""What holds of each model, whatever it is."""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import analytics.baselines
from analytics.baseline import Baseline, Step
from energy.offers import offers
from tests.analytics.baselines.weather_world import clock, days_of, hours_of, office, warmth

BASELINES = offers(analytics.baselines, "BASELINE", Baseline)
every = pytest.mark.parametrize("name", BASELINES)
with_weather = pytest.mark.parametrize(
    "name", [name for name in BASELINES if name != "calendar_only"]
)

HOURS = clock(365)
WARMTH = warmth(HOURS)


def world(name: str) -> tuple[pd.DataFrame, np.ndarray]:
    amount = office(HOURS, WARMTH)
    if BASELINES[name].step is Step.HOUR:
        return hours_of(HOURS, WARMTH), amount
    return days_of(HOURS, WARMTH), np.bincount(HOURS.day, amount)


@every
def test_it_is_named_as_its_file_and_says_which_codes_it_may_answer(name: str) -> None:
    one = BASELINES[name]
    assert one.name == name
    assert len({code.name for code in one.codes}) == len(one.codes)
    assert one.version >= 1
    assert one.label_zh
    assert one.needs


@every
def test_what_it_learned_says_the_same_after_a_way_through_json(name: str) -> None:
    conditions, amount = world(name)
    model = BASELINES[name].make().fit(conditions, amount)
    there = BASELINES[name].restore(json.loads(json.dumps(model.to_json(), allow_nan=True)))
    assert there.predict(conditions).tolist() == model.predict(conditions).tolist()
    for level in (0.8, 0.9):
        assert (
            there.predict_interval(conditions, level=level).tolist()
            == model.predict_interval(conditions, level=level).tolist()
        )


@every
def test_it_says_a_known_office_to_a_tenth(name: str) -> None:
    conditions, amount = world(name)
    said = BASELINES[name].make().fit(conditions, amount).predict(conditions)
    assert np.sqrt(np.square(said - amount).mean()) < 0.1 * amount.mean()


@every
def test_hours_that_were_not_measured_say_nothing(name: str) -> None:
    conditions, amount = world(name)
    gone = np.arange(len(amount)) % 5 == 0
    told = np.where(gone, np.nan, amount)
    fewer = conditions.copy()
    model = BASELINES[name].make().fit(fewer, told)
    said = model.predict(conditions)
    assert np.isfinite(said).all()
    assert np.sqrt(np.square(said - amount).mean()) < 0.1 * amount.mean()


@every
def test_nothing_is_said_below_zero(name: str) -> None:
    conditions, amount = world(name)
    small = np.maximum(amount - np.quantile(amount, 0.6), 0)
    model = BASELINES[name].make().fit(conditions, small)
    assert model.predict(conditions).min() >= 0
    assert model.predict_interval(conditions, level=0.9).min() >= 0


@every
def test_a_wider_promise_is_a_wider_interval_around_what_is_said(name: str) -> None:
    conditions, amount = world(name)
    noisy = amount * np.random.default_rng(3).lognormal(0, 0.1, len(amount))
    model = BASELINES[name].make().fit(conditions, noisy)
    said = model.predict(conditions)
    narrow, wide = (model.predict_interval(conditions, level=level) for level in (0.8, 0.9))
    assert (wide[:, 0] <= narrow[:, 0]).all()
    assert (narrow[:, 0] <= said).all()
    assert (said <= narrow[:, 1]).all()
    assert (narrow[:, 1] < wide[:, 1]).all()


@every
def test_scikit_learn_can_make_it_again(name: str) -> None:
    made = BASELINES[name].make()
    assert clone(made).get_params() == made.get_params()  # type: ignore[attr-defined]


@with_weather
def test_where_the_temperature_is_not_known_nothing_is_said(name: str) -> None:
    conditions, amount = world(name)
    model = BASELINES[name].make().fit(conditions, amount)
    asked = conditions.copy()
    asked.loc[10:12, "temperature_c"] = np.nan
    said = model.predict(asked)
    assert np.isnan(said[10:13]).all()
    assert np.isfinite(said[40:]).all()


Spoil = Callable[[pd.DataFrame, np.ndarray], tuple[pd.DataFrame, np.ndarray]]

GATES: dict[str, Spoil] = {
    "no_amounts": lambda x, y: (x, np.full(len(y), np.nan)),
    "few_days": lambda x, y: (
        x,
        np.where(x["day"] < x["day"].iloc[0] + 21, y, np.nan),
    ),
    "all_zero": lambda x, y: (x, np.zeros(len(y))),
    "constant": lambda x, y: (x, np.full(len(y), 7.0)),
    "negative": lambda x, y: (x, np.where(x["day"] % 30 == 0, -y, y)),
    "many_gaps": lambda x, y: (x, np.where(x["day"] % 4 == 0, y, np.nan)),
}


WEATHER_GATES: dict[str, Spoil] = {
    "no_temperature": lambda x, y: (x.assign(temperature_c=np.nan), y),
    "not_celsius": lambda x, y: (x.assign(temperature_c=x["temperature_c"] * 1.8 + 32), y),
    "same_temperature": lambda x, y: (x.assign(temperature_c=x["temperature_c"] / 20), y),
}


@every
@pytest.mark.parametrize("code", GATES)
def test_its_gate_names_why_nothing_is_concluded(name: str, code: str) -> None:
    assert BASELINES[name].gate(*GATES[code](*world(name))) == code
    assert code in {one.name for one in BASELINES[name].codes}


@with_weather
@pytest.mark.parametrize("code", WEATHER_GATES)
def test_its_gate_names_what_is_amiss_with_the_weather(name: str, code: str) -> None:
    assert BASELINES[name].gate(*WEATHER_GATES[code](*world(name))) == code
    assert code in {one.name for one in BASELINES[name].codes}


@every
def test_its_gate_lets_a_whole_year_pass(name: str) -> None:
    assert BASELINES[name].gate(*world(name)) == ""
