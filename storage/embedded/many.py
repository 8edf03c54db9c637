"""Many meters out of a DuckDB table that is ordered by time: a few passes, not one a meter."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from energy.span import Span
from storage.columns import MARKS
from storage.embedded.file import fetched, snapshot
from storage.readings import Series

ROWS_AT_ONCE = 750_000
"""Readings of a pass. Chosen: 14 MB of columns, 24 with all marks; fewer need more passes over the
table, and with more the copies no longer fit the processor's caches."""
MARKED_AT_ONCE = ROWS_AT_ONCE // 8
"""Where fewer readings of a pass are marked, their marks are read apart, and no column of zeros."""
METERS_AT_ONCE = 2**16
"""As many as 16 bits number: those NumPy sorts by radix, five times as fast."""


def passes(counts: Mapping[int, int], wanted: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of the meters that are read together.

    Args:
        counts: Readings of every meter of the table in the span, wanted or not, by its number.
        wanted: Numbers of meters, increasing; each lies in one pass.
    """
    first = last = rows = None
    for number in wanted:
        if first is not None and last is not None and rows is not None:
            rows += sum(counts.get(one, 0) for one in range(last + 1, number + 1))
            if rows <= ROWS_AT_ONCE and number - first < METERS_AT_ONCE:
                last = number
                continue
            yield first, last
        first = last = number
        rows = counts.get(number, 0)
    if first is not None and last is not None:
        yield first, last


def counts_of(reader: duckdb.DuckDBPyConnection, table: str, span: Span) -> dict[int, int]:
    """Return how many readings of a span each meter has, by its number."""
    return dict(
        reader.execute(
            f"SELECT meter, count(*) FROM {table} WHERE time >= ? AND time < ? GROUP BY meter",
            [span.start, span.end],
        ).fetchall()
    )


def read_between(
    reader: duckdb.DuckDBPyConnection, table: str, span: Span, first: int, last: int
) -> Iterator[tuple[int, Series]]:
    """Yield the series of each meter with a number from first to last that has readings."""
    of_pass = f"FROM {table} WHERE meter >= ? AND meter <= ? AND time >= ? AND time < ?"
    number = "(meter - ?)::USMALLINT AS number"
    values = [first, first, last, span.start, span.end]
    marks, is_marked = ", ".join(MARKS), " OR ".join(f"{name} <> 0" for name in MARKS)
    few = f"SELECT {number}, time, {marks} {of_pass} AND ({is_marked}) LIMIT {MARKED_AT_ONCE}"
    with snapshot(reader):
        marked = fetched(reader, few, values)
        every = "" if len(marked) < MARKED_AT_ONCE else f", {marks}"
        rows = fetched(reader, f"SELECT {number}, time, value{every} {of_pass}", values)
    columns, ends = _by_meter(rows, last - first + 1)
    marked_columns, marked_ends = _by_meter(marked, last - first + 1)
    start = marked_start = 0
    for meter, (end, marked_end) in enumerate(zip(ends, marked_ends, strict=True), first):
        if start < end:
            own = _by_time({name: column[start:end] for name, column in columns.items()})
            if not every:
                mine = slice(marked_start, marked_end)
                of_meter = {name: column[mine] for name, column in marked_columns.items()}
                own |= _marks_of(own["time"], of_meter)
            yield meter, Series(**own)
        start, marked_start = end, marked_end


def _by_meter(rows: pa.Table, meters: int) -> tuple[dict[str, np.ndarray], list[int]]:
    """Return columns in order of ``number``, without it, and where the rows of each number end."""
    columns = {name: rows[name].to_numpy() for name in rows.column_names}
    number = columns.pop("number")
    # Rows come as they were written, nearly in order of time: stable order by meter keeps that.
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=meters))
    return {name: column.take(order) for name, column in columns.items()}, ends.tolist()


def _marks_of(time: np.ndarray, marked: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the marks of all readings of a meter, from the few that have any."""
    place = time.searchsorted(marked["time"])
    marks = {name: np.zeros(len(time), dtype=kind) for name, kind in MARKS.items()}
    for name, column in marks.items():
        column[place] = marked[name]
    return marks


def _by_time(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    time = columns["time"]
    if (time[1:] > time[:-1]).all():
        return columns
    order = np.argsort(time, kind="stable")  # some were late
    return {name: column[order] for name, column in columns.items()}
