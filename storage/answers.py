"""Tables of derived points and answers to queries, in one shape on every engine."""

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from energy.query import Aggregate, Query
from energy.span import HOUR_MS, Span, midnight
from storage.admission import name_fault
from storage.tables import FLOAT, INTEGER, TEXT, FieldType, Table

_DTYPES = {INTEGER: "Int64", FLOAT: "float64", TEXT: "string"}
_DAY_MS = 24 * HOUR_MS


def bucket_starts(times: np.ndarray, every: str, zone: ZoneInfo) -> np.ndarray:
    """Return the start [int64 ms] of the local hour or day in which each time [ms] lies.

    A local hour starts where the wall clock shows a full hour, before any change of the clock
    within it; a local day starts at midnight or at the first instant after it that exists.
    """
    instants = pd.DatetimeIndex(times.astype("datetime64[ms]")).tz_localize("UTC")
    wall = instants.tz_convert(zone).tz_localize(None).as_unit("ms").asi8
    if every == "hour":
        starts: np.ndarray = times - wall % HOUR_MS
        return starts
    days, place = np.unique(wall // _DAY_MS, return_inverse=True)
    first = [midnight(day, zone) for day in days.astype("datetime64[D]").tolist()]
    return np.array(first, dtype=np.int64)[place]


def shaped_points(
    table: Table, frame: pd.DataFrame, *, tags: dict[str, str], span: Span
) -> pd.DataFrame:
    """Return points ready to be written: typed, ordered, and none without a field.

    Args:
        table: The derived table.
        frame: As in ReadingStore.replace.
        tags: Tags that every row must carry.
        span: Half-open span in which every time must lie.

    Returns:
        ``time`` int64, tags as text, integer fields Int64, float fields float64 with NaN, text
        fields string with NA (an empty text is a missing one: InfluxDB's answers cannot tell them
        apart). Ordered by tags, then time.

    Raises:
        ValueError: If a column lacks or has the wrong type, a row lies outside the span or does not
            carry the tags, or two rows are the same point.
    """
    names = ["time", *table.tags, *table.field]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ValueError(f"A frame for {table.name} lacks the columns {', '.join(missing)}.")
    unknown = [tag for tag in tags if tag not in table.tags]
    if unknown:
        raise ValueError(f"Table {table.name} has no tag {', '.join(unknown)}.")
    times = frame["time"].to_numpy().astype(np.int64)
    if len(times) and not (times.min() >= span.start and times.max() < span.end):
        raise ValueError(f"A row for {table.name} lies outside the span it is to replace.")
    columns = {"time": pd.Series(times)}
    for tag in table.tags:
        columns[tag] = _tag_column(table, frame[tag], tag, tags.get(tag))
    for field in table.fields:
        columns[field.name] = _field_column(table, frame[field.name], field)
    points = pd.DataFrame(columns, copy=False).dropna(how="all", subset=list(table.field))
    return _unique(table, points)


def sorted_points(table: Table, points: pd.DataFrame) -> pd.DataFrame:
    """Return points ordered by tags, then time."""
    order = [*table.tags, "time"]
    return points.sort_values(order, kind="stable").reset_index(drop=True)


def typed_points(table: Table, columns: dict[str, Sequence[object]]) -> pd.DataFrame:
    """Return points read from an engine: columns by name to the shape of ReadingStore.points."""
    dtypes = {"time": "int64", **dict.fromkeys(table.tags, "str")}
    dtypes |= {field.name: _DTYPES[field.type] for field in table.fields}
    made = {name: _column(columns[name], dtype) for name, dtype in dtypes.items()}
    return pd.DataFrame(made, copy=False)  # the columns are new, and nobody else's


def empty_points(table: Table) -> pd.DataFrame:
    """Return no points, in the shape of ReadingStore.points."""
    return typed_points(table, {name: [] for name in ("time", *table.tags, *table.field)})


def answer_type(table: Table, field: str, aggregate: Aggregate) -> str:
    """Return the type of an aggregate: integer, float or text."""
    if aggregate is Aggregate.COUNT:
        return INTEGER
    return FLOAT if aggregate is Aggregate.MEAN else table.field[field].type


def finished_answer(
    query: Query, table: Table, columns: Sequence[Sequence[object] | pa.ChunkedArray]
) -> pd.DataFrame:
    """Return an answer in its promised shape.

    Args:
        query: The question.
        table: Its table.
        columns: The columns of the answer in their order, as lists or as Arrow has them; missing
            values are None, NA or NaN.

    Returns:
        The answer of ReadingStore.query. A row whose columns are all missing is left out; a count
        of nothing is 0 in a row that has something else.
    """
    keys = (["time"] if query.every else []) + list(query.group_by)
    frame = pd.DataFrame(index=range(len(columns[0])))
    for name, values in zip(keys, columns, strict=False):
        frame[name] = _column(values, "int64" if name == "time" else "str")
    for column, values in zip(query.columns, columns[len(keys) :], strict=True):
        kind = answer_type(table, column.field, column.aggregate)
        frame[column.name] = _column(values, _DTYPES[kind])
    names = [column.name for column in query.columns]
    counts = [column.name for column in query.columns if column.aggregate is Aggregate.COUNT]
    frame[counts] = frame[counts].mask(frame[counts] == 0)
    frame = frame.dropna(how="all", subset=names)
    frame[counts] = frame[counts].fillna(0)
    order = [*query.group_by, *(["time"] if query.every else [])]
    if order:
        frame = frame.sort_values(order, kind="stable")
    frame = frame.reset_index(drop=True)
    for name in names:
        if frame[name].dtype == "Int64" and not frame[name].isna().any():
            frame[name] = frame[name].astype("int64")
    return frame


def _column(values: Sequence[object] | np.ndarray, dtype: str) -> pd.Series:
    if not len(values):
        values = np.array([], dtype=object)  # an empty list would count as floats
    if isinstance(values, pa.ChunkedArray) and pa.types.is_integer(values.type):
        # Any other way leads through floats where a value is missing, and loses the last digits.
        values = cast("Any", pd.Int64Dtype()).__from_arrow__(values)
    elif isinstance(values, pa.ChunkedArray):
        values = values.to_pandas()
    column: pd.Series = pd.Series(cast("Any", values), dtype=cast("Any", dtype))
    return column


def _tag_column(table: Table, column: pd.Series, tag: str, wanted: str | None) -> pd.Series:
    values = column.unique()
    for value in values:
        fault = name_fault(value) if isinstance(value, str) else "is not a text"
        if fault:
            raise ValueError(f"Tag {tag} of {table.name}: {value!r} {fault}.")
    if wanted is not None and any(value != wanted for value in values):
        raise ValueError(f"A row for {table.name} does not carry {tag}={wanted}.")
    return column.astype("str").reset_index(drop=True)


def _field_column(table: Table, column: pd.Series, field: FieldType) -> pd.Series:
    try:
        values: pd.Series = column.astype(cast("Any", _DTYPES[field.type])).reset_index(drop=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Field {field.name} of {table.name} is not {field.type}.") from error
    if field.type == FLOAT and np.isinf(values.to_numpy()).any():
        raise ValueError(f"Field {field.name} of {table.name} is infinite, which no engine keeps.")
    if field.type == TEXT:
        values = values.mask(values == "")
    return values


def _constant(column: pd.Series) -> bool:
    return bool((column == column.iloc[0]).all())


def _unique(table: Table, points: pd.DataFrame) -> pd.DataFrame:
    times = points["time"].to_numpy()
    if not len(times):
        return points
    if (np.diff(times) > 0).all() and all(_constant(points[tag]) for tag in table.tags):
        return points.reset_index(drop=True)  # one series in order: the usual case, quickly
    if points.duplicated(["time", *table.tags]).any():
        raise ValueError(f"Two rows for {table.name} are the same point.")
    return sorted_points(table, points)
