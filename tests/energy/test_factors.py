from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.factors import Factor, factor_at

COUNTRY = Factor(
    "a set", "electricity", "", date(2024, 1, 1), date(2025, 1, 1),
    Fraction("0.5568"), "made up", "example",
)  # fmt: skip
NEXT_YEAR = replace(
    COUNTRY, valid_from=date(2025, 1, 1), valid_to=date.max, per_display=Fraction("0.5366")
)
BEIJING = replace(COUNTRY, region="110000", per_display=Fraction("0.604"))
GAS = replace(COUNTRY, kind="gas", valid_to=date.max, per_display=Fraction("2.1622"))
ROWS = (COUNTRY, NEXT_YEAR, BEIJING, GAS)


def factor(kind: str, region: str, day: date) -> Fraction | None:
    found = factor_at(ROWS, kind=kind, region=region, day=day)
    return found.per_display if found else None


@pytest.mark.parametrize(
    ("region", "day", "expected"),
    [
        ("310000", date(2024, 6, 1), Fraction("0.5568")),
        ("110000", date(2024, 6, 1), Fraction("0.604")),
        ("110000", date(2024, 12, 31), Fraction("0.604")),
        ("110000", date(2025, 1, 1), Fraction("0.5366")),
        ("", date(2024, 1, 1), Fraction("0.5568")),
        ("", date(2023, 12, 31), None),
    ],
)
def test_the_row_of_the_region_wins_and_a_day_has_one_year_s_factor(
    region: str, day: date, expected: Fraction | None
) -> None:
    assert factor("electricity", region, day) == expected


def test_a_kind_without_a_row_has_no_factor_rather_than_a_factor_of_zero() -> None:
    assert factor("water", "110000", date(2024, 6, 1)) is None


@given(st.permutations(ROWS), st.dates(date(2023, 1, 1), date(2027, 1, 1)))
def test_the_order_of_the_rows_decides_nothing(rows: list[Factor], day: date) -> None:
    found = factor_at(rows, kind="electricity", region="110000", day=day)

    assert found == factor_at(ROWS, kind="electricity", region="110000", day=day)


def test_of_two_open_rows_the_younger_holds() -> None:
    revised = replace(NEXT_YEAR, valid_from=date(2026, 1, 1), per_display=Fraction("0.53"))

    found = factor_at([revised, NEXT_YEAR], kind="electricity", region="", day=date(2026, 6, 1))

    assert found is revised
