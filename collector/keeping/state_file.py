"""The file of what a collector must not lose beside the readings: its format, and changing it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.keeping import arrivals, versions
from collector.keeping.state_errors import damaged, no_room
from collector.refused import letter
from energy.errors import FormatTooNewError
from energy.text import Text

FORMAT = 3

_SCHEMA = """
CREATE TABLE shipping (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    segment INTEGER NOT NULL, offset INTEGER NOT NULL,
    shipped INTEGER NOT NULL, refused INTEGER NOT NULL
);
INSERT INTO shipping VALUES (1, 0, 0, 0, 0);
CREATE TABLE letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL,
    received INTEGER NOT NULL, readings INTEGER NOT NULL,
    published INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX letter_unpublished ON letter (number) WHERE published = 0;
CREATE TABLE touched (
    meter TEXT PRIMARY KEY, earliest INTEGER NOT NULL, generation INTEGER NOT NULL
);
"""
_STEPS = {
    1: """
ALTER TABLE letter ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE letter ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE letter ADD COLUMN kept TEXT NOT NULL DEFAULT 'whole';
ALTER TABLE letter ADD COLUMN length INTEGER NOT NULL DEFAULT 0;
ALTER TABLE letter ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
UPDATE letter SET kept = 'cut' WHERE reason LIKE 'a message of % bytes is too long';
CREATE INDEX letter_received ON letter (received);
CREATE UNIQUE INDEX letter_counted ON letter (topic, reason) WHERE kept = 'counted';
CREATE TABLE gone (number INTEGER PRIMARY KEY, published INTEGER NOT NULL DEFAULT 0);
CREATE TABLE memory (
    form TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (form, name)
);
""",
    2: letter.BY_TOPIC + versions.SCHEMA + arrivals.SCHEMA,
}
"""From a format to the one after it."""


class StateFile:
    """The file; safe to use from several threads.

    Raises:
        FormatTooNewError: If a newer program wrote it.
        StoreError: If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        try:
            self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL would not sync each commit; segments are deleted on the strength of one.
            self.connection.execute("PRAGMA synchronous = FULL")
            (found,) = self.connection.execute("PRAGMA user_version").fetchone()
            if found == FORMAT:  # damage behind the first page shows only when that is read
                for table in ("shipping", "letter", "touched"):
                    self.connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608
        except sqlite3.DatabaseError as error:
            raise damaged(path, error) from error
        if found > FORMAT:
            self.connection.close()
            raise FormatTooNewError(
                Text(
                    f"{path} 的格式是 {found}；本程序最高认得格式 {FORMAT}。请安装更新的程序。",
                    f"{path} has format {found}; this program knows formats up to {FORMAT}. "
                    "Install the newer program.",
                )
            )
        if found < FORMAT:
            steps = "".join(_STEPS[step] for step in range(max(found, 1), FORMAT))
            schema = steps if found else _SCHEMA + steps
            self.connection.executescript(
                f"BEGIN; {schema} PRAGMA user_version = {FORMAT}; COMMIT;"
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change everything or nothing; a full disk is a StoreError."""
        with self.lock:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
                    raise no_room(self.path) from error
                raise

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy while running."""
        with self.lock, sqlite3.connect(path) as target:
            self.connection.backup(target)
        target.close()

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.connection.close()
