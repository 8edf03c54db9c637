"""Brings records to the form this program knows, once, whoever starts first."""

import pkgutil
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from energy.errors import FormatTooNewError
from energy.text import Text
from storage import migrations as steps
from storage.migrations import versions
from storage.records.tables import SCHEMA

if TYPE_CHECKING:  # Alembic takes 8 MiB, which a start without a migration does without
    from alembic.config import Config

_WAL_PATIENCE_S = 60
_WAL_PAUSE_S = 0.05

_ALL_IS_TIED = "0030"
"""The form of records in which every edit, and every row that links repeat, has one."""
_WORDINGS_ARE_TIED = "0035"
"""The form in which links say what every confirmed row of reference data read then."""

_MIGRATING = 7_000
"""Number of PostgreSQL's advisory lock that a migrating process holds; chosen."""


def upgrade(engine: Engine) -> None:
    """Create or migrate the tables in one transaction that excludes every other process.

    Raises:
        FormatTooNewError: If a newer program wrote them.
    """
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with engine.begin() as connection:  # on SQLite this alone excludes the others
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
        _migrate(connection)


def revisions() -> list[str]:
    """Return the names of all forms, oldest first: a file of storage/migrations/versions each."""
    names = sorted(found.name for found in pkgutil.iter_modules(versions.__path__))
    return [name.removeprefix("v").partition("_")[0] for name in names]


def migrations() -> "Config":
    """Return where the migrations lie, for Alembic."""
    from alembic.config import Config

    config = Config()
    folder = str(Path(steps.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(connection: Connection) -> None:
    at, known = _revision(connection), revisions()
    newest = known[-1]
    if at == newest:
        return
    if at is not None and at not in known:
        problem = Text(
            f"档案库的格式为 {at!r}，由更新版本的程序写成；本程序最高支持 {newest!r}。"
            "请运行更新版本的程序，或恢复较早的备份。",
            f"The records have form {at!r}, which a newer program wrote; this one knows up to "
            f"{newest!r}. Run the newer program, or restore an older backup.",
        )
        raise FormatTooNewError(problem)
    import alembic.command

    config = migrations()
    config.attributes["connection"] = connection
    config.attributes["schema"] = SCHEMA
    alembic.command.upgrade(config, "head")
    if at is not None and at < _WORDINGS_ARE_TIED:
        _tie_to_chain(connection, at)


def _tie_to_chain(connection: Connection, at: str) -> None:
    """Tie what was entered before the chain did so: edits, bills and the like, confirmations."""
    from sqlalchemy.orm import Session

    from storage.records import edits, verifying_rows

    with Session(bind=connection) as session:
        if at < _ALL_IS_TIED:
            edits.prove_those_of_before(session)
            verifying_rows.tie_those_of_before(session)
        verifying_rows.tie_wordings_of_before(session)
        session.flush()


def _revision(connection: Connection) -> str | None:
    """Return the form that the records have; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _use_wal(engine: Engine) -> None:
    """Let readers and a writer work side by side; the file remembers it.

    SQLite does not wait for this change as it waits for a write, hence the patience here.
    """
    deadline = time.monotonic() + _WAL_PATIENCE_S
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE_S)
        else:
            return
        finally:
            connection.close()
