"""Meters whose readings changed, in the collector's state until the records know of them."""

import sqlite3
from collections.abc import Mapping

TOUCHED = "SELECT meter, earliest, generation FROM touched"


def touch(connection: sqlite3.Connection, earliest: Mapping[str, int]) -> None:
    """Keep for each meter the earliest time [ms] of what changed."""
    connection.executemany(
        "INSERT INTO touched VALUES (?, ?, 1) ON CONFLICT (meter) DO UPDATE SET "
        "earliest = min(earliest, excluded.earliest), generation = generation + 1",
        earliest.items(),
    )
