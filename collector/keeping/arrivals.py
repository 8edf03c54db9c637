"""What came newer than all before it, and what came late.

Analytics go on from the one and go back for the other.

Late is a reading at or before the newest that the store was given of its meter. A reading without
any mark never is: the screen leaves a mark on whatever may meet another
(collector/screening/standing.py).
"""

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from collector.screening.standing import NEVER, newest_before
from energy.errors import StoreError
from energy.reading import TABLES
from energy.span import HOUR_MS, Span
from storage.columns import Columns, Series
from storage.readings import ReadingStore

log = logging.getLogger(__name__)

JOINED_MS = 24 * HOUR_MS
"""Late readings no further apart are one span; chosen: what is computed anew is days."""

SCHEMA = """
CREATE TABLE series (number INTEGER PRIMARY KEY, meter TEXT NOT NULL, raw TEXT NOT NULL);
CREATE TABLE newest (only INTEGER PRIMARY KEY CHECK (only = 1), times BLOB NOT NULL);
INSERT INTO newest VALUES (1, x'');
CREATE TABLE late (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    meter TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE INDEX late_meter ON late (meter);
"""
"""Times are one row: of thousands of meters a few kilobytes are written at once, and seldom read.
They are int64 in this machine's order of bytes, one for each number of a series."""


class Late(NamedTuple):
    """A span in which readings of a meter came late.

    Attributes:
        number: Given when it is kept; 0 before.
        meter: Name of the meter.
        span: Half-open; from the first of them to just behind the last [ms].
    """

    number: int
    meter: str
    span: Span


class Arrivals:
    """How far the store is, by series; durable in the collector's state.

    Args:
        connection: The state, with SCHEMA.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._numbers: dict[Series, int] = {
            (meter, raw): number
            for number, meter, raw in connection.execute("SELECT number, meter, raw FROM series")
        }
        (times,) = connection.execute("SELECT times FROM newest").fetchone()
        there = np.frombuffer(times, dtype=np.int64)
        unknown = np.full(len(self._numbers) - len(there), NEVER)
        self._times = np.append(there, unknown)

    def newest(self) -> dict[Series, int]:
        """Return the newest time [ms] that the store was given of each series."""
        times = self._times.tolist()
        known = {name: times[number] for name, number in self._numbers.items()}
        return {name: time for name, time in known.items() if time != NEVER}

    def begin(self, connection: sqlite3.Connection, newest: Mapping[Series, int]) -> None:
        """Take over how far a store is, knowing nothing yet; part of the caller's transaction."""
        self._learn(connection, list(newest))
        times = self._times.copy()
        times[[self._numbers[name] for name in newest]] = list(newest.values())
        self._times = times
        connection.execute("UPDATE newest SET times = ?", (times.tobytes(),))

    def came(
        self, connection: sqlite3.Connection, columns: Columns
    ) -> tuple[dict[str, int], list[Late]]:
        """Keep that the store has readings; part of the caller's transaction.

        Returns:
            The earliest time [ms] by meter of what is newer than all before it, and where
            readings came late. What the transaction undoes, ``undo`` must undo here.
        """
        self._learn(connection, columns.series)
        numbers = np.array([self._numbers[name] for name in columns.series], dtype=np.int64)
        known = self._times[numbers]
        late = _late_rows(columns, known)
        times = known.copy()
        np.maximum.at(times, columns.which, columns.time)
        if (times != known).any():
            # A new array: whoever reads at this moment has all of the old one.
            after = self._times.copy()
            after[numbers] = times
            self._times = after
            connection.execute("UPDATE newest SET times = ?", (after.tobytes(),))
        others = columns.rows(~late) if late.any() else columns
        return others.earliest(), list(_spans(columns.rows(late))) if late.any() else []

    def _learn(self, connection: sqlite3.Connection, series: Sequence[Series]) -> None:
        new = [name for name in series if name not in self._numbers]
        if new:
            count = len(self._numbers)
            self._numbers = self._numbers | {name: count + n for n, name in enumerate(new)}
            self._times = np.append(self._times, np.full(len(new), NEVER))
            connection.executemany(
                "INSERT INTO series VALUES (?, ?, ?)",
                [(self._numbers[name], *name) for name in new],
            )

    def saved(self) -> tuple[dict[Series, int], np.ndarray]:
        """Return what ``undo`` goes back to."""
        return self._numbers, self._times

    def undo(self, saved: tuple[dict[Series, int], np.ndarray]) -> None:
        """Go back, because the transaction did."""
        self._numbers, self._times = saved


def _late_rows(columns: Columns, known: np.ndarray) -> np.ndarray:
    marked = ~columns.is_ordinary
    if not marked.any():
        return marked
    order = np.argsort(columns.which, kind="stable")
    which, time = columns.which[order], columns.time[order]
    is_first = np.ones(len(which), dtype=bool)
    is_first[1:] = which[1:] != which[:-1]
    late = np.empty_like(marked)
    late[order] = time <= newest_before(time, known[which], is_first=is_first)
    late &= marked
    return late


def _spans(late: Columns) -> Iterator[Late]:
    order = np.lexsort((late.time, late.which))
    which, time = late.which[order], late.time[order]
    apart = (which[1:] != which[:-1]) | (time[1:] - time[:-1] > JOINED_MS)
    starts = np.flatnonzero(np.append(True, apart))
    ends = np.append(starts[1:], len(which)) - 1
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        meter, _ = late.series[int(which[first])]
        yield Late(0, meter, Span(int(time[first]), int(time[last]) + 1))


def keep_late(connection: sqlite3.Connection, late: Sequence[Late]) -> None:
    """Keep spans; one that is near another of its meter becomes one with it, under a new number."""
    for _, meter, span in late:
        start, end = span.start, span.end
        near = "meter = ? AND start <= ? AND end >= ?"
        values = (meter, end + JOINED_MS, start - JOINED_MS)
        (first, last) = connection.execute(
            f"SELECT min(start), max(end) FROM late WHERE {near}",  # noqa: S608 - our own words
            values,
        ).fetchone()
        connection.execute(f"DELETE FROM late WHERE {near}", values)  # noqa: S608
        whole = (start, end) if first is None else (min(start, first), max(end, last))
        connection.execute("INSERT INTO late (meter, start, end) VALUES (?, ?, ?)", (meter, *whole))


def newest_stored(store: ReadingStore) -> dict[Series, int]:
    """Return the newest time [ms] of each series in a store, for a state that knows nothing yet.

    A state folder is new also where the store is not: after a disk was lost. Nothing if the store
    does not answer, for receiving must not wait for it.
    """
    try:
        newest = store.newest()
    except StoreError as error:
        log.info("arrivals.unknown error=%s", error)
        return {}
    # A meter has one table; which one does not matter here.
    return {(meter, table): time for meter, time in newest.items() for table in TABLES}


def newest_of(shipped: Mapping[Series, int], waiting: Iterator[Columns]) -> dict[Series, int]:
    """Return the newest time [ms] of each series, in the store or on its way there."""
    found = dict(shipped)
    for columns in waiting:
        times = np.full(len(columns.series), NEVER)
        np.maximum.at(times, columns.which, columns.time)
        for name, time in zip(columns.series, times.tolist(), strict=True):
            if time != NEVER:
                found[name] = max(time, found.get(name, time))
    return found
