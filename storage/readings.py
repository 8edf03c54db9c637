"""The promises that every engine for readings keeps; tests/servers holds all of them to these.

Raw readings (tables ``register``, ``interval``, ``gauge``) are written by the collector alone.
Derived tables (storage/tables.py) are written by analytics alone, a span at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from energy.query import Query
from energy.reading import GAUGE, Reading
from energy.span import Span
from storage.columns import Columns
from storage.contest import Overruled, nobody
from storage.series_spans import Spans
from storage.tables import Table

if TYPE_CHECKING:  # it loads slowly and takes 50 MiB, which the collector does without
    import pandas as pd


class Refused(NamedTuple):
    """A reading that the store will never take, and why."""

    reading: Reading
    reason: str


@dataclass(frozen=True)
class Series:
    """Raw readings of one meter, increasing in time, one winner for each time.

    Attributes:
        time: ms since 1970 UTC. Shape (n,), int64.
        value: Steps (int64) of a register, base units (int64) of an interval, or the number
            (float64) of a gauge. Shape (n,).
        quality: energy.reading.Quality of each. Shape (n,), int8.
        source: energy.reading.Source of each. Shape (n,), int8.
        revision: Number of the correction. Shape (n,), int32.
        arrived: When it was received [ms]; 0 stands for "on time". Shape (n,), int64.
    """

    time: np.ndarray
    value: np.ndarray
    quality: np.ndarray
    source: np.ndarray
    revision: np.ndarray
    arrived: np.ndarray

    def __len__(self) -> int:
        return len(self.time)


def series_of(table: str, readings: Sequence[Reading]) -> Series:
    """Return readings, increasing in time and of one meter, as a series."""
    columns = list(zip(*readings, strict=True)) or [()] * 8
    kind = np.float64 if table == GAUGE else np.int64
    return Series(
        time=np.array(columns[2], dtype=np.int64),
        value=np.array(columns[3], dtype=kind),
        quality=np.array(columns[4], dtype=np.int8),
        source=np.array(columns[5], dtype=np.int8),
        revision=np.array(columns[6], dtype=np.int32),
        arrived=np.array(columns[7], dtype=np.int64),
    )


def readings_of(meter: str, table: str, series: Series) -> list[Reading]:
    """Return a series of a meter as readings, in order of time."""
    columns = (
        series.time, series.value, series.quality, series.source, series.revision, series.arrived,
    )  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Reading(meter, table, *row) for row in rows]


class ReadingStore(Protocol):
    """A time-series engine. Safe to call from several threads of one process."""

    def write(
        self, readings: Columns | Sequence[Reading], *, overruled: Overruled = nobody
    ) -> list[Refused]:
        """Keep readings; return those that can never be kept.

        Idempotent: a reading whose (meter, table, time) is already there is decided by
        energy.reading.rank, and an equal one changes nothing. When this returns, what was not
        refused is durable.

        Args:
            readings: What is offered.
            overruled: Called at most once, before anything is written, with each reading, stored or
                offered, that loses against one of its meter and time with another value. What it
                raises leaves the store as it is.

        Raises:
            UnreachableError: If the store does not answer; nothing may be assumed, write again.
        """
        ...

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return the winning raw readings of a meter in a half-open span, in order of time."""
        ...

    def last_before(self, table: str, meter: str, time: int) -> Reading | None:
        """Return the newest winning reading before a time [ms], or None."""
        ...

    def newest(self) -> dict[str, int]:
        """Return the time [ms] of each meter's newest raw reading, over the three tables."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many different (meter, time) each of the three raw tables holds."""
        ...

    def replace(
        self, table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
    ) -> None:
        """Make a derived table say exactly this for the rows with these tags in a span.

        New points first, then the deletion of points that are no longer true, so that a reader
        never sees a hole. Repeating it changes nothing.

        Args:
            table: The derived table.
            frame: Columns: ``time`` [int64 ms], every tag and every field of the table. A missing
                value (NaN/NA) in a field means that the point has no such field.
            tags: Tags that select what is replaced; each row of the frame carries these values.
            span: Half-open span that is replaced; each row's time lies in it.

        Raises:
            ValueError: If a row lies outside the span or does not carry the tags.
            UnreachableError: If the store does not answer.
        """
        ...

    def renew(self, table: Table, frame: pd.DataFrame, *, key: Sequence[str], spans: Spans) -> None:
        """Make a derived table say exactly this of many series, each in spans of its own.

        As if each were replaced by itself, and cheaper.

        Args:
            table: The derived table.
            frame: As for ``replace``; each row lies in one of the spans given for its tags.
            key: Tags by whose values the spans are given.
            spans: What is replaced, by the values of the key; those of one do not overlap.

        Raises:
            ValueError: If a row lies outside the spans of its tags.
            UnreachableError: If the store does not answer.
        """
        ...

    def query(self, query: Query, span: Span) -> pd.DataFrame:
        """Answer a query over a half-open span.

        Returns:
            Columns: ``time`` [int64 ms: start of the bucket] if ``query.every`` is set, then the
            group_by tags, then the columns by name. Ordered by tags, then time. Groups and
            buckets without points have no row. An empty answer has the columns and no rows.
            Integer sums stay int64 where every value is there.

        Raises:
            ConfigError: If the table, a tag or a field is not one of storage/tables.py.
        """
        ...

    def points(
        self, table: Table, *, where: tuple[tuple[str, tuple[str, ...]], ...], span: Span
    ) -> pd.DataFrame:
        """Return the points of a derived table in a half-open span, as they were written.

        Args:
            table: The derived table.
            where: Tag to the values it may have, as in energy.query.Query.
            span: Half-open span.

        Returns:
            Columns: ``time`` [int64 ms], every tag, every field; a field a point does not have is
            NA (integer fields are Int64). Ordered by tags, then time.
        """
        ...

    def delete_before(self, table: str, time: int) -> int:
        """Delete raw or derived points of a table older than a time [ms]: retention.

        Returns:
            How many points went, or -1 where the engine does not say.
        """
        ...

    def copy_to(self, folder: str) -> None:
        """Write a consistent copy into an existing empty folder while running: backup.

        Raises:
            StoreError: If the engine's own server must do it; the text says how.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
