from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from energy.factor_choice import choose_factor
from energy.factors import Factor
from energy.regions import upwards

PARENTS = {"110000": "grid-north", "120000": "grid-north", "grid-north": ""}
DAY = date(2022, 6, 30)


def row(region: str, year: int, *, published: str = "2024-12", kind: str = "electricity") -> Factor:
    return Factor(
        "series", kind, region, date(2009, 1, 1), date.max, Fraction(year, 10_000), "made up",
        "example", id=f"{region or 'cn'}-{year}", data_year=year, published=published,
    )  # fmt: skip


def chosen(rows: list[Factor], day: date = DAY, region: str = "110102") -> tuple[str, list[str]]:
    choice = choose_factor(rows, kind="electricity", region=region, day=day, parents=PARENTS)
    return choice.factor.id if choice.factor else "", [str(text) for text in choice.warnings]


def test_a_district_lies_in_its_province_that_in_its_grid_and_that_in_the_country() -> None:
    assert upwards("110102", PARENTS) == ("110102", "110100", "110000", "grid-north", "")
    assert upwards("", PARENTS) == ("",)
    assert upwards("a", {"a": "b", "b": "a"}) == ("a", "b", "")


def test_the_row_of_the_region_and_year_is_taken_without_a_warning() -> None:
    rows = [row("110102", 2022), row("110000", 2022), row("", 2022), row("110102", 2021)]
    assert chosen(rows) == ("110102-2022", [])


def test_the_same_region_in_another_year_comes_before_a_region_above_and_is_said() -> None:
    factor, (warning,) = chosen([row("110102", 2020), row("110102", 2010), row("110000", 2022)])
    assert factor == "110102-2020"
    assert "no factor of data year 2022" in warning
    assert "2020" in warning


@pytest.mark.parametrize(
    ("rows", "factor", "steps"),
    [
        ([row("110000", 2022), row("grid-north", 2022), row("", 2022)], "110000-2022", 2),
        ([row("grid-north", 2022), row("", 2022)], "grid-north-2022", 3),
        ([row("", 2022), row("120000", 2022)], "cn-2022", 4),
        ([row("", 2021)], "cn-2021", 5),
    ],
)
def test_every_step_to_a_region_above_is_said(rows: list[Factor], factor: str, steps: int) -> None:
    found, warnings = chosen(rows)
    assert found == factor
    assert len(warnings) == steps
    assert len(set(warnings)) == steps


def test_what_the_user_names_wins_over_all() -> None:
    own = row("", 2000)
    choice = choose_factor(
        [row("110102", 2022)], kind="electricity", region="110102", day=DAY, parents=PARENTS,
        own=[own],
    )  # fmt: skip
    assert choice.factor is own
    assert choice.warnings == ()


def test_a_default_of_a_guideline_comes_after_every_official_row() -> None:
    default = row("", 2000)
    last = choose_factor(
        [row("", 1990)], kind="electricity", region="", day=DAY, parents=PARENTS,
        defaults=[default],
    )  # fmt: skip
    assert last.factor == row("", 1990)
    only = choose_factor(
        [row("", 2022, kind="gas")], kind="electricity", region="", day=DAY, parents=PARENTS,
        defaults=[default],
    )  # fmt: skip
    assert only.factor is default
    assert "default of a guideline" in str(only.warnings[-1])


def test_without_any_row_there_is_no_figure_rather_than_zero() -> None:
    choice = choose_factor([], kind="heat", region="", day=DAY, parents=PARENTS)
    assert choice.factor is None
    assert "no figure" in str(choice.warnings[-1])
    assert "没有排放量" in choice.warnings[-1].zh


def test_a_row_without_a_data_year_is_of_the_days_it_is_in_use() -> None:
    old = replace(row("", 0), id="old", valid_to=date(2022, 1, 1))
    new = replace(row("", 0), id="new", valid_from=date(2022, 1, 1))
    assert chosen([old, new], region="") == ("new", [])
    assert chosen([old], region="")[0] == ""


def test_of_two_rows_of_a_year_the_later_published_is_taken() -> None:
    first, second = row("", 2022, published="2024-04"), row("", 2022, published="2024-12")
    choice = choose_factor([second, first], kind="electricity", region="", day=DAY, parents=PARENTS)
    assert choice.factor is second


def test_a_step_down_names_the_kind_in_the_language_of_the_reader() -> None:
    choice = choose_factor([], kind="electricity", region="110102", day=DAY, parents=PARENTS)
    assert choice.warnings[0].zh == "110102 没有电的排放因子，改用上一级地区的。"
    assert choice.warnings[0].en.startswith("There is no factor of electricity for 110102;")
    assert choice.warnings[-1].zh.startswith("2022 年没有电的排放因子")
