"""Tariffs of one figure a row: what their CSV files may say."""

from pathlib import Path

import pytest

from storage.reference.files import read_reference
from tests.reference_folder import folder_of, mistakes

GOOD = "town,electricity,2020-01-01,,1-12,all,00:00,24:00,0,0.5,yuan/kWh,bill,verified\n"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("24:00", "25:00", "Write it like 07:00 or 24:00"),
        ("00:00,24:00", "22:00,07:00", "over midnight is two rows"),
        ("1-12", "1-13", "Write 7-8, 1;12 or 1-12"),
        ("1-12", "winter", "Write 7-8, 1;12 or 1-12"),
        ("all", "night", "critical, peak, flat, valley, all"),
        ("yuan/kWh", "yuan/m3", "write yuan/kWh"),
        ("yuan/kWh", "cent/kWh", "write yuan/kWh"),
        ("0.5,", "0.0000005,", "millionth of a yuan"),
        ("2020-01-01,", "2020-01-01,2019-01-01", "not after valid_from"),
        ("electricity", "charcoal", "'charcoal' is not known"),
    ],
)
def test_a_slip_in_a_tariff_is_explained(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, tariff=GOOD.replace(old, new)))
    assert found.startswith("town.csv row 2")
    assert sentence in found


def test_an_hour_with_two_prices_needs_a_priority(tmp_path: Path) -> None:
    second = GOOD.replace("1-12,all,00:00", "7;12,peak,10:00")
    (found,) = mistakes(folder_of(tmp_path, tariff=GOOD + second))
    assert "give one more priority" in found


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            GOOD.replace("00:00", "00:30"),
            "no price at 00:00-00:30 (from 2020-01-01 on, months 1-12)",
        ),
        (
            GOOD.replace("1-12", "1-6;8-12"),
            "no price at 00:00-24:00 (from 2020-01-01 on, months 7)",
        ),
        (
            GOOD.replace("2020-01-01,,", "2020-01-01,2021-01-01,")
            + GOOD.replace("2020-01-01", "2021-02-15"),
            "no price at 00:00-24:00 (from 2021-01-01 until 2021-02-15, months 1;2)",
        ),
        (
            GOOD.replace("24:00", "12:00") + GOOD.replace("00:00,24:00", "12:00,20:00"),
            "no price at 20:00-24:00",
        ),
    ],
)
def test_a_time_without_a_price_is_a_mistake(rows: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, tariff=rows))
    assert found.startswith("town.csv row 2 column from: town has " + sentence)
    assert found.endswith("add a row or lengthen its neighbour.")


def test_a_tariff_may_hold_in_a_season_alone_if_it_says_when(tmp_path: Path) -> None:
    season = GOOD.replace("2020-01-01,,1-12", "2020-11-15,2021-03-15,11-12;1-3")
    assert len(read_reference(folder_of(tmp_path, tariff=season)).tariffs["town"]) == 1


def test_a_period_may_begin_at_any_minute(tmp_path: Path) -> None:
    late = GOOD.replace("00:00,24:00,0", "22:30,23:15,1")
    rows = read_reference(folder_of(tmp_path, tariff=GOOD + late)).tariffs["town"]
    assert (rows[1].from_minute, rows[1].to_minute) == (1350, 1395)


def test_a_tariff_prices_one_kind(tmp_path: Path) -> None:
    second = GOOD.replace("electricity", "water").replace("yuan/kWh", "yuan/m3")
    (found,) = mistakes(folder_of(tmp_path, tariff=GOOD + second))
    assert "prices electricity; a tariff prices one kind" in found


def test_empty_months_mean_all_and_lists_are_sorted(tmp_path: Path) -> None:
    tariff = GOOD.replace("1-12", "") + GOOD.replace("1-12", "12;1-2;2").replace(",0,0.5", ",9,0.5")
    rows = read_reference(folder_of(tmp_path, tariff=tariff)).tariffs["town"]
    assert [row.months for row in rows] == [tuple(range(1, 13)), (1, 2, 12)]
