"""What figures of accuracy stand on: holidays, populations, errors worked out by hand."""

from datetime import date

import numpy as np
import pytest

from benchmarks.accuracy.data import Pair, bootstrap, pairs
from benchmarks.accuracy.england import calendar
from benchmarks.accuracy.errors import cv_rmse, daily_means, errors_of, row_beside
from benchmarks.accuracy.plain import SLOTS, hour_of_week_mean, plain_towt

BANK_HOLIDAYS = {
    2015: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    2016: "01-01 03-25 03-28 05-02 05-30 08-29 12-25 12-26 12-27",
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-26 12-28",
    2022: "01-01 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-25 12-26 12-27",
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_england_has_the_bank_holidays_it_had(year: int) -> None:
    found = sorted(calendar(year, year).exceptions)
    assert found == [date.fromisoformat(f"{year}-{day}") for day in BANK_HOLIDAYS[year].split()]


def test_the_populations_are_those_that_the_figures_name() -> None:
    electricity, gas = pairs("ucam_electricity"), pairs("ucam_gas")
    assert len(set(electricity)) == len(electricity) == 136
    assert len({pair.building for pair in electricity}) == 38
    assert {pair.year for pair in electricity} == {2015, 2016, 2017, 2018}
    assert len(set(gas)) == len(gas) == 17
    assert not set(gas) & set(pairs("ucam_gas_before"))


def test_errors_of_a_pair_are_those_worked_out_by_hand() -> None:
    day = np.repeat([0, 1], 24)
    measured, said = np.full(48, 10.0), np.where(day == 0, 12.0, 10.0)
    found = errors_of(Pair("b", 2015), measured, said, day, None)
    assert found.hourly == pytest.approx(100 * np.sqrt(2) / 10)
    assert found.daily == pytest.approx(100 * np.sqrt(2) / 10)
    assert found.bias == pytest.approx(10)
    assert cv_rmse(measured, measured) == 0
    assert daily_means(measured[:30], day[:30]).tolist() == [10]


def test_a_row_tells_the_ratio_of_the_medians_and_the_floor_by_the_control() -> None:
    measured, day = np.full(24, 10.0), np.zeros(24, int)
    ours, theirs = (
        [errors_of(Pair(name, 1), measured, measured + off, day, None) for name in "abc"]
        for off in (1.0, 2.0)
    )
    row = row_beside("x", lambda one: one.bias, ours, theirs, floor_share=0.97)
    assert (row["value"], row["control"], row["ratio"]) == (10, 20, 0.5)
    assert (row["floor"], row["buildings"], row["interval"]) == (19.4, 3, (10, 10))


def test_drawing_buildings_again_tells_alike_buildings_from_unlike_ones() -> None:
    alike, unlike = ({str(n): [10.0 + n * by] for n in range(9)} for by in (0, 1))
    assert bootstrap(alike) == (10, 10)
    low, high = bootstrap(unlike)
    assert low < 14 < high


def test_the_plain_model_finds_a_load_of_the_plain_kind() -> None:
    hours = np.arange(SLOTS * 40)
    slot, warmth = hours % SLOTS, 15 + 10 * np.sin(hours / 400)
    amount = 20.0 + slot % 24 + 2 * np.maximum(warmth - 20, 0)
    said = plain_towt(slot, warmth, amount, (slot, warmth))
    mean = hour_of_week_mean(slot, amount, slot)
    assert cv_rmse(amount, said) < 0.03 < cv_rmse(amount, mean)
