"""What is said where something is entered that lies in closed periods: these stay as they are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from analytics.closing.period import period_for
from energy.bills.bill import Bill
from energy.errors import ClosingError
from energy.period import Stretch
from energy.text import Text
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records import sheets
from storage.records.session import Session


def closed_notes(session: Session, institution: str, first: date, until: date) -> Iterator[Text]:
    """Yield a sentence where closed periods of an institution share days with what is entered.

    Args:
        session: Of the records.
        institution: Whose; "" is of none.
        first: First local day that is entered.
        until: The day after the last.
    """
    yield from _notes(session, institution, [Stretch(first, until)])


def closed_beside(session: Session, bills: Iterable[Bill]) -> Iterator[Text]:
    """Yield a sentence for each institution that has closed periods which share days with bills.

    Args:
        session: Of the records.
        bills: That are entered, corrected or withdrawn, with what they said before.
    """
    days: dict[str, list[Stretch]] = {}
    for bill in bills:
        days.setdefault(bill.institution, []).append(Stretch(bill.first, bill.until))
    for institution in sorted(days):
        yield from _notes(session, institution, days[institution])


def _notes(session: Session, institution: str, entered: Sequence[Stretch]) -> Iterator[Text]:
    keys = [key for whose, key in sheets.closed(session) if whose == institution]
    if not keys:
        return
    registry, reference = registry_records.load(session), reference_records.load(session)
    within = []
    for key in keys:
        try:
            period = period_for(registry, reference, institution, key)
        except ClosingError:  # a heating season that reference data knows no more
            continue
        if any(period.first < one.until and one.first < period.until for one in entered):
            within.append(key)
    if within:
        named = ", ".join(within)
        yield Text(
            f"{institution} 的 {named} 已结账，报表不变。差异见 "
            f"jieneng ledger status {institution} {within[0]}，然后运行 jieneng ledger restate。",
            f"Closed periods of {institution} stay as they are: {named}. Look at what differs "
            f"after the next round with jieneng ledger status {institution} {within[0]}, and then: "
            "jieneng ledger restate.",
        )
