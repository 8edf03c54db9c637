"""Tables of derived points and answers to queries, in one shape on every engine."""

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from energy.query import Aggregate, Query
from energy.span import HOUR_MS, Span, midnight
from storage.admission import name_fault
from storage.series_spans import Spans, around, lie_within
from storage.tables import FLOAT, INTEGER, TEXT, FieldType, Table

_DTYPES = {INTEGER: "Int64", FLOAT: "float64", TEXT: "string"}
_DAY_MS = 24 * HOUR_MS

Array = np.ndarray | pd.api.extensions.ExtensionArray
"""The values of one column of a frame."""


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
    columns: dict[str, Array] = {"time": times}
    for tag in table.tags:
        columns[tag] = _tag_column(table, frame[tag], tag, tags.get(tag))
    fields = [_field_column(table, frame[field.name], field) for field in table.fields]
    columns |= dict(zip(table.field, fields, strict=True))
    points = pd.DataFrame(columns, copy=False)
    is_said = ~np.logical_and.reduce([np.asarray(pd.isna(values)) for values in fields])
    return _unique(table, points if is_said.all() else points[is_said])


def renewed_points(
    table: Table, frame: pd.DataFrame, *, key: Sequence[str], spans: Spans
) -> pd.DataFrame:
    """Return points ready to be written, as shaped_points does; see ReadingStore.renew.

    Raises:
        ValueError: As shaped_points, and if a row lies outside the spans of its tags.
    """
    points = shaped_points(table, frame, tags={}, span=around(spans) or Span(0, 0))
    if not lie_within(points, key, spans).all():
        raise ValueError(f"A row for {table.name} lies outside the spans of its {', '.join(key)}.")
    return points


def sorted_points(table: Table, points: pd.DataFrame) -> pd.DataFrame:
    """Return points ordered by tags, then time."""
    keys = [*table.tags, "time"]
    # Arrow sorts texts as they lie; pandas would first number those of each column.
    columns = pa.table({name: pa.array(points[name].array) for name in keys})
    order = pc.sort_indices(columns, sort_keys=[(name, "ascending") for name in keys])
    return points.take(order.to_numpy()).reset_index(drop=True)


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
    made = {
        name: _column(values, "int64" if name == "time" else "str")
        for name, values in zip(keys, columns, strict=False)
    }
    is_said = np.zeros(len(columns[0]), dtype=bool)
    for column, values in zip(query.columns, columns[len(keys) :], strict=True):
        each = _column(values, _DTYPES[answer_type(table, column.field, column.aggregate)])
        is_there = ~np.asarray(pd.isna(each))
        if column.aggregate is Aggregate.COUNT:
            counted = np.zeros(len(is_there), dtype=np.int64)
            counted[is_there] = np.asarray(each[is_there], dtype=np.int64)
            each, is_there = counted, counted != 0
        is_said |= is_there
        made[column.name] = each
    if not is_said.all():
        made = {name: each[is_said] for name, each in made.items()}
    frame = pd.DataFrame({name: _plain(each) for name, each in made.items()}, copy=False)
    order = [*query.group_by, *(["time"] if query.every else [])]
    return frame.sort_values(order, kind="stable", ignore_index=True) if order else frame


def _plain(values: Array) -> Array:
    """Return whole numbers of which none is missing as numpy has them."""
    if isinstance(values, pd.arrays.IntegerArray) and not values.isna().any():
        return values.to_numpy(dtype=np.int64)
    return values


def _column(values: Sequence[object] | np.ndarray | pa.ChunkedArray, dtype: str) -> Array:
    """Return values in the type of their column.

    An array: pandas would line the rows up anew wherever it is given a Series.
    """
    if not len(values):
        values = np.array([], dtype=object)  # an empty list would count as floats
    if isinstance(values, pa.ChunkedArray) and pa.types.is_integer(values.type):
        # Any other way leads through floats where a value is missing, and loses the last digits.
        values = cast("Any", pd.Int64Dtype()).__from_arrow__(values)
    elif isinstance(values, pa.ChunkedArray):
        values = values.to_pandas()
    made = pd.array(cast("Any", values), dtype=cast("Any", dtype))
    return made.to_numpy() if isinstance(made, pd.arrays.NumpyExtensionArray) else made


def _tag_column(table: Table, column: pd.Series, tag: str, wanted: str | None) -> Array:
    values = column.unique()
    for value in values:
        fault = name_fault(value) if isinstance(value, str) else "is not a text"
        if fault:
            raise ValueError(f"Tag {tag} of {table.name}: {value!r} {fault}.")
    if wanted is not None and any(value != wanted for value in values):
        raise ValueError(f"A row for {table.name} does not carry {tag}={wanted}.")
    return _own_array(column.astype("str"))


def _field_column(table: Table, column: pd.Series, field: FieldType) -> Array:
    try:
        values = column.astype(cast("Any", _DTYPES[field.type]))
    except (TypeError, ValueError) as error:
        raise ValueError(f"Field {field.name} of {table.name} is not {field.type}.") from error
    if field.type == FLOAT and np.isinf(values.to_numpy()).any():
        raise ValueError(f"Field {field.name} of {table.name} is infinite, which no engine keeps.")
    return _own_array(values.mask(values == "") if field.type == TEXT else values)


def _own_array(values: pd.Series) -> Array:
    """Return the values of a column without its index."""
    array = values.array
    return array.to_numpy() if isinstance(array, pd.arrays.NumpyExtensionArray) else array


def _unique(table: Table, points: pd.DataFrame) -> pd.DataFrame:
    if points.duplicated(["time", *table.tags]).any():
        raise ValueError(f"Two rows for {table.name} are the same point.")
    return sorted_points(table, points)
