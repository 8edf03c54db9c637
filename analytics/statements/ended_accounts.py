"""Accounts that had bills before and have none since: they may have ended, and nobody says so.

Source: docs/howto/bills.md, "An account that ended".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from analytics.statements.figures import BILL, Figure
from analytics.statements.open_months import is_heating_alone
from analytics.statements.statement import Given, Key
from energy.bills.account import AccountMeter
from energy.bills.bill import Bill
from energy.period import Stretch
from energy.text import Text
from energy.uses import OWN_GENERATION, PURCHASED

ASKED_FOR = timedelta(days=366)
"""After its last bill; chosen: every supplier bills once a year, and then it has ended."""


def with_ended(
    given: Given,
    bills: Sequence[Bill],
    rows: Sequence[AccountMeter],
    may_be_heated: Callable[[Stretch], bool],
) -> dict[Key, list[Figure]]:
    """Return what bills say; of all of a kind with the accounts that have no bill any more.

    The amount stays as it is: an account that ended used nothing, and whether it did is not known.

    Args:
        given: What bills and earlier ledgers say.
        bills: Of one institution.
        rows: Of bill_accounts.csv for its meters: an account whose rows have ended has ended.
        may_be_heated: Whether heating is on in a stretch, or nobody knows that it is not: an
            account of heating alone is not asked for outside of it.
    """
    found = {}
    for (kind, use, stretch), figures in given.items():
        notes: tuple[Text, ...] = ()
        if use == PURCHASED:
            own = [one for one in bills if one.kind == kind and one.use != OWN_GENERATION]
            notes = tuple(_ended(own, rows, stretch, may_be_heated))
        found[kind, use, stretch] = [
            replace(one, notes=(*one.notes, *notes)) if one.basis == BILL and one.sources else one
            for one in figures
        ]
    return found


def _ended(
    bills: Sequence[Bill],
    rows: Sequence[AccountMeter],
    stretch: Stretch,
    may_be_heated: Callable[[Stretch], bool],
) -> Iterator[Text]:
    last: dict[tuple[str, str], Bill] = {}
    for bill in sorted(bills, key=lambda bill: bill.until):
        if not bill.is_note:
            last[bill.supplier, bill.account] = bill
    there = [one for one in last.values() if stretch.first < one.until]
    for (supplier, account), bill in sorted(last.items()):
        is_gone = stretch.first - ASKED_FOR < bill.until <= stretch.first
        if not is_gone or any(_may_be_one(bill, one) for one in there):
            continue
        registered = [row for row in rows if row.is_of(supplier, account)]
        if registered and all(row.valid_to <= stretch.first for row in registered):
            continue
        own = [one for one in bills if (one.supplier, one.account) == (supplier, account)]
        if is_heating_alone(own) and not may_be_heated(stretch):
            continue
        yield _since(" ".join(word for word in (supplier, account) if word) or "-", bill)


def _may_be_one(bill: Bill, other: Bill) -> bool:
    """Tell whether two bills may be of one account; one that is not named may be any."""
    numbers, suppliers = {bill.account, other.account}, {bill.supplier, other.supplier}
    return len(numbers - {""}) <= 1 and len(suppliers - {""}) <= 1


def _since(name: str, bill: Bill) -> Text:
    return Text(
        f"户号 {name} 的账单到 {bill.last}（{bill.bill}）为止，此后没有：若该户没有销户，"
        "这里缺它的账单，请录入；若已销户，请在 bill_accounts.csv 写明 valid_to。",
        f"Account {name} has bills up to {bill.last} ({bill.bill}) and none since: unless it "
        "ended, its bill is missing here. Enter it, or say in bill_accounts.csv with valid_to "
        "that it ended.",
    )
