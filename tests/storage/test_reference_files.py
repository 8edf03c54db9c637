from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from energy.errors import RegistryError
from storage.reference_files import read_reference

COEFFICIENTS = "factor_set,kind,region,valid_from,valid_to,value,unit,source,confidence\n"
TARIFFS = (
    "tariff,kind,valid_from,valid_to,months,period,from,to,priority,price,unit,source,confidence\n"
)
CALENDARS = "calendar,first,last,day_type,name,source,confidence\n"


def folder_of(
    tmp_path: Path, *, coal: str = "", co2: str = "", tariff: str = "", calendar: str = ""
) -> Path:
    for name in ("tariffs", "calendars"):
        (tmp_path / name).mkdir()
    files = {
        "coefficients.csv": COEFFICIENTS + coal,
        "emission_factors.csv": COEFFICIENTS + co2,
        "tariffs/town.csv": TARIFFS + tariff,
        "calendars/land.csv": CALENDARS + calendar,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        read_reference(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("value", "unit"), [("34.12", "kgce/GJ"), ("0.03412", "tce/GJ"), ("0.03412", "kgce/MJ")]
)
def test_one_coefficient_may_be_written_in_any_of_its_units(
    value: str, unit: str, tmp_path: Path
) -> None:
    row = f"own,heat,,2020-01-01,,{value},{unit},printed,verified\n"
    (factor,) = read_reference(folder_of(tmp_path, coal=row)).factors["own"]
    assert factor.per_display == Fraction("34.12")
    assert factor.valid_to == date.max


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("own,heat,,2020-01-01,,34.12,tce,printed,verified", "kgce/GJ, tce/GJ"),
        ("own,heat,,2020-01-01,,34.12,kgCO2/GJ,printed,verified", "kgce/GJ, tce/GJ"),
        ("own,gasoline,,2020-01-01,,1.4714,kgce/kg,printed,verified", "kgce/L, tce/L"),
        ("own,water,,2020-01-01,,0.2571,kgce/t,printed,verified", "'water' is not known"),
        ("own,heat,,2020-01-01,2020-01-01,1,kgce/GJ,printed,verified", "not after valid_from"),
        ("own,heat,,last year,,1,kgce/GJ,printed,verified", "Write it like 2026-11-25"),
        ("own,heat,,2020-01-01,,1,kgce/GJ,,verified", "it is empty"),
        ("own,heat,,2020-01-01,,1,kgce/GJ,printed,sure", "verified, secondary, general, example"),
    ],
)
def test_a_slip_in_a_coefficient_is_explained(row: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, coal=row))
    assert found.startswith("coefficients.csv row 2")
    assert sentence in found


def test_two_rows_of_a_set_for_the_same_day_are_a_mistake(tmp_path: Path) -> None:
    rows = (
        "own,heat,,2020-01-01,2021-01-01,1,kgce/GJ,printed,verified\n"
        "own,heat,110102,2020-01-01,,1,kgce/GJ,a region of its own,verified\n"
        "own,heat,,2021-01-01,,1,kgce/GJ,the year after,verified\n"
        "own,heat,,2020-12-31,2021-01-01,2,kgce/GJ,printed,verified\n"
    )
    (found,) = mistakes(folder_of(tmp_path, coal=rows))
    assert found.startswith("coefficients.csv row 5 column valid_from")
    assert "row 2 holds" in found


def test_a_set_is_of_coal_or_of_co2(tmp_path: Path) -> None:
    coal = "own,heat,,2020-01-01,,1,kgce/GJ,printed,verified\n"
    co2 = "own,heat,,2020-01-01,,1,kgCO2/GJ,printed,verified\n"
    (found,) = mistakes(folder_of(tmp_path, coal=coal, co2=co2))
    assert "name this one otherwise" in found


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
        ("electricity", "steam", "'steam' is not known"),
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


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("own,2026-01-01,,holiday,New Year,law,verified", "no row unpublished"),
        ("own,2026-01-02,2026-01-01,holiday,New Year,law,verified", "not within 60 days"),
        ("own,2026-01-01,2026-01-02,makeup,,law,verified", "2026-01-02 is already"),
        ("own,2026-01-01,,closed,,law,verified", "holiday, makeup, unpublished"),
        ("own,2028-01-01,,unpublished,,law,verified", "already has a row unpublished"),
        ("own,New Year,,holiday,,law,verified", "Write it like 2026-11-25"),
    ],
)
def test_a_slip_in_a_calendar_is_explained(rows: str, sentence: str, tmp_path: Path) -> None:
    end = "own,2027-01-01,,unpublished,,law,verified\nown,2026-01-02,,holiday,,law,verified\n"
    calendar = rows if "no row" in sentence else end + rows
    (found,) = mistakes(folder_of(tmp_path, calendar=calendar))
    assert found.startswith("land.csv row")
    assert sentence in found


def test_a_folder_without_the_files_says_which_are_missing(tmp_path: Path) -> None:
    assert [mistake.split(":")[0] for mistake in mistakes(tmp_path)] == [
        "coefficients.csv",
        "emission_factors.csv",
    ]
