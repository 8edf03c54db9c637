"""What statements are made of beside readings: tells when any of it has changed."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.records import reference, registry
from storage.records.bases import BasisRow
from storage.records.bills import BillRow
from storage.records.earlier_ledger import EarlierTotalRow

_APPENDED = (BillRow, BasisRow, EarlierTotalRow)
"""Tables whose rows are never changed: a correction is a row more."""


def state(session: Session) -> str:
    """Return a text that is another after any change of it.

    Of registry, reference data, bills, bases and earlier ledgers, that is.
    """
    newest = (session.scalar(select(func.max(table.number))) or 0 for table in _APPENDED)
    numbers = (registry.number(session), reference.number(session), *newest)
    return " ".join(str(number) for number in numbers)
