from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from storage.reference.files import read_reference
from tests.reference_folder import folder_of, mistakes


@pytest.mark.parametrize(
    ("value", "unit"), [("34.12", "kgce/GJ"), ("0.03412", "tce/GJ"), ("0.03412", "kgce/MJ")]
)
def test_one_coefficient_may_be_written_in_any_of_its_units(
    value: str, unit: str, tmp_path: Path
) -> None:
    row = f"a,own,heat,,2020-01-01,,{value},{unit},printed,2020,verified,,\n"
    (factor,) = read_reference(folder_of(tmp_path, coal=row)).factors["own"]
    assert factor.per_display == Fraction("34.12")
    assert factor.valid_to == date.max


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a,own,heat,,2020-01-01,,34.12,tce,printed,2020,verified,,", "kgce/GJ, tce/GJ"),
        ("a,own,heat,,2020-01-01,,34.12,kgCO2/GJ,printed,2020,verified,,", "kgce/GJ, tce/GJ"),
        ("a,own,gasoline,,2020-01-01,,1.4714,kgce/m2,printed,2020,verified,,", "kgce/L, tce/L"),
        ("a,own,gasoline,,2020-01-01,,1.4714,kgce/kg,printed,2020,verified,,", "no density"),
        ("a,own,gas,,2020-01-01,,1.33,kgce/kg,printed,2020,verified,,", "kgce/m3, tce/m3"),
        ("a,own,heat,,2020-01-01,,1,kgce/GJ,printed,May,verified,,", "2024-12-26"),
        ("a,own,heat,,2020-01-01,,1,kgce/GJ,printed,,general,Li,", "go together"),
        (",own,heat,,2020-01-01,,1,kgce/GJ,printed,2020,verified,,", "it is empty"),
        ("a,own,water,,2020-01-01,,0.2571,kgce/t,printed,2020,verified,,", "'water' is not known"),
        (
            "a,own,heat,,2020-01-01,2020-01-01,1,kgce/GJ,printed,2020,verified,,",
            "not after valid_from",
        ),
        ("a,own,heat,,last year,,1,kgce/GJ,printed,2020,verified,,", "Write it like 2026-11-25"),
        ("a,own,heat,,2020-01-01,,1,kgce/GJ,,2020,verified,,", "it is empty"),
        (
            "a,own,heat,,2020-01-01,,1,kgce/GJ,printed,2020,sure,,",
            "verified, secondary, general, example",
        ),
    ],
)
def test_a_slip_in_a_coefficient_is_explained(row: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, coal=row))
    assert found.startswith("coefficients.csv row 2")
    assert sentence in found


def test_two_rows_of_a_set_for_the_same_day_are_a_mistake(tmp_path: Path) -> None:
    rows = (
        "a,own,heat,,2020-01-01,2021-01-01,1,kgce/GJ,printed,2020,verified,,\n"
        "b,own,heat,110102,2020-01-01,,1,kgce/GJ,a region of its own,2020,verified,,\n"
        "c,own,heat,,2021-01-01,,1,kgce/GJ,the year after,2020,verified,,\n"
        "z,own,heat,,2020-12-31,2021-01-01,2,kgce/GJ,printed,2020,verified,,\n"
    )
    (found,) = mistakes(folder_of(tmp_path, coal=rows))
    assert found.startswith("coefficients.csv row 5 column valid_from")
    assert "row 2 holds" in found


def test_a_coefficient_that_does_not_go_on_until_the_next_is_a_mistake(tmp_path: Path) -> None:
    rows = (
        "a,own,heat,,2020-01-01,2025-06-01,1,kgce/GJ,printed,2020,verified,,\n"
        "b,own,heat,,2025-07-01,,1,kgce/GJ,printed,2025,verified,,\n"
        "c,own,heat,110102,2030-01-01,,1,kgce/GJ,a region of its own,2020,verified,,\n"
    )
    (found,) = mistakes(folder_of(tmp_path, coal=rows))
    assert found.startswith("coefficients.csv row 2 column valid_to")
    assert "from 2025-06-01 to 2025-07-01 of row 3 there is none" in found


def test_a_set_is_of_coal_or_of_co2(tmp_path: Path) -> None:
    coal = "d,own,heat,,2020-01-01,,1,kgce/GJ,printed,2020,verified,,\n"
    co2 = "e,own,heat,,2020-01-01,,,,1,kgCO2/GJ,printed,2020,verified,,\n"
    (found,) = mistakes(folder_of(tmp_path, coal=coal, co2=co2))
    assert "name this one otherwise" in found


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("c,own,,2026-01-01,2026-01-02,holiday,New Year,law,,verified,,", "no row unpublished"),
        ("c,own,,2026-01-05,2026-01-04,holiday,New Year,law,,verified,,", "not after valid_from"),
        ("c,own,,2026-01-05,,holiday,New Year,law,,verified,,", "not within 60 days"),
        ("c,own,,2026-01-01,2026-01-03,makeup,,law,,verified,,", "2026-01-02 is already"),
        ("c,own,,2026-01-01,2026-01-02,closed,,law,,verified,,", "holiday, makeup, unpublished"),
        ("c,own,,2028-01-01,,unpublished,,law,,verified,,", "already has a row unpublished"),
        ("c,own,,New Year,,holiday,,law,,verified,,", "Write it like 2026-11-25"),
        ("b,own,,2026-01-05,2026-01-06,holiday,,law,,verified,,", "give this row another id"),
    ],
)
def test_a_slip_in_a_calendar_is_explained(rows: str, sentence: str, tmp_path: Path) -> None:
    end = (
        "a,own,,2027-01-01,,unpublished,,law,,verified,,\n"
        "b,own,,2026-01-02,2026-01-03,holiday,,law,,verified,,\n"
    )
    calendar = rows if "no row" in sentence else end + rows
    (found,) = mistakes(folder_of(tmp_path, calendar=calendar))
    assert found.startswith("land.csv row")
    assert sentence in found


