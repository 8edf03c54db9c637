"""Whatever is done to a signed ledger in an SQLite file behind our back, verify names it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records import sheets
from storage.records.book import Records
from storage.records.verifying import Verdict
from tests.row_promises import PROMISES, Promise
from tests.storage.chain_world import day, sheet, signed
from tests.tampering import TAMPERS, Tamper, see_a_chain_written_anew, see_found, verdict_of


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    yield book
    book.close()


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


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_rows_in_an_sqlite_file_keep_the_promise_that(promise: Promise, records: Records) -> None:
    promise(records)
