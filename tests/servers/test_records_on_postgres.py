from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from energy.errors import FormatTooNewError, StoreError, UnreachableError
from storage.records import values
from storage.records.book import Records
from tests.place_promises import PLACE_PROMISES
from tests.record_promises import PROMISES, Promise
from tests.reference_promises import REFERENCE


@pytest.fixture
def url(postgres_schema: str) -> str:
    return postgres_schema


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    book = Records.open(url)
    yield book
    book.close()


@pytest.mark.parametrize(
    "promise", [*PROMISES, *REFERENCE, *PLACE_PROMISES], ids=lambda promise: promise.__name__
)
def test_postgresql_keeps_the_promise_that(promise: Promise, records: Records) -> None:
    promise(records)


def test_programs_that_start_together_create_the_tables_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        books = list(pool.map(Records.open, [url] * 4))
    with books[0].session() as session:
        values.put(session, "name", "value")
    for book in books:
        with book.reading() as session:
            assert values.get(session, "name") == "value"
        book.close()


def test_tables_of_a_newer_program_are_refused_in_a_sentence(url: str) -> None:
    Records.open(url).close()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(FormatTooNewError, match="'9999', which a newer program wrote"):
        Records.open(url)


def test_a_wrong_password_is_said_without_it(postgres_url: str) -> None:
    host = postgres_url.rpartition("@")[2]
    with pytest.raises(UnreachableError, match="JIENENG_RECORDS_URL") as caught:
        Records.open(f"postgresql://nobody_we_know:wrong-word@{host}")
    assert "wrong-word" not in str(caught.value)


def test_a_copy_is_left_to_the_tool_of_the_server(tmp_path: Path, records: Records) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        records.copy_to(str(tmp_path))


def test_a_connection_the_server_cut_is_said_and_the_next_one_works(
    url: str, records: Records
) -> None:
    def work_while_it_is_cut() -> None:
        with records.session() as session, psycopg.connect(url, autocommit=True) as other:
            values.put(session, "name", "lost")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND state = 'idle in transaction' "
                "AND query LIKE '%named_values%'"
            )
            values.put(session, "name", "again")

    with pytest.raises(UnreachableError, match="do not answer"):
        work_while_it_is_cut()
    with records.session() as session:
        assert values.get(session, "name") is None
