"""Real readings, moved in time: hourly amounts of any wide Parquet file as meters of a district.

Weekday and wall-clock hour stay what they were for the people of the readings. Columns move by
multiples of 52 weeks and repeat in a circle of 104 weeks (52 where a column is shorter).
"""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.errors import ConfigError
from energy.meter import Site
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from simulators.conditions import local_clock

CIRCLES_WEEKS = (104, 52)
MICRO = 1_000_000
"""Amounts are whole millionths of the file's unit: finer than any meter, exact to add."""

_DAY_HOURS = 24
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which meter a column feeds.

    Attributes:
        column: Name of the column.
        meter: Meter of the registry.
        unit: Unit of the numbers in the column.
        scale: Factor on them, exact.
        zone: Wall clock of the people whose readings they are.
    """

    column: str
    meter: str
    unit: str
    scale: Fraction
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How a wide Parquet file is read.

    Attributes:
        time: Name of the time column: the START of each hour.
        zone: Clock of that column where it carries no zone.
        label: How the readings are called where they are shown.
        columns: One for each meter.
    """

    time: str
    zone: ZoneInfo
    label: str
    columns: tuple[ColumnMapping, ...]


@dataclass(frozen=True)
class Replayed:
    """A column moved to the hours of a history. Both arrays have shape (n,).

    Attributes:
        micro: Amount of each hour, or the gauge's value [millionths of the unit of the file].
        missing: Hours without a value: gaps of the file, and the hour that spring skipped.
    """

    micro: np.ndarray
    missing: np.ndarray


