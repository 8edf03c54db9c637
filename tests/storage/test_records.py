import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import alembic.command
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, StaticPool, Table, create_engine

from energy.errors import ConfigError, FormatTooNewError, StoreError, UnreachableError
from energy.registry import Registry
from storage.migrations.versions import v0012_shapes
from storage.records import dead_letters, registry, touched, values
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.schema import cells_of
from storage.records.tables import SCHEMA
from storage.records.upgrade import migrations, revisions
from tests.builders import MAIN_METER, NORTH, SUB_METER, WEATHER, registry_of, replacement
from tests.formats.mappings import PLAIN_ROW
from tests.older_records import older_records
from tests.place_promises import PLACE_PROMISES
from tests.record_promises import PROMISES, Promise, stored
from tests.reference_promises import REFERENCE


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    book = Records.open(f"sqlite:{tmp_path / 'state' / 'records.sqlite'}")
    yield book
    book.close()


@pytest.mark.parametrize(
    "promise", [*PROMISES, *REFERENCE, *PLACE_PROMISES], ids=lambda promise: promise.__name__
)
def test_sqlite_keeps_the_promise_that(promise: Promise, records: Records) -> None:
    promise(records)


def test_records_are_there_again_after_closing(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'records.sqlite'}"
    first = Records.open(url)
    stored(first, registry_of(MAIN_METER))
    first.close()
    second = Records.open(url)
    with second.reading() as session:
        assert registry.load(session).meters == (MAIN_METER,)
    second.close()


def test_a_sqlalchemy_address_opens_the_same_file(tmp_path: Path, records: Records) -> None:
    stored(records, registry_of(MAIN_METER))
    same = Records.open(f"sqlite:///{tmp_path / 'state' / 'records.sqlite'}")
    with same.reading() as session:
        assert registry.number(session) == 1
    same.close()


