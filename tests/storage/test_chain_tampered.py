"""Whatever is done to a signed ledger in an SQLite file behind our back, verify names it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from energy.provenance import SourceRow
from storage.records import audit, people, reference, reference_sources, sheets
from storage.records.book import Records
from storage.records.reference import TABLES as REFERENCE_TABLES
from storage.records.reference_sources import CONFIRMED
from storage.records.verifying import Verdict
from storage.records.verifying_rows import tie_those_of_before, tie_wordings_of_before
from tests.analytics.ledgers import REFERENCE
from tests.older_records import older_records
from tests.row_promises import PROMISES, Promise
from tests.storage.chain_world import day, sheet, signed
from tests.tampering import TAMPERS, Tamper, see_a_chain_written_anew, see_found, verdict_of


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda tamper: tamper.__name__)
def test_what_was_done_in_an_sqlite_file_is_found(tamper: Tamper, records: Records) -> None:
    see_found(records, tamper)


def test_a_chain_in_sqlite_that_was_written_anew_is_told_by_a_printed_hash(
    records: Records,
) -> None:
    see_a_chain_written_anew(records)


def test_an_empty_ledger_holds(records: Records) -> None:
    assert verdict_of(records) == Verdict(links=0, head="", frozen=0)


def test_what_was_in_force_is_given_byte_for_byte(records: Records) -> None:
    signed(records)
    with records.reading() as session:
        assert sheets.as_of(session, "town", "2026-05", day(6, 1) - 1) is None
        assert sheets.as_of(session, "town", "2026-05", day(6, 8)) == sheet(100)
        assert sheets.as_of(session, "town", "2026-05", day(6, 9)) == sheet(107)
        assert sheets.as_of(session, "town", "2026-05", None) == sheet(107)
        assert sheets.as_of(session, "other", "2026-05", None) is None
        assert sheets.export_as_of(session, "months.csv", day(6, 10)) == b"a;b\r\n"
        assert sheets.export_as_of(session, "months.csv", day(6, 10) - 1) is None


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Records]:
    """Records of before links repeated rows, with a basis and a site, in the form of today."""
    path = tmp_path / "older.sqlite"
    with older_records(path, "0029") as connection:
        connection.exec_driver_sql(
            "INSERT INTO bases VALUES (1, 'town', 'water', '2026-05-01', 'bill', 'wu', 'audit', 9)"
        )
        connection.exec_driver_sql("INSERT INTO calendars VALUES ('cn', '2027-01-01')")
    book = Records.open(f"sqlite:{path}")
    yield book
    book.close()


def test_what_was_entered_before_links_repeated_rows_is_tied_once(older: Records) -> None:
    assert (verdict_of(older).links, verdict_of(older).problem) == (1, None)
    with older.session() as session:
        tie_those_of_before(session)
        for person in people.all(session):
            people.erase(session, person.person, by=person.person)
    assert (verdict_of(older).links, verdict_of(older).problem) == (2, None)


@pytest.mark.parametrize(
    ("change", "link", "words"),
    [
        ("UPDATE bases SET basis = 'own'", 1, "had the basis bill, and has own"),
        ("UPDATE bases SET author = 'zhao'", 1, "as author"),
        ("DELETE FROM bases", 1, "choice of a basis 1 is gone"),
        ("DELETE FROM calendars", 1, "the table calendars says something else"),
        ("INSERT INTO earlier_totals VALUES (1, 'town', 'gas', '2025-05-01', 7, NULL, 's', 'x', 9)",
         0, "total of an earlier ledger 1 was entered by nobody"),
        ("INSERT INTO regions VALUES ('110000', '')",
         0, "nobody imported what the table regions holds"),
    ],
)  # fmt: skip
def test_what_is_changed_of_rows_of_before_is_found_and_the_first_that_nobody_entered(
    older: Records, change: str, link: int, words: str
) -> None:
    with older.session() as session:
        session.execute(text(change))
    verdict = verdict_of(older)
    assert verdict.problem is not None
    assert words in verdict.problem.en
    assert verdict.broken == link


@pytest.fixture
def confirmed_before(tmp_path: Path) -> Iterator[Records]:
    """Records of before links said what confirmed rows read, with one that li confirmed."""
    path = tmp_path / "confirmed.sqlite"
    with older_records(path, "0030") as connection:
        connection.exec_driver_sql(
            "INSERT INTO reference_sources VALUES ('p-1', 'f.csv', 's', '', '2026-01-01', "
            "'9999-12-31', 'price=1', '', '', '', '', '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO reference_confirmations VALUES ('p-1', 'price=1', 'li', '2026-05-01')"
        )
        with Session(bind=connection) as session:
            audit.add(session, "li", "reference data replaced", "x", tables=REFERENCE_TABLES)
            audit.add(session, "li", CONFIRMED, f"p-1 by {people.known_as(session, 'li')}")
            session.flush()
    book = Records.open(f"sqlite:{path}")
    yield book
    book.close()


def test_what_a_row_read_that_was_confirmed_before_is_tied_once(confirmed_before: Records) -> None:
    book = confirmed_before
    assert (verdict_of(book).links, verdict_of(book).problem) == (3, None)
    with book.session() as session:
        tie_wordings_of_before(session)
    assert verdict_of(book).links == 3
    with book.session() as session:
        session.execute(text("UPDATE reference_confirmations SET content = 'price=2'"))
    verdict = verdict_of(book)
    assert verdict.problem is not None
    assert verdict.problem.en == "row p-1 read otherwise when it was confirmed"
    assert verdict.broken == 3


def test_a_row_that_is_confirmed_anew_is_held_to_what_it_reads_now(
    confirmed_before: Records,
) -> None:
    price = SourceRow("p-1", "f.csv", "s", "", date(2026, 1, 1), date.max, "price=2", "", "", "")
    with confirmed_before.session() as session:
        given = replace(REFERENCE, sources={"p-1": price})
        reference.replace(session, given, author="li", reason="another price")
        reference_sources.confirm(session, "p-1", by="li", author="li")
    assert verdict_of(confirmed_before).problem is None
    with confirmed_before.session() as session:
        session.execute(text("UPDATE reference_confirmations SET content = 'price=1'"))
    verdict = verdict_of(confirmed_before)
    assert (verdict.broken, verdict.links) == (5, 5)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_rows_in_an_sqlite_file_keep_the_promise_that(promise: Promise, records: Records) -> None:
    promise(records)