def _zone(name: str, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        problem = Text(
            f"{where}：{name!r} 不是时区，请写成 UTC 这样的名称。",
            f"{where}: {name!r} is not a time zone; write one like UTC.",
        )
        raise ConfigError(problem) from error


def _column(entry: dict[str, Any], where: str) -> ColumnMapping:
    try:
        scale = Fraction(str(entry.get("scale", "1")))
        column, meter, unit = str(entry["column"]), str(entry["meter"]), str(entry["unit"])
    except (KeyError, ValueError, ZeroDivisionError) as error:
        problem = Text(
            f"{where}：[[column]] 要有 column、meter 和 unit，scale 要是数（{error}）。",
            f"{where}: a [[column]] needs column, meter and unit, and a scale that is a number "
            f"({error}).",
        )
        raise ConfigError(problem) from error
    if scale <= 0:
        problem = Text(
            f"{where}：{column!r} 的 scale 是 {scale}，必须大于 0。",
            f"{where}: the scale of {column!r} is {scale}; it must be positive.",
        )
        raise ConfigError(problem)
    return ColumnMapping(column, meter, unit, scale, _zone(str(entry.get("zone", "UTC")), where))


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping; its form is told at the top of examples/readings/mapping.toml.

    Raises:
        ConfigError: If the file is not there or says something else.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        problem = Text(
            f"{path}：无法读取映射（{error}）。", f"{path}: the mapping cannot be read ({error})."
        )
        raise ConfigError(problem) from error
    head = found.get("file", {})
    columns = tuple(_column(entry, str(path)) for entry in found.get("column", []))
    if not columns:
        problem = Text(
            f"{path}：没有 [[column]]；请为每个计量点写一个。",
            f"{path}: there is no [[column]]; write one for each meter.",
        )
        raise ConfigError(problem)
    return FileMapping(
        time=str(head.get("time", "time")),
        zone=_zone(str(head.get("zone", "UTC")), str(path)),
        label=str(head.get("label", "replayed readings")),
        columns=columns,
    )


def read_columns(path: Path, mapping: FileMapping) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Read the time column [ms UTC] and the mapped columns (float64, NaN = missing).

    Raises:
        ConfigError: If the file or a column is not there, or times are not times.
    """
    names = [mapping.time, *dict.fromkeys(entry.column for entry in mapping.columns)]
    try:
        # ParquetFile, not read_table: the latter imports pandas, which costs more than the reading.
        with pq.ParquetFile(path) as file:
            table = file.read(columns=names)
        absent = [name for name in names if name not in table.column_names]
    except (OSError, pa.ArrowException) as error:
        problem = Text(
            f"{path}：无法读取读数（{error}）。", f"{path}: the readings cannot be read ({error})."
        )
        raise ConfigError(problem) from error
    if absent:
        problem = Text(
            f"{path}：没有列 {'、'.join(map(repr, absent))}。",
            f"{path}: there is no column {', '.join(map(repr, absent))}.",
        )
        raise ConfigError(problem)
    kind = table.schema.field(mapping.time).type
    if not pa.types.is_timestamp(kind):
        problem = Text(
            f"{path}：列 {mapping.time!r} 的类型是 {kind}，不是时间。",
            f"{path}: column {mapping.time!r} holds {kind}, not times.",
        )
        raise ConfigError(problem)
    wall = table[mapping.time].cast(pa.timestamp("ms", kind.tz)).cast(pa.int64())
    times = _numbers(wall)
    if kind.tz is None:
        times = _from_wall(times, mapping.zone)
    numbers = {name: _numbers(table[name].cast(pa.float64())) for name in names[1:]}
    return times, numbers


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column of 8-byte numbers as an array, NaN for null.

    By way of its buffers: pyarrow's own conversion imports pandas, which costs a second.
    """
    return np.concatenate([_buffer_numbers(chunk) for chunk in column.chunks])


def _buffer_numbers(chunk: pa.Array) -> np.ndarray:
    valid, values = chunk.buffers()
    kind = np.int64 if pa.types.is_integer(chunk.type) else np.float64
    first, last = chunk.offset, chunk.offset + len(chunk)
    numbers = np.frombuffer(values, kind)[first:last]
    if not chunk.null_count:
        return numbers
    bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[first:last]
    return np.where(bits == 1, numbers, np.nan)


def _from_wall(walls: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Return instants of a naive clock; a doubled hour is its first."""
    if zone.key == "UTC":
        return walls
    naive = (from_ms(wall).replace(tzinfo=zone) for wall in walls.tolist())
    return np.array([round(when.timestamp()) * 1000 for when in naive], np.int64)


def _by_wall_hour(
    times: np.ndarray, numbers: np.ndarray, zone: ZoneInfo, *, column: str, join: bool
) -> tuple[int, np.ndarray, np.ndarray]:
    """Return first day (ordinal), and micro amounts and missing hours of one circle.

    A doubled hour is joined: amounts are added, values of a gauge take the later one.
    """
    walls = [from_ms(time).astimezone(zone) for time in times.tolist()]
    ordinal = np.array([wall.toordinal() for wall in walls], np.int64)
    hour = np.array([wall.hour for wall in walls], np.int64)
    last_day = int(ordinal[-1]) if hour[-1] == _DAY_HOURS - 1 else int(ordinal[-1]) - 1
    first_whole = int(ordinal[0]) if hour[0] == 0 else int(ordinal[0]) + 1
    weeks = next((w for w in CIRCLES_WEEKS if last_day - first_whole + 1 >= w * 7), None)
    if weeks is None:
        problem = Text(
            f"列 {column!r} 不足 52 周；回放至少需要 52 周。",
            f"Column {column!r} holds less than 52 weeks; a replay needs them.",
        )
        raise ConfigError(problem)
    first = last_day + 1 - weeks * 7
    slots = weeks * 7 * _DAY_HOURS
    place = (ordinal - first) * _DAY_HOURS + hour
    inside = (place >= 0) & (place < slots)
    known = inside & np.isfinite(numbers)
    whole = np.rint(numbers[known] * MICRO).astype(np.int64)
    micro = np.zeros(slots, np.int64)
    if join:
        np.add.at(micro, place[known], whole)
    else:
        micro[place[known]] = whole
    missing = np.ones(slots, bool)
    missing[place[known]] = False
    missing[place[inside & ~np.isfinite(numbers)]] = True
    micro[missing] = 0
    return first, micro, missing


def replay(
    times: np.ndarray,
    numbers: np.ndarray,
    mapping: ColumnMapping,
    *,
    site: Site,
    origin: int,
    count: int,
    gauge: bool = False,
) -> Replayed:
    """Move a column to the hours of a history.

    Args:
        times: START of each hour of the file [ms UTC], increasing. Shape (m,).
        numbers: Amount of each, NaN where missing. Shape (m,).
        mapping: The column's meter, unit, scale and zone; only the zone is used here.
        site: Whose wall clock the moved readings follow.
        origin: Start of the history [ms].
        count: Hours of the history.
        gauge: Whether numbers are values at an instant: then a doubled hour is not added.

    Raises:
        ConfigError: If the column holds less than 52 weeks.
    """
    first, micro, missing = _by_wall_hour(
        times, numbers, mapping.zone, column=mapping.column, join=not gauge
    )
    # The clock is told at the middle of a slot, and wanted at the start of an hour.
    local = local_clock(origin - HOUR_MS // 2, count, HOUR_MS, site.timezone)
    ordinal = np.array([day.toordinal() for day in local.days], np.int64)[local.day]
    place = (ordinal - first) * _DAY_HOURS + local.clock.astype(np.int64)
    # Where the site's own clock doubles an hour, the second one has nothing left to replay.
    doubled = np.concatenate(([False], place[1:] == place[:-1]))
    chosen = place % len(micro)
    gone = missing[chosen] | doubled
    return Replayed(np.where(gone, 0, micro[chosen]), gone)


def to_steps(cumulative_micro: np.ndarray, steps_per_micro: Fraction, *, meter: str) -> np.ndarray:
    """Return whole register steps of a cumulative amount, floored.

    Raises:
        ConfigError: If the numbers do not fit: the scale has too many digits.
    """
    top = int(cumulative_micro[-1]) if len(cumulative_micro) else 0
    if top * steps_per_micro.numerator >= _LARGEST:
        problem = Text(
            f"计量点 {meter!r} 的 scale 位数太多，请四舍五入。",
            f"The scale of meter {meter!r} has too many digits; round it.",
        )
        raise ConfigError(problem)
    return cumulative_micro * steps_per_micro.numerator // steps_per_micro.denominator
