"""Months of which only a refund or a corrective note tells: nobody knows what was used."""

from dataclasses import replace
from datetime import date

from analytics.statements.figures import DAY_S, Figure
from analytics.statements.given import given_of
from energy.bills.bill import Bill
from energy.period import period_of
from tests.analytics.test_given import BILL_A, FEBRUARY, JANUARY

QUARTER = list(period_of("2026-Q1").stretches())
OF_FEBRUARY = replace(
    BILL_A, bill="N", first=FEBRUARY.first, until=FEBRUARY.until, amount=-10, cost=-9
)
ONLY_A_NOTE = "There is no bill, only the refund or note N: amount and cost are missing."


def february(*bills: Bill) -> Figure:
    return given_of(bills, [], QUARTER, profiles={}, begun={})["electricity", "", FEBRUARY][0]


def test_a_month_with_a_note_alone_is_missing_and_names_it() -> None:
    figure = february(BILL_A, OF_FEBRUARY)

    assert (figure.amount, figure.cost, figure.sources) == (None, None, ("N",))
    assert [note.en for note in figure.notes] == [ONLY_A_NOTE]
    assert (figure.missing_s, figure.is_whole) == (28 * DAY_S, False)


def test_a_month_with_a_refund_of_money_alone_is_missing_and_not_0() -> None:
    figure = february(BILL_A, replace(OF_FEBRUARY, amount=0))
    assert (figure.amount, figure.cost) == (None, None)


def test_a_refund_that_reaches_into_a_month_without_a_bill_counts_where_the_bill_is() -> None:
    refund = replace(
        OF_FEBRUARY, first=date(2026, 1, 31), until=date(2026, 2, 2), amount=0, cost=-8
    )
    given = given_of([BILL_A, refund], [], QUARTER, profiles={}, begun={})
    (january,), (after,) = given.values()

    assert (january.amount, january.cost) == (1000, 696)
    assert (after.amount, after.notes[-1].en) == (None, ONLY_A_NOTE)


def test_a_note_of_a_month_with_a_bill_of_one_day_is_taken_off_it() -> None:
    day = replace(BILL_A, bill="D", first=FEBRUARY.first, until=date(2026, 2, 2), amount=40)
    assert february(day, OF_FEBRUARY).amount == 30


def test_an_account_with_a_note_alone_is_missing_beside_the_bill_of_another() -> None:
    other = replace(BILL_A, bill="B", account="2", first=FEBRUARY.first, until=FEBRUARY.until)
    figure = february(replace(OF_FEBRUARY, account="1"), other)

    assert (figure.amount, figure.cost, figure.is_whole) == (1000, 700, False)
    assert figure.missing_s == 28 * DAY_S
    assert "There is no bill of account 1, only the refund or note N" in figure.notes[-1].en


def test_a_bill_that_comes_later_makes_the_note_count() -> None:
    bill = replace(BILL_A, bill="F", first=FEBRUARY.first, until=FEBRUARY.until)
    assert february(bill, OF_FEBRUARY).amount == 990
    assert JANUARY not in {key[2] for key in given_of([bill], [], QUARTER, profiles={}, begun={})}
