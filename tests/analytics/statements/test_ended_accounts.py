"""An account without bills since: named in the line of the months after it, for a year."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.statements.ended_accounts import with_ended
from analytics.statements.given import given_of
from analytics.statements.sheet import sheet_of
from analytics.statements.whole_bills import OF_PARTS
from api.printing import page_of
from energy.bills.account import AccountMeter
from energy.bills.bill import Bill
from energy.period import Stretch
from energy.uses import HEATING, OWN_GENERATION
from storage.records.book import Records
from tests.analytics.statements.test_open_months import FEBRUARY_BILL, said

ONE = replace(FEBRUARY_BILL, bill="A1", account="1", first=date(2026, 1, 1), until=date(2026, 2, 1))
TWO = replace(FEBRUARY_BILL, bill="B2", account="2", amount=200_000)
SAID = (
    "Account 1 has bills up to 2026-01-31 (A1) and none since: unless it ended, its bill is "
    "missing here. Enter it, or say in bill_accounts.csv with valid_to that it ended."
)


def february(*bills: Bill, rows: tuple[AccountMeter, ...] = (), warm: bool = True) -> list[str]:
    """Return what is said of February."""
    stretch = Stretch(date(2026, 2, 1), date(2026, 3, 1))
    given = given_of(bills, [], [stretch], profiles={}, begun={})
    found = with_ended(given, bills, rows, lambda _stretch: warm)
    return [note.en for note in found[bills[0].kind, "", stretch][0].notes]


def test_a_month_names_the_account_that_has_no_bill_any_more(records: Records) -> None:
    statement = said(records, "2026-02", ONE, TWO)

    (line,) = statement.lines_of("electricity")
    assert (line.signed.amount, [note.en for note in line.notes]) == (200_000, [SAID])
    page = page_of(sheet_of(statement, code="test"), language="en", state="", marks={})
    assert SAID in page
    (january, *_) = said(records, "2026-Q1").lines_of("electricity")
    assert january.notes == ()


def test_an_account_with_a_later_bill_is_missing_and_has_not_ended() -> None:
    later = replace(ONE, bill="A3", first=date(2026, 3, 1), until=date(2026, 4, 1))
    assert february(TWO, ONE, later) == ["bills of account 1 leave 28 days open"]


@pytest.mark.parametrize(("account", "supplier"), [("", ""), ("1", "grid"), ("", "grid")])
def test_a_bill_that_may_be_of_the_account_goes_on_with_it(account: str, supplier: str) -> None:
    goes_on = replace(TWO, account=account, supplier=supplier)
    assert february(goes_on, ONE) == []


def test_an_account_whose_row_ended_has_ended() -> None:
    row = AccountMeter(account="1", meter="hall_main", valid_to=date(2026, 2, 1))
    assert february(TWO, ONE, rows=(row,)) == []
    assert february(TWO, ONE, rows=(replace(row, valid_to=date(2026, 2, 10)),)) == [SAID]


def test_an_account_is_asked_for_in_the_year_after_its_last_bill() -> None:
    old = replace(ONE, first=date(2025, 1, 1), until=date(2025, 1, 31))
    assert february(TWO, old) == []
    assert len(february(TWO, replace(old, until=date(2025, 2, 2)))) == 1


def test_own_generation_is_no_account_of_what_is_bought() -> None:
    assert february(TWO, replace(ONE, use=OWN_GENERATION)) == []


def test_an_account_of_heating_alone_is_not_asked_for_where_heating_is_off() -> None:
    heat = [replace(one, kind="heat", use=HEATING) for one in (replace(TWO, use=""), ONE)]
    assert february(*heat, warm=False) == [OF_PARTS.en]
    assert SAID in february(*heat)
