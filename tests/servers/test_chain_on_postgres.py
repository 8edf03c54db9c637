"""Whatever is done to a signed ledger on PostgreSQL behind our back, verify names it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.records import audit
from storage.records.book import Records
from tests.row_promises import PROMISES, Promise
from tests.tampering import TAMPERS, Tamper, see_a_chain_written_anew, see_found, verdict_of


@pytest.fixture
def records(postgres_schema: str) -> Iterator[Records]:
    book = Records.open(postgres_schema)
    yield book
    book.close()


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda tamper: tamper.__name__)
def test_what_was_done_on_postgresql_is_found(tamper: Tamper, records: Records) -> None:
    see_found(records, tamper)


def test_a_chain_on_postgresql_that_was_written_anew_is_told_by_a_printed_hash(
    records: Records,
) -> None:
    see_a_chain_written_anew(records)


def test_postgresql_does_not_empty_the_chain_either(records: Records) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"), records.session() as session:
        session.execute(text("TRUNCATE chain"))


def test_many_who_add_at_once_make_one_chain(records: Records) -> None:
    def add(who: int) -> None:
        for _ in range(10):
            with records.session() as session:
                audit.add(session, f"p{who}", "did", "something")

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(add, range(5)))

    found = verdict_of(records)
    assert (found.links, found.problem) == (50, None)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_rows_on_postgresql_keep_the_promise_that(promise: Promise, records: Records) -> None:
    promise(records)
