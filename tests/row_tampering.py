"""What somebody with all rights might do to bills, bases, totals, evidence and confirmations."""

from dataclasses import replace
from datetime import date

from energy.bills.bill import Bill
from energy.provenance import SourceRow
from energy.signing import Basis, EarlierTotal
from storage.records import bases, bills, earlier_ledger, evidence, reference_sources
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from tests.analytics.ledgers import REFERENCE
from tests.builders import MAIN_METER, registry_of, replacement

PHOTO = b"a photo of a register"
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def filled(records: Records) -> None:
    """Enter a bill in two versions, a basis, two totals, a photo, and confirm a row."""
    bill = Bill(bill="A-1", institution="town", kind="electricity", first=MAY, until=JUNE,
                amount=31_000, cost=20_000_000, author="li", entered_at=1)  # fmt: skip
    basis = Basis(institution="town", kind="electricity", valid_from=MAY, basis="bill",
                  author="li", reason="audit")  # fmt: skip
    totals = [
        EarlierTotal(institution="town", kind="electricity", month=month, amount=amount, cost=None,
                     source="book 7", author="li")
        for month, amount in ((date(2025, 5, 1), 7), (date(2025, 6, 1), 8))
    ]  # fmt: skip
    price = SourceRow("p-1", "f.csv", "s", "", MAY, date.max, "price=1", "a bill", "", "example")
    with records.session() as session:
        bills.add(session, bill)
        bills.add(session, bill, reason="misread")
        bases.add(session, basis)
        earlier_ledger.add(session, totals, author="li", source="book 7")
        evidence.put(session, PHOTO, name="a.jpg", media_type="image/jpeg", author="li", at=1)
        reference_records.replace(
            session, replace(REFERENCE, sources={"p-1": price}), author="li", reason="start"
        )
        reference_sources.confirm(session, "p-1", by="wang", author="li")
        event = replacement("hall_main", 1_000, closing=5)
        registry_records.replace(
            session, registry_of(MAIN_METER, events=[event]), author="li", reason="start"
        )


CHANGES = {
    "UPDATE bills SET cost = cost + 1 WHERE number = 1": (
        1,
        "bill version 1 had the cost 20000000",
    ),
    "UPDATE bills SET author = 'zhao' WHERE number = 2": (2, "bill version 2 was of "),
    "UPDATE bills SET is_withdrawn = true WHERE number = 2": (2, "the is_withdrawn"),
    "DELETE FROM bills WHERE number = 2": (2, "bill version 2 is gone"),
    "UPDATE bases SET basis = 'own'": (3, "choice of a basis 1 had the basis bill, and has own"),
    "DELETE FROM bases": (3, "choice of a basis 1 is gone"),
    "UPDATE earlier_totals SET amount = 9 WHERE number = 2": (4, "total of an earlier ledger 2"),
    "UPDATE evidence SET name = 'b.jpg'": (5, "had the name a.jpg, and has b.jpg"),
    "DELETE FROM evidence": (5, "is gone"),
    "UPDATE evidence SET content = :other": (0, "are others by now"),
    "UPDATE reference_confirmations SET confirmed_by = 'zhao'": (7, "row p-1 was confirmed by"),
    "UPDATE reference_confirmations SET content = 'price=2'": (
        7,
        "row p-1 read otherwise when it was confirmed",
    ),
    "UPDATE reference_confirmations SET id = 'p-2'": (0, "row p-2 was confirmed by nobody"),
    "UPDATE meters SET ratio = '41/1'": (
        8,
        "the table meters says",
    ),
    "UPDATE buildings SET area_m2 = 1": (8, "the table buildings says"),
    "DELETE FROM meter_events": (8, "the table meter_events says"),
    "UPDATE tariff_rows SET price_micro = 1": (6, "the table tariff_rows says"),
    "INSERT INTO bases SELECT number + 1, institution, kind, valid_from, basis, author, reason, "
    "entered_at FROM bases": (0, "choice of a basis 2 was entered by nobody"),
    "INSERT INTO people VALUES ('deadbeef', 'x', 'filler,unit_head', 1, NULL)": (
        0,
        "nobody gave person deadbeef the roles filler,unit_head",
    ),
    "INSERT INTO edits VALUES (9, 9, 'li', 'x', '', 'value', 1000, 1001, '{}', 1, 'hall_main', "
    "1000)": (0, "edit 9 was made by nobody"),
}
"""What is done, the number of the link that verify names, and words of what it says."""
