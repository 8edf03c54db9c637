"""Readings and derived points as InfluxDB line protocol, times in ms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import Columns
from storage.tables import FLOAT, INTEGER, TEXT, FieldType, Table

if TYPE_CHECKING:  # it loads slowly and takes 50 MiB, which the collector does without
    import pandas as pd

_AROUND = {INTEGER: ("", "i"), FLOAT: ("", ""), TEXT: ('"', '"')}


def reading_bodies(columns: Columns, *, lines: int, overrules: bool = False) -> Iterator[bytes]:
    """Yield bodies of at most so many lines, a line for each row in order.

    An ordinary reading is its value alone. Any other says all its marks, also those that are 0,
    because fields of an overruled reading at the same time would stay beside it otherwise.

    Args:
        columns: Readings; whole numbers before gauges, see ``gauges_last``.
        lines: Most lines of a body.
        overrules: Whether every row takes the place of another, so that all its marks are said.
    """
    heads = pa.array(
        [f"\n{table},meter={escaped_tag(meter)} value=" for meter, table in columns.series]
    )
    for start in range(0, len(columns), lines):
        chunk = columns.rows(slice(start, start + lines))
        first_gauge = int(np.count_nonzero(~chunk.is_gauge))
        whole, gauges = chunk.rows(slice(first_gauge)), chunk.rows(slice(first_gauge, None))
        body = _body(heads, whole, whole.value, "i", overrules=overrules)
        yield (body + _body(heads, gauges, gauges.numbers, "", overrules=overrules))[1:]


def gauges_last(columns: Columns) -> Columns:
    """Return the same rows, those of gauges behind all others."""
    return columns.rows(np.argsort(columns.is_gauge, kind="stable"))


def _body(
    heads: pa.Array, rows: Columns, values: np.ndarray, tail: str, *, overrules: bool
) -> bytes:
    """Return a line for each row, each after a line break.

    Arrow writes them some five times faster than Python; every part of a line costs, so constant
    ones are in one piece.
    """
    if not len(rows):
        return b""
    parts = [heads.take(pa.array(rows.which)), _texts(values), f"{tail} ", _texts(rows.time)]
    if overrules or not rows.is_ordinary.all():
        parts[2:3] = [tail, _marks(rows, overrules=overrules), " "]
    found: bytes = pc.binary_join_element_wise(*parts, "").buffers()[2].to_pybytes()
    return found


def _marks(rows: Columns, *, overrules: bool) -> pa.Array:
    """Return for each row the fields that say its marks."""
    quality = pc.binary_join_element_wise(",quality=", _texts(rows.quality), "i", "")
    ranked = pc.binary_join_element_wise(
        ",source=",
        _texts(rows.source),
        "i,revision=",
        _texts(rows.revision),
        "i,arrived=",
        _texts(rows.arrived),
        "i",
        "",
    )
    has_rank = (rows.source != 0) | (rows.revision != 0) | (rows.arrived != 0) | overrules
    says_quality = has_rank | (rows.quality != 0)
    return pc.binary_join_element_wise(
        pc.if_else(pa.array(says_quality), quality, ""),
        pc.if_else(pa.array(has_rank), ranked, ""),
        "",
    )


def _texts(numbers: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def point_lines(table: Table, points: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each point of a derived table, in order; points as shaped_points gives."""
    heads: dict[tuple[str, ...], str] = {}
    fields = [_field_texts(field, points[field.name]) for field in table.fields]
    tags = zip(*(points[tag].tolist() for tag in table.tags), strict=True)
    for time, names, *texts in zip(points["time"].tolist(), tags, *fields, strict=True):
        head = heads.get(names)
        if head is None:
            pairs = zip(table.tags, names, strict=True)
            head = heads[names] = table.name + "".join(
                f",{tag}={escaped_tag(value)}" for tag, value in pairs
            )
        yield f"{head} {','.join(filter(None, texts))} {time}"


def escaped_tag(value: str) -> str:
    """Return a tag value with its separators escaped; admission keeps out what has no escape."""
    return value.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def _field_texts(field: FieldType, column: pd.Series) -> list[str]:
    head, tail = _AROUND[field.type]
    return [
        f"{field.name}={head}{_value_text(value)}{tail}" if here else ""
        for value, here in zip(
            column.astype("object").tolist(), column.notna().tolist(), strict=True
        )
    ]


def _value_text(value: object) -> str:
    return _escaped_text(value) if isinstance(value, str) else repr(value)


def _escaped_text(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
