"""Readings and derived points as InfluxDB line protocol, times in ms."""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from energy.reading import GAUGE, Reading
from storage.tables import FLOAT, INTEGER, TEXT, FieldType, Table

_AROUND = {INTEGER: ("", "i"), FLOAT: ("", ""), TEXT: ('"', '"')}


def reading_lines(readings: Sequence[Reading]) -> list[str]:
    """Return a line for each reading.

    An ordinary reading is its value alone. Any other says all its marks, also those that are 0,
    because fields of an overruled reading at the same time would stay beside it otherwise.
    """
    heads: dict[tuple[str, str], str] = {}
    ends: dict[tuple[int, ...], str] = {}
    lines = []
    for meter, table, time, value, *marks in readings:
        head = heads.get((table, meter))
        if head is None:
            head = heads[table, meter] = f"{table},meter={escaped_tag(meter)} value="
        is_gauge = table == GAUGE
        said = (is_gauge, *marks)
        end = ends.get(said)
        if end is None:
            end = ends[said] = ("" if is_gauge else "i") + _marks(*marks)
        lines.append(f"{head}{value!r}{end} {time}")
    return lines


def overruling_lines(readings: Iterable[Reading]) -> list[str]:
    """Return lines that say every mark, for readings that take the place of another."""
    return [
        f"{reading.table},meter={escaped_tag(reading.meter)} value="
        + (repr(reading.value) if reading.table == GAUGE else f"{reading.value}i")
        + f"{_all_marks(*reading[4:])} {reading.time}"
        for reading in readings
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


def _marks(quality: int, source: int, revision: int, arrived: int) -> str:
    if source or revision or arrived:
        return _all_marks(quality, source, revision, arrived)
    return f",quality={int(quality)}i" if quality else ""


def _all_marks(quality: int, source: int, revision: int, arrived: int) -> str:
    return (
        f",quality={int(quality)}i,source={int(source)}i"
        f",revision={int(revision)}i,arrived={int(arrived)}i"
    )
