"""Readings and derived points as InfluxDB line protocol, times in ms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from storage.byte_columns import Texts, beside, decimal, each, in_one, only, same, whole
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
    heads = each(
        [f"\n{table},meter={escaped_tag(meter)} value=".encode() for meter, table in columns.series]
    )
    for start in range(0, len(columns), lines):
        chunk = columns.rows(slice(start, start + lines))
        first_gauge = int(np.count_nonzero(~chunk.is_gauge))
        counts, gauges = chunk.rows(slice(first_gauge)), chunk.rows(slice(first_gauge, None))
        body = b""
        if len(counts):
            body += _body(heads, counts, [*whole(counts.value), same(b"i")], overrules=overrules)
        if len(gauges):
            body += _body(heads, gauges, decimal(gauges.numbers), overrules=overrules)
        yield body[1:]


def gauges_last(columns: Columns) -> Columns:
    """Return the same rows, those of gauges behind all others."""
    return columns.rows(np.argsort(columns.is_gauge, kind="stable"))


def _body(heads: Texts, rows: Columns, values: Sequence[Texts], *, overrules: bool) -> bytes:
    """Return a line for each row, each after a line break."""
    parts = [heads.take(rows.which), *values]
    if overrules or not rows.is_ordinary.all():
        parts += _marks(rows, overrules=overrules)
    return in_one([*parts, same(b" "), *whole(rows.time)])


def _marks(rows: Columns, *, overrules: bool) -> list[Texts]:
    """Return for each row the fields that say its marks."""
    has_rank = (rows.source != 0) | (rows.revision != 0) | (rows.arrived != 0) | overrules
    says = {
        b",quality=": (rows.quality, has_rank | (rows.quality != 0)),
        b",source=": (rows.source, has_rank),
        b",revision=": (rows.revision, has_rank),
        b",arrived=": (rows.arrived, has_rank),
    }
    return [
        only(where, beside([same(name), *whole(mark), same(b"i")]))
        for name, (mark, where) in says.items()
    ]


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
