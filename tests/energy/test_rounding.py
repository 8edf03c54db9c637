"""Parts in print add up to the whole in print."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from energy.rounding import parts_in_print

EXACT = st.lists(st.integers(-(10**6), 10**6).map(lambda one: Fraction(one, 1000)), max_size=8)


def test_three_parts_that_each_round_up_do_not_make_the_whole_smaller_in_print() -> None:
    parts = [Fraction(-47224, 100), Fraction(386, 100), Fraction(45328, 100)]  # -15.10 in all
    shown = parts_in_print(parts, 1)
    assert sum(shown) == Decimal("-15.1")
    assert shown == [Decimal("-472.2"), Decimal("3.8"), Decimal("453.3")]


def test_a_half_is_rounded_away_from_zero_as_numbers_are_printed() -> None:
    assert parts_in_print([Fraction(-5, 100)], 1) == [Decimal("-0.1")]
    assert parts_in_print([Fraction(5, 100)], 1) == [Decimal("0.1")]


@given(EXACT)
def test_no_part_is_a_unit_of_the_last_place_away_and_the_sum_half_a_unit(
    parts: list[Fraction],
) -> None:
    shown = [Fraction(one) for one in parts_in_print(parts, 1)]
    assert len(shown) == len(parts)
    assert all(abs(one - part) < Fraction(1, 10) for one, part in zip(shown, parts, strict=True))
    assert abs(sum(shown, Fraction(0)) - sum(parts, Fraction(0))) <= Fraction(1, 20)
    exact = (one for one, part in zip(shown, parts, strict=True) if part % Fraction(1, 10) == 0)
    assert all(one in parts for one in exact)
