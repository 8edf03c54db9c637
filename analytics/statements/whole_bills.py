"""Which bills tell all of a kind: those without a use, and at times those that name one.

Source: docs/howto/bills.md, "Import bills".
"""

from collections.abc import Sequence
from dataclasses import replace

from analytics.statements.cost.accounts import accounts_on
from analytics.statements.figures import Figure
from energy.bills.bill import Bill
from energy.period import Stretch
from energy.text import Text
from energy.uses import OWN_GENERATION, PURCHASED

OF_PARTS = Text(
    "该品种的账单都写有用途，合起来作为全部用量",
    "every bill of this kind names a use; together they are taken as all of it",
)
OF_PARTS_THEN = Text(
    "这些日子的账单都写有用途，合起来作为全部用量",
    "every bill of these days names a use; together they are taken as all of it",
)
OTHER_CONTRACT = Text(
    "另一户号的账单写有用途：它是另一份合同，计入全部用量",
    "bills of another account name a use; it is another contract, and in all of it, too",
)


def by_subject(bills: Sequence[Bill]) -> dict[tuple[str, str], list[Bill]]:
    """Return the bills by kind and use.

    Of a kind whose bills all name a use, these together are the whole, too: there is no other.
    """
    found: dict[tuple[str, str], list[Bill]] = {}
    for bill in bills:
        found.setdefault((bill.kind, bill.use), []).append(bill)
    for kind in {kind for kind, _ in found} - {kind for kind, use in found if not use}:
        bought = [bill for bill in bills if bill.kind == kind and bill.use != OWN_GENERATION]
        if bought:
            found[kind, PURCHASED] = bought
    return dict(sorted(found.items()))


def of_whole(bills: Sequence[Bill], whole: Sequence[Bill], stretch: Stretch) -> list[Bill]:
    """Return the bills that tell all of a kind in a stretch.

    Args:
        bills: Of one institution.
        whole: Those of a kind that name no use; all that name one where none does not.
        stretch: The days.
    """
    if any(bill.use != PURCHASED for bill in whole):
        return list(whole)
    of_uses = [
        bill
        for bill in bills
        if bill.kind == whole[0].kind and bill.use not in (PURCHASED, OWN_GENERATION)
    ]
    if any(_meets(bill, stretch) for bill in whole if not bill.is_note):
        return [*whole, *_of_other_contracts(of_uses, whole, stretch)]
    return [*whole, *_alone(of_uses, whole)]


def said_of(figure: Figure, bills: Sequence[Bill], use: str, *, is_all: bool) -> Figure:
    """Return a figure; of a whole that bills of uses are in, with the sentence that says so.

    Args:
        figure: What bills say of a kind and use.
        bills: Of the institution.
        use: Of the figure; PURCHASED for the whole.
        is_all: Whether no bill of the kind, of whichever days, names no use, if one of its does.
    """
    uses = {bill.use for bill in bills if bill.bill in figure.sources}
    if uses == {use}:
        return figure
    note = OF_PARTS if is_all else OF_PARTS_THEN if use not in uses else OTHER_CONTRACT
    return replace(figure, notes=(*figure.notes, note))


def _of_other_contracts(
    of_uses: Sequence[Bill], whole: Sequence[Bill], stretch: Stretch
) -> list[Bill]:
    """Return the bills of uses whose account has no bill of the whole on a stretch.

    Another number is another contract and meter. An account has bills of the whole from the first
    to the last of them, so that a month between two of which the bill is not there yet is missing;
    what it bills in other months changes nothing. Where one names no account, nobody knows whose it
    is: then there is none.
    """
    there = accounts_on(whole, stretch)
    if any(not account for *_, account in there):
        return []
    return [
        bill
        for bill in of_uses
        if bill.account and not any(_is_same_account(bill, *key[-2:]) for key in there)
    ]


def _alone(of_uses: Sequence[Bill], whole: Sequence[Bill]) -> list[Bill]:
    """Return the bills of uses that tell all there is of days without a bill of the whole.

    A use that its account has billed beside the whole on other days is a part of it, and what is
    missing is the whole. One that it never did is billed for itself; then it is what the account
    bills on these days, and the account misses nothing.
    """
    bought = [bill for bill in whole if not bill.is_note]
    parts = {
        (bill.use, bill.account)
        for bill in of_uses
        for one in bought
        if _meets(bill, Stretch(one.first, one.until)) and _may_be_of(bill, one)
    }
    return [
        replace(bill, use=PURCHASED)
        if any(_is_same_account(bill, one.supplier, one.account) for one in bought)
        else bill
        for bill in of_uses
        if (bill.use, bill.account) not in parts
    ]


def _meets(bill: Bill, days: Stretch) -> bool:
    return bill.first < days.until and days.first < bill.until


def _may_be_of(bill: Bill, whole: Bill) -> bool:
    """Tell whether a bill may be of the account of another; one that is not named may be any."""
    return "" in (bill.account, whole.account) or _is_same_account(
        bill, whole.supplier, whole.account
    )


def _is_same_account(bill: Bill, supplier: str, account: str) -> bool:
    """Tell whether a bill may be of an account; a supplier that is not named may be any."""
    return bill.account == account and len({bill.supplier, supplier} - {""}) <= 1
