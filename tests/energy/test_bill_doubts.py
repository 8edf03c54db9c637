"""A bill whose price does not fit amount and cost is kept, and a person is asked to look."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from energy.bills.bill import Bill
from energy.bills.doubts import doubts_of
from energy.bills.untruths import untruths_of

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
    ((column, said),) = untruths_of(replace(BILL, power_factor=Fraction(typed)), TODAY)

    assert column == "power_factor"
    assert said is not None
    assert f"at most 1, such as {meant};" in said.en


def test_a_use_that_is_more_than_all_of_its_kind_is_said_whichever_is_entered_last() -> None:
    whole = replace(BILL, bill="all", amount=100_000, price=None)
    heating = replace(BILL, bill="heat", use="heating", amount=120_000, price=None)
    words = (
        "bill heat has 120.000 kWh of heating, which is more than all of it on all, 100.000 kWh; "
        "look at use and amount."
    )

    assert [said.en for said in doubts_of(heating, [whole], TODAY)] == [words]
    assert [said.en for said in doubts_of(whole, [heating], TODAY)] == [words]


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 120_000},
        {"first": date(2026, 1, 2)},  # it does not cover all days of the use
        {"kind": "heat"},
        {"institution": "school"},
    ],
)
def test_a_use_is_compared_with_bills_of_all_of_it_on_the_same_days_alone(
    other: dict[str, object],
) -> None:
    whole = replace(replace(BILL, bill="all", account="1", price=None), **other)  # type: ignore[arg-type]
    heating = replace(BILL, bill="heat", use="heating", amount=120_000, price=None)
    generated = replace(heating, use="own_generation", amount=900_000)

    assert list(doubts_of(heating, [whole], TODAY)) == []
    assert list(doubts_of(generated, [whole], TODAY)) == []


def test_heat_by_area_says_nothing_of_all_of_it() -> None:
    accounts = [
        replace(BILL, bill=name, kind="heat", account=name, amount=amount, price=None)
        for name, amount in (("a", 70_000), ("b", None))
    ]
    heating = replace(BILL, bill="heat", kind="heat", use="heating", amount=120_000, price=None)

    assert list(doubts_of(heating, accounts, TODAY)) == []


def test_two_accounts_together_are_all_of_a_kind() -> None:
    accounts = [
        replace(BILL, bill=name, account=name, amount=70_000, price=None) for name in ("a", "b")
    ]
    heating = replace(BILL, bill="heat", use="heating", amount=120_000, price=None)

    assert list(doubts_of(heating, accounts, TODAY)) == []
    assert len(list(doubts_of(heating, accounts[:1], TODAY))) == 1


def test_all_that_cannot_be_true_is_told_at_once() -> None:
    typed = replace(
        BILL, power_factor=Fraction(93), demand_w=-3000, capacity_va=0, kind="heat", use="vehicle"
    )
    columns = [column for column, _ in untruths_of(typed, TODAY)]
    assert columns == ["use", "power_factor", "capacity", "demand"]
    (_, said), *_ = untruths_of(typed, TODAY)
    assert said.en.startswith("heat is not used for vehicles; correct use or kind")


def test_a_note_without_a_bill_and_one_entered_twice_are_told() -> None:
    note = replace(BILL, bill="R1", amount=-100, cost=-80, price=None, account="9")
    assert [one.en[:26] for one in doubts_of(note, [], TODAY)] == ["no bill of its account cov"]
    bill = replace(BILL, account="9")
    assert list(doubts_of(note, [bill, note], TODAY)) == []
    (twice,) = doubts_of(replace(note, bill="R2"), [bill, note], TODAY)
    assert "it has days, amount and cost of R1" in twice.en


def test_notes_greater_than_the_bill_they_correct_are_told_whichever_comes_last() -> None:
    first = replace(BILL, bill="N1", amount=-60_000, cost=-48_000_000, price=None)
    second = replace(first, bill="N2")
    said = (
        "takes back more than Z5, which it corrects: together -20.000 kWh, -16.00 yuan; compare "
        "days, amounts and costs."
    )

    assert doubts_of_en(first, [BILL]) == []
    (of_note,) = [one for one in doubts_of_en(second, [BILL, first]) if "it has days" not in one]
    assert of_note == f"the refund or note N2, N1 {said}"
    assert doubts_of_en(BILL, [first, second]) == [f"the refund or note N1, N2 {said}"]


def test_notes_of_two_bills_are_held_against_both() -> None:
    after = replace(BILL, bill="Z6", first=date(2026, 2, 1), until=date(2026, 3, 1))
    note = replace(
        BILL, bill="N", until=date(2026, 3, 1), amount=-150_000, cost=-120_000_000, price=None
    )
    assert doubts_of_en(note, [BILL, after]) == []
    assert len(doubts_of_en(note, [BILL])) == 1


def doubts_of_en(bill: Bill, others: list[Bill]) -> list[str]:
    return [one.en for one in doubts_of(bill, others, date(2026, 4, 1))]


def test_a_note_that_takes_an_amount_back_and_asks_for_money_is_refused() -> None:
    note = replace(BILL, amount=-10_000, cost=9_000_000, price=None)
    ((column, why),) = untruths_of(note, TODAY)
    assert column == "cost"
    assert "write its cost below zero or 0" in why.en
    assert list(untruths_of(replace(note, cost=0), TODAY)) == []


def test_an_amount_that_gives_money_back_is_kept_and_named() -> None:
    (said,) = doubts_of_en(replace(BILL, cost=-9, price=None), [])
    assert said.startswith("its amount is above zero and its cost below;")