def test_processes_that_start_together_create_the_records_once(tmp_path: Path) -> None:
    program = (
        "import sys; from storage.records.book import Records; "
        "book = Records.open(sys.argv[1]); book.close()"
    )
    url = f"sqlite:{tmp_path / 'records.sqlite'}"
    starts = [
        subprocess.Popen(  # noqa: S603  our own program on our own path
            [sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    outcomes = [(start.communicate()[1], start.returncode) for start in starts]
    assert outcomes == [("", 0)] * 3


def test_each_commit_is_durable_and_readers_do_not_wait(records: Records) -> None:
    with records.session() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_full_disk_is_told_by_its_name_and_worth_trying_again(
    records: Records, tmp_path: Path
) -> None:
    with pytest.raises(UnreachableError) as refused, records.session() as session:  # noqa: PT012
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
        session.connection().exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(1000000)")

    path = tmp_path / "state" / "records.sqlite"
    said = f"The disk of the records {path} is full; nothing was written. Make room on it."
    assert str(refused.value) == said
    assert f"{path} 所在的磁盘已满" in refused.value.told("zh")


def test_records_of_a_newer_program_are_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    Records.open(f"sqlite:{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(FormatTooNewError, match="'9999', which a newer program wrote"):
        Records.open(f"sqlite:{path}")


def test_the_form_that_needs_no_migration_is_the_newest_one() -> None:
    script = ScriptDirectory.from_config(migrations())
    assert revisions() == [entry.revision for entry in script.walk_revisions()][::-1]


def test_records_of_an_older_program_keep_their_registry_and_have_no_mappings(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.sqlite"
    with older_records(path, "0001") as connection:
        connection.exec_driver_sql(
            "INSERT INTO sites (site, position, name_zh, name_en, timezone, calendar, region) "
            "VALUES ('north', 0, '北园区', 'North campus', 'Asia/Shanghai', 'cn', '110102')"
        )
    records = Records.open(f"sqlite:{path}")
    with records.reading() as session:
        assert registry.load(session) == Registry(sites=(NORTH,))
    stored(records, replace(registry_of(MAIN_METER), mappings=(PLAIN_ROW,)))
    with records.reading() as session:
        assert registry.load(session).mappings == (PLAIN_ROW,)
    records.close()


def test_records_of_an_older_program_keep_the_replacements_of_their_meters(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    known = registry_of(MAIN_METER, events=[replacement("hall_main", 5, closing=7, opening=1)])
    with older_records(path, "0008") as connection:
        for table, entries in (
            ("sites", known.sites),
            ("meters", known.meters),
            ("meter_events", known.events),
        ):
            for entry in entries:
                _insert(connection, table, entry)
    records = Records.open(f"sqlite:{path}")
    with records.reading() as session:
        assert registry.load(session).events == known.events
    records.close()


def _insert(connection: Connection, table: str, entry: object) -> None:
    """Write a row as an older program did, which knew fewer columns of it."""
    there = Table(table, MetaData(), autoload_with=connection)
    cells = {{"table": "raw_table"}.get(name, name): cell for name, cell in cells_of(entry).items()}
    row = {
        name: f"{cell.numerator}/{cell.denominator}" if isinstance(cell, Fraction) else cell
        for name, cell in {**cells, "position": 0}.items()
        if name in there.c
    }
    connection.execute(there.insert(), row)


def test_records_of_the_first_form_are_taken_over_with_their_dead_letters(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with sqlite3.connect(path) as connection:
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        with engine.begin() as begun:
            config = migrations()
            config.attributes |= {"connection": begun, "schema": SCHEMA}
            alembic.command.upgrade(config, "0001")
        connection.execute("INSERT INTO dead_letters VALUES ('c', 3, 't', x'ff', 'why', 9, 2)")
    connection.close()

    records = Records.open(f"sqlite:{path}")

    with records.reading() as session:
        letters = dead_letters.recent(session, 9)
    records.close()
    assert letters == [DeadLetter(3, "c", "t", b"\xff", "why", 9, 2)]


def test_registers_of_a_program_without_shapes_are_computed_again(tmp_path: Path) -> None:
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    stored(records, registry_of(MAIN_METER, SUB_METER, WEATHER))
    with records.session() as session:
        touched.done(session, touched.take(session)[1])
        touched.publish(session, {MAIN_METER.meter: 7, WEATHER.meter: 8})
        with Operations.context(MigrationContext.configure(session.connection())):
            v0012_shapes.upgrade()
    with records.session() as session:
        found, _ = touched.take(session)
    records.close()
    assert found == {MAIN_METER.meter: 0, SUB_METER.meter: 0, WEATHER.meter: 8}


def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear reader, " * 1000)
    with pytest.raises(StoreError, match="holds no records of ours"):
        Records.open(f"sqlite:{path}")
    assert path.read_bytes() == b"Dear reader, " * 1000


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(UnreachableError) as caught:
        Records.open("postgresql://writer:secret@127.0.0.1:9/records")
    sentence = str(caught.value)
    assert "127.0.0.1:9/records" in sentence
    assert "JIENENG_RECORDS_URL" in sentence
    assert "secret" not in sentence


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnreachableError, match="Cannot make the folder"):
        Records.open(f"sqlite:{tmp_path / 'file' / 'state' / 'records.sqlite'}")


@pytest.mark.parametrize(
    "url",
    ["sqlite:", "sqlite::memory:", "mysql://a:b@host/records", "records", "postgresql://host"],
)
def test_an_address_of_no_records_is_refused_with_the_setting(url: str) -> None:
    with pytest.raises(ConfigError, match="JIENENG_RECORDS_URL"):
        Records.open(url)


def test_a_copy_taken_while_a_writer_works_holds_what_was_committed(
    tmp_path: Path, records: Records
) -> None:
    with records.session() as session:
        values.put(session, "committed", "yes")
    folder = tmp_path / "backup"
    folder.mkdir()
    with records.session() as session:
        values.put(session, "open", "not yet")
        records.copy_to(str(folder))
    assert [path.name for path in folder.iterdir()] == ["records.sqlite"]
    copy = Records.open(f"sqlite:{folder / 'records.sqlite'}")
    with copy.reading() as session:
        assert values.get(session, "committed") == "yes"
        assert values.get(session, "open") is None
    copy.close()