PETROL = "p,own,gasoline,,2020-01-01,,1.4714,kgce/kg,printed,2020,verified,,\n"


def test_a_fuel_per_kilogram_is_multiplied_by_the_density_of_its_day(tmp_path: Path) -> None:
    density = (
        "d1,gasoline,,2019-01-01,2023-01-01,0.73,kg/L,chosen,,general,,\n"
        "d2,gasoline,,2023-01-01,,0.725,kg/L,chosen,,general,,\n"
    )
    rows = read_reference(folder_of(tmp_path, coal=PETROL, density=density)).factors["own"]
    assert [(row.valid_from, row.per_display, row.used) for row in rows] == [
        (date(2020, 1, 1), Fraction("1.074122"), ("p", "d1")),
        (date(2023, 1, 1), Fraction("1.066765"), ("p", "d2")),
    ]


def test_days_of_a_fuel_without_a_density_are_a_mistake(tmp_path: Path) -> None:
    density = (
        "d1,gasoline,,2019-01-01,2022-01-01,0.73,kg/L,chosen,,general,,\n"
        "d2,gasoline,,2023-01-01,,0.725,kg/L,chosen,,general,,\n"
    )
    (found,) = mistakes(folder_of(tmp_path, coal=PETROL, density=density))
    assert "no density of gasoline on 2022-01-01" in found


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("d,gasoline,,2019-01-01,,0.73,t/m3,chosen,,general,,", "write kg/L"),
        ("d,heat,,2019-01-01,,0.73,kg/L,chosen,,general,,", "'heat' is not known"),
        ("d,gasoline,,2019-01-01,,0.73,kg/L,,,general,,", "it is empty"),
    ],
)
def test_a_slip_in_a_density_is_explained(row: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, density=row))
    assert found.startswith("densities.csv row 2")
    assert sentence in found


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("s,110000,2025,11-15,03-15,2009-07-01,,law,,general,,", "Write 2025-2026"),
        ("s,110000,2025-2027,11-15,03-15,2009-07-01,,law,,general,,", "Write 2025-2026"),
        ("s,110000,,15 Nov,03-15,2009-07-01,,law,,general,,", "Write 11-15"),
        ("s,110000,,11-15,02-29,2009-07-01,,law,,general,,", "not in every year"),
        ("s,110000,,03-15,11-15,2009-07-01,,law,,general,,", "from July to June"),
        ("s,110000,,11-15,03-15,2009-07-01,,,,general,,", "it is empty"),
        ("s,120000,,11-15,03-15,2020-07-01,,law,,general,,", "end one of them with valid_to"),
    ],
)
def test_a_slip_in_a_heating_season_is_explained(row: str, sentence: str, tmp_path: Path) -> None:
    first = "t,120000,,11-15,03-15,2009-07-01,,law,,general,,\n"
    (found,) = mistakes(folder_of(tmp_path, season=first + row))
    assert found.startswith("heating_seasons.csv row 3")
    assert sentence in found


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("r,110000,north,2009-01-01,,北京,Beijing,law,,general,,", "add a row"),
        ("r,110000,110000,2009-01-01,,北京,Beijing,law,,general,,", "lies within itself"),
        ("r,110000,,2009-01-01,,,Beijing,law,,general,,", "it is empty"),
    ],
)
def test_a_slip_in_a_region_is_explained(row: str, sentence: str, tmp_path: Path) -> None:
    (found,) = mistakes(folder_of(tmp_path, region=row))
    assert found.startswith("regions.csv row 2")
    assert sentence in found


def test_mistakes_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        coal="a,own,heat,,2020-01-01,,1,kgce/GJ,,2020,verified,,",
        co2="b,other,heat,,2020-01-01,,,,1,kgce/GJ,printed,2020,verified,,",
        season="c,,,11-15,03-15,2020-01-01,2019-01-01,law,,sure,,",
    )
    assert [mistake.split(":")[0] for mistake in mistakes(folder)] == [
        "coefficients.csv row 2 column source",
        "emission_factors.csv row 2 column unit",
        "heating_seasons.csv row 2 column valid_to",
        "heating_seasons.csv row 2 column confidence",
    ]


def test_a_folder_without_the_files_says_which_are_missing(tmp_path: Path) -> None:
    assert [mistake.split(":")[0] for mistake in mistakes(tmp_path)] == [
        "densities.csv",
        "coefficients.csv",
        "emission_factors.csv",
        "heating_seasons.csv",
        "regions.csv",
    ]
