"""What the collector must not lose beside the readings: one SQLite file in its state folder.

Where shipping stands, dead letters, what came new or late, and the counters of what was shipped
change in one transaction, so that a record of the spool counts exactly once whatever moment a crash
picks.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from collector.keeping.arrivals import Arrivals, Late, keep_late
from collector.keeping.segment import Position
from collector.keeping.state_file import StateFile
from collector.keeping.touched import TOUCHED, touch
from collector.keeping.versions import forget_versions, keep_versions, kept_versions
from collector.refused.letter import (
    COUNTED,
    WHOLE,
    Letter,
    has_letter,
    keep_letters,
    read_letters,
    settle_letters,
)
from energy.reading import Reading
from energy.span import Span
from storage.columns import NOTHING, Columns, Series

STATE_FILE = "collector.sqlite"
SPOOL_FOLDER = "spool"

_GONE_REMEMBERED = 100_000
"""Chosen: more than anybody retries between a backup and the day it is restored."""


class Shipped(NamedTuple):
    """Where shipping stands and what it has done so far."""

    position: Position
    shipped: int
    refused: int


class State(StateFile):
    """What is in the file; safe to use from several threads.

    Attributes:
        news: Set as readings come new or late of which the records do not know; who tells them
            clears it.

    Raises:
        FormatTooNewError: If a newer program wrote it.
        StoreError: If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._arrivals = Arrivals(self.connection)
        self.news = threading.Event()

    def shipped(self) -> Shipped:
        """Return where shipping stands."""
        with self.lock:
            row = self.connection.execute(
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
        readings: Columns = NOTHING,
        settled: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Keep, all or nothing, what shipping up to a position has done.

        Args:
            position: Everything before it is in the store.
            shipped: Readings the store accepted on the way.
            refused: Readings the store refused on the way.
            letters: Dead letters met on the way, those refusals included.
            readings: What the store was given, in order of arrival.
            settled: Letters that were retried or dropped: number, and readings to take from it.
        """
        with self._arriving(readings) as connection:
            connection.execute(
                "UPDATE shipping SET segment = ?, offset = ?, shipped = shipped + ?, "
                "refused = refused + ?",
                (*position, shipped, refused),
            )
            keep_letters(connection, letters)
            settle_letters(connection, settled)

    def wrote(self, readings: Columns) -> None:
        """Keep that the store was given readings beside the spool."""
        with self._arriving(readings):
            pass

    @contextmanager
    def _arriving(self, readings: Columns) -> Iterator[sqlite3.Connection]:
        """Keep, with whatever else changes at once, what analytics must look at again."""
        with self.lock:
            before = self._arrivals.saved()
            try:
                with self.transaction() as connection:
                    touched, late = self._arrivals.came(connection, readings)
                    touch(connection, touched)
                    keep_late(connection, late)
                    yield connection
            except BaseException:
                self._arrivals.undo(before)
                raise
        if touched or late:
            self.news.set()

    def begin(self, newest: Mapping[Series, int]) -> None:
        """Take over how far a store is: of a state that knows nothing, all would be new else."""
        with self.lock, self.transaction() as connection:
            self._arrivals.begin(connection, newest)

    def newest(self) -> dict[Series, int]:
        """Return the newest time [ms] that the store was given of each series."""
        with self.lock:
            return self._arrivals.newest()

    def late(self, limit: int) -> list[Late]:
        """Return spans with late readings of which the records do not know yet."""
        with self.lock:
            rows = self.connection.execute(
                "SELECT number, meter, start, end FROM late ORDER BY number LIMIT ?", (limit,)
            ).fetchall()
        return [Late(number, meter, Span(start, end)) for number, meter, start, end in rows]

    def late_published(self, published: Sequence[Late]) -> None:
        """Forget what the records know now; what has grown meanwhile has another number."""
        with self.transaction() as connection:
            numbers = [(one.number,) for one in published]
            connection.executemany("DELETE FROM late WHERE number = ?", numbers)

    def keep_versions(self, lost: Sequence[Reading]) -> None:
        """Keep readings that another value is about to overrule."""
        with self.transaction() as connection:
            keep_versions(connection, lost)

    def versions(self, limit: int) -> list[Reading]:
        """Return overruled readings that the records do not have yet."""
        with self.lock:
            return kept_versions(self.connection, limit)

    def versions_published(self, published: Sequence[Reading]) -> None:
        """Forget what the records have."""
        with self.transaction() as connection:
            forget_versions(connection, published)

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
        with self.lock:
            return read_letters(self.connection, where, values)

    def has_letter(self, topic: str, payload: bytes) -> bool:
        """Tell whether a message is kept as a dead letter."""
        with self.lock:
            return has_letter(self.connection, topic, payload)

    def outlines(self) -> Iterator[Letter]:
        """Yield every dead letter, its payload replaced by as many bytes of zero."""
        with self.lock:
            rows = self.connection.execute(
                "SELECT topic, reason, kept, length(payload) FROM letter"
            )
            for topic, reason, kept, length in rows:
                yield Letter(topic, bytes(length), reason, 0, 0, kept=kept)

    def letters_published(self, letters: Sequence[Letter]) -> None:
        """Remember that the records have these, unless they were changed meanwhile."""
        with self.transaction() as connection:
            connection.executemany(
                "UPDATE letter SET published = 1 WHERE number = ? AND reason = ? AND readings = ?",
                [(letter.number, letter.reason, letter.readings) for letter in letters],
            )

    def gone_letters(self, limit: int) -> list[int]:
        """Return the oldest letters that are gone, of which the records do not know that yet."""
        with self.lock:
            rows = self.connection.execute(
                "SELECT number FROM gone WHERE published = 0 ORDER BY number LIMIT ?", (limit,)
            ).fetchall()
        return [number for (number,) in rows]

    def gone_published(self, numbers: Sequence[int]) -> None:
        """Remember that the records let these go, too."""
        with self.transaction() as connection:
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
        with self.transaction() as connection:
            connection.execute("UPDATE letter SET published = 0 WHERE number > ?", (after,))
            connection.execute("UPDATE gone SET published = 0")

    def recall(self, form: str) -> dict[str, bytes]:
        """Return what a format remembers of earlier messages."""
        with self.lock:
            rows = self.connection.execute(
                "SELECT name, value FROM memory WHERE form = ?", (form,)
            ).fetchall()
        return dict(rows)

    def remember(self, form: str, changes: Mapping[str, bytes | None]) -> None:
        """Keep what a format remembers now, by name; None for what it does no longer."""
        kept = [(form, name, value) for name, value in changes.items() if value is not None]
        with self.transaction() as connection:
            connection.executemany(
                "DELETE FROM memory WHERE form = ? AND name = ?", [(form, name) for name in changes]
            )
            connection.executemany("INSERT INTO memory VALUES (?, ?, ?)", kept)

    def touched(self) -> dict[str, tuple[int, int]]:
        """Return meter to (earliest time, generation) of what the records do not know yet."""
        with self.lock:
            rows = self.connection.execute(TOUCHED).fetchall()
        return {meter: (earliest, generation) for meter, earliest, generation in rows}

    def touched_published(self, published: Mapping[str, tuple[int, int]]) -> None:
        """Forget what the records know now, unless it was touched again meanwhile."""
        with self.transaction() as connection:
            connection.executemany(
                "DELETE FROM touched WHERE meter = ? AND generation = ?",
                [(meter, generation) for meter, (_, generation) in published.items()],
            )
