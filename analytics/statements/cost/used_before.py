"""What was used this year before a bill, as bills, ledgers of before, or a person tell it."""

from collections.abc import Iterable, Sequence
from datetime import date

from analytics.statements.parts import is_bought
from energy.bill import Bill
from energy.meter import Meter
from energy.registry import Registry
from energy.signing import EarlierTotal


def earlier_months(
    totals: Iterable[EarlierTotal], registry: Registry, meters: Sequence[Meter]
) -> dict[date, int]:
    """Return the first day of each month of a ledger of before and its total [base units].

    Args:
        totals: Of any institution and kind.
        registry: Tells which meters are mains.
        meters: On one bill. A ledger of before tells of an institution as a whole, so nothing is
            taken from it unless they are all its main meters of a kind.
    """
    institution, kind = meters[0].institution, meters[0].kind
    mains = {
        one.meter
        for one in registry.meters
        if (one.institution, one.kind) == (institution, kind) and is_bought(one)
    }
    if mains != {meter.meter for meter in meters}:
        return {}
    return {
        total.month: total.amount
        for total in totals
        if (total.institution, total.kind) == (institution, kind)
    }


def billed_before(bill: Bill, billed: Iterable[Bill]) -> int | None:
    """Return what earlier bills of an account say was used since New Year [base units].

    Returns:
        None unless they cover every day before the bill, and none of the year before.
    """
    new_year = date(bill.first.year, 1, 1)
    earlier = [
        one for one in billed if one.shares_account(bill) and new_year < one.until <= bill.first
    ]
    amounts = [one.amount for one in earlier if one.amount is not None and one.first >= new_year]
    days = sum(one.days for one in earlier)
    if len(amounts) < len(earlier) or days < (bill.first - new_year).days:
        return None
    return sum(amounts)
