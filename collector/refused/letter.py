"""A dead letter, and its rows in the collector's state."""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

WHOLE, CUT, COUNTED = "whole", "cut", "counted"
"""How much of a dead letter is kept: all bytes, the first of them, or only how many there were."""

COLUMNS = "topic, payload, reason, received, readings, number, form, version, kept, length, sha256"


class Letter(NamedTuple):
    """A dead letter: what arrived, and why it is not a reading.

    Attributes:
        topic: Where it arrived; ``store`` for a reading the store refused.
        payload: The bytes as they came.
        reason: Why.
        received: When [ms].
        readings: How many readings of the message it stands for.
        number: Rises; 0 before it is kept. In a record of the spool, another number says that a
            letter which is kept already has another reason now; its payload is left out there.
        form: Name of the format that refused it; "" where none did.
        version: Version of that format.
        kept: WHOLE, CUT or COUNTED; see collector/refused/letters.py.
        length: Bytes of the whole message, of all of them for COUNTED; 0 for WHOLE.
        sha256: SHA-256 of the whole message in hex, where it was cut here; else "".
    """

    topic: str
    payload: bytes
    reason: str
    received: int
    readings: int
    number: int = 0
    form: str = ""
    version: int = 0
    kept: str = WHOLE
    length: int = 0
    sha256: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every byte of the message is there, so that it can be read again."""
        is_short = self.kept == CUT and self.length == len(self.payload)
        return self.kept == WHOLE or is_short


BY_TOPIC = "CREATE INDEX IF NOT EXISTS letter_topic ON letter (topic);"
"""So that one message is found among many."""


def has_letter(connection: sqlite3.Connection, topic: str, payload: bytes) -> bool:
    """Tell whether a letter of this topic and these bytes is kept, whole or cut."""
    found = connection.execute(
        "SELECT 1 FROM letter WHERE topic = ? AND (payload = ? OR sha256 = ?) LIMIT 1",
        (topic, payload, sha256(payload).hexdigest()),
    )
    return found.fetchone() is not None


def read_letters(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[Letter]:
    """Return the letters that a condition of ours chooses."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM letter WHERE {where}", values)  # noqa: S608
    return [Letter(*row) for row in rows.fetchall()]


def keep_letters(connection: sqlite3.Connection, letters: Sequence[Letter]) -> None:
    """Insert letters; join those of which only the number is kept; change those kept already."""
    connection.executemany(
        f"INSERT INTO letter ({COLUMNS}) VALUES (?,?,?,?,?,NULL,?,?,?,?,?) "  # noqa: S608
        "ON CONFLICT (topic, reason) WHERE kept = 'counted' DO UPDATE SET "
        "readings = readings + excluded.readings, length = length + excluded.length, "
        "received = excluded.received, published = 0",
        [(*letter[:5], *letter[6:]) for letter in letters if not letter.number],
    )
    connection.executemany(
        "UPDATE letter SET reason = ?, readings = ?, form = ?, version = ?, published = 0 "
        "WHERE number = ?",
        [
            (letter.reason, letter.readings, letter.form, letter.version, letter.number)
            for letter in letters
            if letter.number
        ],
    )


def settle_letters(connection: sqlite3.Connection, settled: Sequence[tuple[int, int]]) -> None:
    """Take readings from letters; one without any is gone."""
    numbers = [(number,) for number, _ in settled]
    connection.executemany(
        "UPDATE letter SET readings = readings - ?, published = 0 WHERE number = ?",
        [(readings, number) for number, readings in settled],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO gone (number) SELECT number FROM letter "
        "WHERE number = ? AND readings <= 0",
        numbers,
    )
    connection.executemany("DELETE FROM letter WHERE number = ? AND readings <= 0", numbers)
