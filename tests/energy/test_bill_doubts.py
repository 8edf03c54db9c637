"""A bill whose price does not fit amount and cost is kept, and a person is asked to look."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from energy.bill import Bill, why_untrue
from energy.bill_doubts import doubts_of

TODAY = date(2026, 3, 1)
BILL = Bill(
    bill="Z5", institution="town", kind="electricity", first=date(2026, 1, 1),
    until=date(2026, 2, 1), amount=100_000, cost=80_000_000, price=800_000,
)  # fmt: skip
"""100 kWh at 0.80 yuan: 80 yuan."""


def doubts(bill: Bill) -> list[str]:
    return [said.en for said in doubts_of(bill, (), TODAY)]


def test_a_price_that_does_not_make_the_cost_of_the_amount_is_said() -> None:
    (said,) = doubts(replace(BILL, price=5_000_000))

    assert said.startswith("amount times price is 500.00 yuan, and its cost is 80.00;")


def test_a_price_that_is_rounded_or_not_printed_is_no_doubt() -> None:
    assert doubts(BILL) == []
    assert doubts(replace(BILL, price=799_000)) == []
    assert doubts(replace(BILL, price=None)) == []


def test_a_cost_with_a_demand_may_be_above_the_price_of_the_amount_and_not_below() -> None:
    two_part = replace(BILL, demand_w=30_000)

    assert doubts(replace(two_part, cost=200_000_000)) == []
    assert len(doubts(replace(two_part, cost=40_000_000))) == 1
    assert len(doubts(replace(BILL, cost=200_000_000))) == 1


@pytest.mark.parametrize(("typed", "meant"), [(93, "0.93"), (85, "0.85"), (930, "0.93")])
def test_a_power_factor_above_one_is_refused_with_the_one_that_was_meant(
    typed: int, meant: str
) -> None:
    column, said = why_untrue(replace(BILL, power_factor=Fraction(typed)), TODAY) or ("", None)

    assert column == "power_factor"
    assert said is not None
    assert f"at most 1, such as {meant};" in said.en
