"""What the collector must not lose beside the readings: one SQLite file in its state folder.

Where shipping stands, dead letters, meters touched, and the counters of what was shipped change in
one transaction, so that a record of the spool counts exactly once whatever moment a crash picks.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from collector.letter import (
    BY_TOPIC,
    COUNTED,
    WHOLE,
    Letter,
    has_letter,
    keep_letters,
    read_letters,
    settle_letters,
)
from collector.segment import Position
from collector.state_errors import damaged, no_room
from collector.touched import TOUCHED, touch
from energy.errors import FormatTooNewError
from energy.text import Text

FORMAT = 2
STATE_FILE = "collector.sqlite"
SPOOL_FOLDER = "spool"

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
}
"""From a format to the one after it."""

_GONE_REMEMBERED = 100_000
"""Chosen: more than anybody retries between a backup and the day it is restored."""


class Shipped(NamedTuple):
    """Where shipping stands and what it has done so far."""

    position: Position
    shipped: int
    refused: int


class State:
    """The file; safe to use from several threads.

    Raises:
        FormatTooNewError: If a newer program wrote it.
        StoreError: If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL would not sync each commit; segments are deleted on the strength of one.
            self._connection.execute("PRAGMA synchronous = FULL")
            (found,) = self._connection.execute("PRAGMA user_version").fetchone()
            if found == FORMAT:  # damage behind the first page shows only when that is read
                for table in ("shipping", "letter", "touched"):
                    self._connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608
        except sqlite3.DatabaseError as error:
            raise damaged(path, error) from error
        if found > FORMAT:
            self._connection.close()
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
            self._connection.executescript(
                f"BEGIN; {schema} PRAGMA user_version = {FORMAT}; COMMIT;"
            )
        self._connection.execute(BY_TOPIC)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Change everything or nothing; a full disk is a StoreError."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
                    raise no_room(self._path) from error
                raise

    def shipped(self) -> Shipped:
        """Return where shipping stands."""
        with self._lock:
            row = self._connection.execute(
                "SELECT segment, offset, shipped, refused FROM shipping"
            ).fetchone()
        return Shipped(Position(row[0], row[1]), row[2], row[3])

    def ship(
        self,
        position: Position,
        *,
        shipped: int,
        refused: int,
        letters: Sequence[Letter],
        touched: Mapping[str, int],
        settled: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Keep, all or nothing, what shipping up to a position has done.

        Args:
            position: Everything before it is in the store.
            shipped: Readings the store accepted on the way.
            refused: Readings the store refused on the way.
            letters: Dead letters met on the way, those refusals included.
            touched: Meter to the earliest time [ms] of what was shipped.
            settled: Letters that were retried or dropped: number, and readings to take from it.
        """
        with self._transaction() as connection:
            connection.execute(
                "UPDATE shipping SET segment = ?, offset = ?, shipped = shipped + ?, "
                "refused = refused + ?",
                (*position, shipped, refused),
            )
            keep_letters(connection, letters)
            settle_letters(connection, settled)
            touch(connection, touched)

    def touch(self, earliest: Mapping[str, int]) -> None:
        """Keep that readings of meters changed outside the spool, from a time [ms] on."""
        with self._transaction() as connection:
            touch(connection, earliest)

    def unpublished_letters(self, limit: int) -> list[Letter]:
        """Return the oldest dead letters that the records do not have yet as they are now."""
        return self._letters("published = 0 ORDER BY number LIMIT ?", limit)

    def letter(self, number: int) -> Letter | None:
        """Return a dead letter, or None when it is not kept (any more)."""
        return next(iter(self._letters("number = ?", number)), None)

    def letters_of_message(self, letter: Letter) -> list[Letter]:
        """Return all letters of the message that a complete one is of, itself included, by number.

        A message of which two values are refused for two reasons makes two letters.
        """
        return self._letters(
            "received = ? AND topic = ? AND payload = ? AND kept != ? AND "
            "(kept = ? OR length = length(payload)) ORDER BY number",
            letter.received,
            letter.topic,
            letter.payload,
            COUNTED,
            WHOLE,
        )

    def _letters(self, where: str, *values: object) -> list[Letter]:
        with self._lock:
            return read_letters(self._connection, where, values)

    def has_letter(self, topic: str, payload: bytes) -> bool:
        """Tell whether a message is kept as a dead letter."""
        with self._lock:
            return has_letter(self._connection, topic, payload)

    def outlines(self) -> Iterator[Letter]:
        """Yield every dead letter, its payload replaced by as many bytes of zero."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT topic, reason, kept, length(payload) FROM letter"
            )
            for topic, reason, kept, length in rows:
                yield Letter(topic, bytes(length), reason, 0, 0, kept=kept)

    def letters_published(self, letters: Sequence[Letter]) -> None:
        """Remember that the records have these, unless they were changed meanwhile."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE letter SET published = 1 WHERE number = ? AND reason = ? AND readings = ?",
                [(letter.number, letter.reason, letter.readings) for letter in letters],
            )

    def gone_letters(self, limit: int) -> list[int]:
        """Return the oldest letters that are gone, of which the records do not know that yet."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT number FROM gone WHERE published = 0 ORDER BY number LIMIT ?", (limit,)
            ).fetchall()
        return [number for (number,) in rows]

    def gone_published(self, numbers: Sequence[int]) -> None:
        """Remember that the records let these go, too."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE gone SET published = 1 WHERE number = ?", [(one,) for one in numbers]
            )
            connection.execute(
                "DELETE FROM gone WHERE published = 1 AND number <= "
                "(SELECT max(number) FROM gone) - ?",
                (_GONE_REMEMBERED,),
            )

    def letters_unpublished(self, *, after: int) -> None:
        """Forget that the records have the letters beyond a number.

        Letters rise in number and are told in that order, so what the records have ends with some
        number. Which of the letters up to there are gone is told again.
        """
        with self._transaction() as connection:
            connection.execute("UPDATE letter SET published = 0 WHERE number > ?", (after,))
            connection.execute("UPDATE gone SET published = 0")

    def recall(self, form: str) -> dict[str, bytes]:
        """Return what a format remembers of earlier messages."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT name, value FROM memory WHERE form = ?", (form,)
            ).fetchall()
        return dict(rows)

    def remember(self, form: str, changes: Mapping[str, bytes | None]) -> None:
        """Keep what a format remembers now, by name; None for what it does no longer."""
        kept = [(form, name, value) for name, value in changes.items() if value is not None]
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM memory WHERE form = ? AND name = ?", [(form, name) for name in changes]
            )
            connection.executemany("INSERT INTO memory VALUES (?, ?, ?)", kept)

    def touched(self) -> dict[str, tuple[int, int]]:
        """Return meter to (earliest time, generation) of what the records do not know yet."""
        with self._lock:
            rows = self._connection.execute(TOUCHED).fetchall()
        return {meter: (earliest, generation) for meter, earliest, generation in rows}

    def touched_published(self, published: Mapping[str, tuple[int, int]]) -> None:
        """Forget what the records know now, unless it was touched again meanwhile."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM touched WHERE meter = ? AND generation = ?",
                [(meter, generation) for meter, (_, generation) in published.items()],
            )

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy while running."""
        with self._lock, sqlite3.connect(path) as target:
            self._connection.backup(target)
        target.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()
