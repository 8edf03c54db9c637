"""Bills and earlier ledgers as figures, and which figure is signed."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from analytics.closing.reading_back import statement_in
from analytics.statements.amounts import Shares, amounts_of_lines
from analytics.statements.figures import BILL, DAY_S, EARLIER, OWN
from analytics.statements.given import BLANK, choice_of, given_of
from analytics.statements.lines import line_of
from analytics.statements.printed.entries import decimal, lines_of_sheet
from analytics.statements.printed.table import table_of
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from energy.bills.bill import BY_DAYS, BY_PROFILE, Bill
from energy.period import Stretch, period_of
from energy.signing import Basis, EarlierTotal
from tests.analytics.statements.test_statements import TERMS
from tests.builders import TOWN

JANUARY, FEBRUARY = list(period_of("2026-Q1").stretches())[:2]
BILL_A = Bill(
    bill="A", institution="town", kind="electricity", first=date(2026, 1, 1),
    until=date(2026, 2, 1), amount=1000, cost=700,
)  # fmt: skip
TOTAL = EarlierTotal(
    institution="town", kind="electricity", month=JANUARY.first, amount=900, source="2026.xlsx"
)
CHOSEN = Basis(
    institution="town", kind="electricity", valid_from=FEBRUARY.first, basis=BILL, author="Li",
    reason="as the auditor asked",
)  # fmt: skip
NONE = Fraction(0)
E1 = ("electricity", "", JANUARY)


def test_heat_by_area_is_blank_by_rule_and_not_missing() -> None:
    bill = replace(BILL_A, kind="heat", amount=None)

    (figure,) = given_of([bill], [], [JANUARY], profiles={}, begun={})["heat", "", JANUARY]

    assert (figure.amount, figure.cost, figure.is_blank, figure.is_whole) == (None, 700, True, True)
    assert figure.notes == (BLANK,)


def test_a_bill_over_a_month_end_says_in_both_months_how_it_was_split() -> None:
    bill = replace(BILL_A, first=date(2026, 1, 31), until=date(2026, 2, 2))
    by_days = given_of([bill], [], [JANUARY, FEBRUARY], profiles={}, begun={})
    profile = {date(2026, 1, 31): 1, date(2026, 2, 1): 3}
    by_meter = given_of([bill], [], [JANUARY, FEBRUARY], profiles={"A": profile}, begun={})

    assert [figures[0].amount for figures in by_days.values()] == [500, 500]
    assert BY_DAYS in by_days[E1][0].notes
    assert [figures[0].amount for figures in by_meter.values()] == [250, 750]
    assert BY_PROFILE in by_meter[E1][0].notes


def test_days_that_no_bill_covers_are_missing() -> None:
    bill = replace(BILL_A, until=date(2026, 1, 29))

    (figure,) = given_of([bill], [], [JANUARY], profiles={}, begun={})[E1]

    assert (figure.amount, figure.missing_s, figure.is_whole) == (1000, 3 * DAY_S, False)


def test_a_bill_that_leaves_ten_days_of_thirty_open_misses_a_third_of_them() -> None:
    june = next(iter(period_of("2026-06").stretches()))
    bill = replace(BILL_A, first=june.first, until=date(2026, 6, 21))
    figures = {
        BILL: given_of([bill], [], [june], profiles={}, begun={})["electricity", "", june][0]
    }
    line = line_of("electricity", "", june, figures, basis=BILL, terms=TERMS)
    sheet = sheet_of(Statement(TOWN, period_of("2026-06"), TERMS, (line,), {}), code="test")
    (printed,) = lines_of_sheet(sheet, "en")
    (amount,) = amounts_of_lines([line])
    row = table_of(sheet).iloc[0]

    assert (figures[BILL].billed_s, figures[BILL].missing_s) == (20 * DAY_S, 10 * DAY_S)
    assert printed.missing == decimal(Fraction(1, 3))
    assert amount.shares == Shares(NONE, NONE, NONE, Fraction(1, 3), Fraction(2, 3))
    assert (row["billed_s"], row["missing_s"]) == (20 * DAY_S, 10 * DAY_S)


def test_a_whole_bill_beside_one_with_open_days_counts_all_of_its_days() -> None:
    may, june = list(period_of("2026-Q2").stretches())[1:]
    bills = [
        replace(BILL_A, first=may.first, until=may.until),
        replace(BILL_A, bill="B", first=june.first, until=date(2026, 6, 21)),
    ]
    given = given_of(bills, [], [may, june], profiles={}, begun={})
    lines = [
        line_of(*key, {BILL: figures[0]}, basis=BILL, terms=TERMS) for key, figures in given.items()
    ]
    whole = Statement(TOWN, period_of("2026-Q2"), TERMS, tuple(lines), {})
    read_back = statement_in(sheet_of(whole, code="test"))

    for each in (whole, read_back):
        (amount,) = amounts_of_lines(each.lines)
        assert amount.shares == Shares(NONE, NONE, NONE, Fraction(10, 61), Fraction(51, 61))
    assert [one["billed_s"] for _, one in table_of(sheet_of(whole, code="test")).iterrows()] == [
        31 * DAY_S, 20 * DAY_S,
    ]  # fmt: skip


def test_bills_of_two_accounts_add_up() -> None:
    other = replace(BILL_A, bill="B", account="2", amount=500, cost=300)

    (figure,) = given_of([BILL_A, other], [], [JANUARY], profiles={}, begun={})[E1]

    assert (figure.amount, figure.cost, figure.sources) == (1500, 1000, ("A", "B"))
    assert figure.is_whole


def test_an_earlier_total_stands_beside_a_bill_with_its_own_basis() -> None:
    said = given_of([BILL_A], [TOTAL], [JANUARY], profiles={}, begun={})[E1]

    assert [(figure.basis, figure.amount) for figure in said] == [(BILL, 1000), (EARLIER, 900)]


def test_an_earlier_total_counts_no_more_once_the_own_meters_have_begun() -> None:
    for begun, known in ((date(2026, 1, 1), False), (date(2026, 1, 2), True)):
        said = given_of([], [TOTAL], [JANUARY], profiles={}, begun={"electricity": begun})

        assert (E1 in said) is known


def test_an_earlier_total_of_a_month_is_not_split_and_says_so_of_a_part_of_it() -> None:
    part = Stretch(date(2026, 1, 15), date(2026, 2, 1))

    (figure,) = given_of([], [TOTAL], [part], profiles={}, begun={})["electricity", "", part]

    assert (figure.basis, figure.amount, figure.cost) == (EARLIER, None, None)
    assert figure.notes[0].en == (
        "The earlier ledger has a total of all of 2026-01, which cannot be split to tell "
        "2026-01-15 to 2026-01-31: the amount is missing."
    )


def test_a_part_of_a_month_that_no_ledger_splits_stands_beside_no_other_basis() -> None:
    part = Stretch(date(2026, 1, 15), date(2026, 2, 1))
    given = given_of([], [TOTAL], [part], profiles={}, begun={})["electricity", "", part]
    figures = {figure.basis: figure for figure in given}

    own = line_of("electricity", "", part, figures, basis=OWN, terms=TERMS)
    earlier = line_of("electricity", "", part, figures, basis=EARLIER, terms=TERMS)

    assert own.beside == ()
    assert earlier.notes == given[0].notes


def test_the_chosen_basis_is_signed_from_its_month_on() -> None:
    choice = choice_of([CHOSEN], {}, metered={"electricity"}, begun={})

    assert choice("electricity", "", JANUARY) == OWN
    assert choice("electricity", "", FEBRUARY) == BILL
    assert choice("heat", "", JANUARY) == BILL


def test_of_two_choices_for_a_month_the_later_entered_holds() -> None:
    choice = choice_of([CHOSEN, replace(CHOSEN, basis=OWN)], {}, metered=(), begun={})

    assert choice("electricity", "", FEBRUARY) == OWN


def test_a_month_before_the_meters_rests_on_the_earlier_ledger() -> None:
    begun = {"electricity": date(2026, 1, 20)}
    given = given_of([], [TOTAL], [JANUARY], profiles={}, begun=begun)
    choice = choice_of([], given, metered={"electricity"}, begun=begun)

    assert choice("electricity", "", JANUARY) == EARLIER
    assert choice("electricity", "", FEBRUARY) == OWN
