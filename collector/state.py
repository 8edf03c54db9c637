"""What the collector must not lose beside the readings: one SQLite file in its state folder.

Where shipping stands, dead letters, meters touched, and the counters of what was shipped change in
one transaction, so that a record of the spool counts exactly once whatever moment a crash picks.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from collector.segment import Position
from energy.errors import FormatTooNewError, StoreError
from energy.text import Text

FORMAT = 1
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


class Letter(NamedTuple):
    """A dead letter: what arrived, and why it is not a reading.

    Attributes:
        topic: Where it arrived; ``store`` for a reading the store refused.
        payload: The bytes as they came.
        reason: Why.
        received: When [ms].
        readings: How many readings of the message it stands for.
        number: Rises; 0 before it is kept.
    """

    topic: str
    payload: bytes
    reason: str
    received: int
    readings: int
    number: int = 0


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
            raise StoreError(
                Text(
                    f"{path} 已损坏或无法读取（{error}）。请恢复备份。",
                    f"{path} is damaged or cannot be read ({error}). Restore a backup.",
                )
            ) from error
        if found > FORMAT:
            self._connection.close()
            raise FormatTooNewError(
                Text(
                    f"{path} 的格式是 {found}；本程序最高认得格式 {FORMAT}。请安装更新的程序。",
                    f"{path} has format {found}; this program knows formats up to {FORMAT}. "
                    "Install the newer program.",
                )
            )
        if found == 0:
            self._connection.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

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
    ) -> None:
        """Keep, all or nothing, what shipping up to a position has done.

        Args:
            position: Everything before it is in the store.
            shipped: Readings the store accepted on the way.
            refused: Readings the store refused on the way.
            letters: Dead letters met on the way, those refusals included.
            touched: Meter to the earliest time [ms] of what was shipped.
        """
        with self._transaction() as connection:
            connection.execute(
                "UPDATE shipping SET segment = ?, offset = ?, shipped = shipped + ?, "
                "refused = refused + ?",
                (*position, shipped, refused),
            )
            connection.executemany(
                "INSERT INTO letter (topic, payload, reason, received, readings) "
                "VALUES (?, ?, ?, ?, ?)",
                [letter[:5] for letter in letters],
            )
            connection.executemany(
                "INSERT INTO touched VALUES (?, ?, 1) ON CONFLICT (meter) DO UPDATE SET "
                "earliest = min(earliest, excluded.earliest), generation = generation + 1",
                touched.items(),
            )

    def unpublished_letters(self, limit: int) -> list[Letter]:
        """Return the oldest dead letters that the records do not have yet."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT topic, payload, reason, received, readings, number FROM letter "
                "WHERE published = 0 ORDER BY number LIMIT ?",
                (limit,),
            ).fetchall()
        return [Letter(*row) for row in rows]

    def letters_published(self, letters: Sequence[Letter]) -> None:
        """Remember that the records have these."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE letter SET published = 1 WHERE number = ?",
                [(letter.number,) for letter in letters],
            )

    def letters_unpublished(self, *, after: int) -> None:
        """Forget that the records have the letters beyond a number.

        Letters rise in number and are told in that order, so what the records have ends with some
        number.
        """
        with self._transaction() as connection:
            connection.execute("UPDATE letter SET published = 0 WHERE number > ?", (after,))

    def touched(self) -> dict[str, tuple[int, int]]:
        """Return meter to (earliest time, generation) of what the records do not know yet."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT meter, earliest, generation FROM touched"
            ).fetchall()
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


def tell_letters_again(state_dir: Path, *, after: int) -> None:
    """Let the collector of a folder tell the records its dead letters beyond a number again."""
    path = state_dir / STATE_FILE
    if not path.exists():
        return
    state = State(path)
    try:
        state.letters_unpublished(after=after)
    finally:
        state.close()


def copy_state(state_dir: Path, folder: Path) -> None:
    """Copy state file and spool into an empty folder, while a collector may be running.

    Where the segment that shipping stands in was shipped and deleted between the two copies, both
    are taken again. A torn tail of the copy is cut when it is opened.
    """
    source = state_dir / STATE_FILE
    if not source.exists():
        return
    state = State(source)
    try:
        while not _copied(state, state_dir / SPOOL_FOLDER, folder):
            pass
    finally:
        state.close()


def _copied(state: State, spool: Path, folder: Path) -> bool:
    target = folder / SPOOL_FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    state.copy_to(folder / STATE_FILE)
    standing = state.shipped().position.segment
    try:
        for path in sorted(spool.glob("*.spool")):
            shutil.copy2(path, target / path.name)
    except FileNotFoundError:
        return False
    numbers = [int(path.stem) for path in target.glob("*.spool") if path.stem.isdigit()]
    return not numbers or min(numbers) <= max(standing, 1)
