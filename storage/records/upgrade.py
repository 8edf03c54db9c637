"""Brings records to the form this program knows, once, whoever starts first."""

import sqlite3
import time
from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import storage.migrations
from energy.errors import FormatTooNewError
from energy.text import Text
from storage.records.tables import SCHEMA

_WAL_PATIENCE_S = 60
_WAL_PAUSE_S = 0.05

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


def migrations() -> Config:
    """Return where the migrations lie, for Alembic."""
    config = Config()
    folder = str(Path(storage.migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(connection: Connection) -> None:
    config = migrations()
    script = ScriptDirectory.from_config(config)
    at = MigrationContext.configure(connection).get_current_revision()
    if at == script.get_current_head():
        return
    if at is not None and at not in {entry.revision for entry in script.walk_revisions()}:
        head = script.get_current_head()
        problem = Text(
            f"档案库的格式为 {at!r}，由更新版本的程序写成；本程序最高支持 {head!r}。"
            "请运行更新版本的程序，或恢复较早的备份。",
            f"The records have form {at!r}, which a newer program wrote; this one knows up to "
            f"{head!r}. Run the newer program, or restore an older backup.",
        )
        raise FormatTooNewError(problem)
    config.attributes["connection"] = connection
    config.attributes["schema"] = SCHEMA
    alembic.command.upgrade(config, "head")


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
