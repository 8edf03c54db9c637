"""Readings that another value overruled, in the collector's state until the records have them.

They are kept before the store is written, which does not have them any more a moment later; a crash
between the two keeps them twice, which is the same as once.
"""

import sqlite3
from collections.abc import Sequence

from energy.reading import Reading

SCHEMA = """
CREATE TABLE version (
    meter TEXT NOT NULL, raw TEXT NOT NULL, time INTEGER NOT NULL, value NOT NULL,
    quality INTEGER NOT NULL, source INTEGER NOT NULL, revision INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY (meter, raw, time, value, quality, source, revision, arrived)
) WITHOUT ROWID;
"""
"""The value has no type of SQLite's: a register's stays an integer, a gauge's a float."""


def keep_versions(connection: sqlite3.Connection, lost: Sequence[Reading]) -> None:
    """Keep readings, each once."""
    marks = ",".join("?" * len(Reading._fields))
    connection.executemany(f"INSERT OR IGNORE INTO version VALUES ({marks})", lost)  # noqa: S608


def kept_versions(connection: sqlite3.Connection, limit: int) -> list[Reading]:
    """Return some of what is kept."""
    rows = connection.execute("SELECT * FROM version LIMIT ?", (limit,)).fetchall()
    return [Reading(*row) for row in rows]


def forget_versions(connection: sqlite3.Connection, published: Sequence[Reading]) -> None:
    """Forget what the records have."""
    same = " AND ".join(f"{column} = ?" for column in _COLUMNS)
    connection.executemany(f"DELETE FROM version WHERE {same}", published)  # noqa: S608


_COLUMNS = ("meter", "raw", *Reading._fields[2:])
