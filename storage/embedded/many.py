"""Many meters out of a DuckDB table that is ordered by time: a few passes, not one a meter."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import numpy as np

from energy.span import Span
from storage.columns import MARKS
from storage.embedded.file import fetched, snapshot
from storage.readings import Series

ROWS_AT_ONCE = 750_000
"""Readings of a pass. Chosen: 14 MB of columns, 24 with all marks; fewer need more passes over the
table, and with more the copies no longer fit the processor's caches."""
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
    rows_between = f"FROM {table} WHERE meter >= ? AND meter <= ? AND time >= ? AND time < ?"
    bounds = [first, last, span.start, span.end]
    with snapshot(reader):
        marks = _marks_used(reader, rows_between, bounds)
        names = ", ".join(["(meter - ?)::USMALLINT AS number", "time", "value", *marks])
        rows = fetched(reader, f"SELECT {names} {rows_between}", [first, *bounds])
    found = {name: rows[name].to_numpy() for name in rows.column_names}
    # Rows come as they were written, nearly in order of time: stable order by meter keeps that.
    number = found.pop("number")
    order = np.argsort(number, kind="stable")
    columns = {name: column.take(order) for name, column in found.items()}
    columns |= {name: np.zeros(len(order), MARKS[name]) for name in MARKS.keys() - columns.keys()}
    ends = np.cumsum(np.bincount(number, minlength=last - first + 1))
    for place, (start, end) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
        if start < end:
            own = {name: column[start:end] for name, column in columns.items()}
            yield first + place, Series(**_by_time(own))


def _marks_used(
    reader: duckdb.DuckDBPyConnection, rows_between: str, bounds: Sequence[int]
) -> list[str]:
    """Return which marks any of the rows has: nearly all have none, as their blocks know."""
    used = ", ".join(f"bool_or({name} <> 0)" for name in MARKS)
    any_used = " OR ".join(f"{name} <> 0" for name in MARKS)
    text = f"SELECT {used} {rows_between} AND ({any_used})"
    (row,) = reader.execute(text, list(bounds)).fetchall()
    return [name for name, is_used in zip(MARKS, row, strict=True) if is_used]


def _by_time(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    time = columns["time"]
    if (time[1:] > time[:-1]).all():
        return columns
    order = np.argsort(time, kind="stable")  # some were late
    return {name: column[order] for name, column in columns.items()}
