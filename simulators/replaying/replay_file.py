"""A wide Parquet file of real readings: one time column, and a column of amounts for each meter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.errors import NOTHING_SIMULATED, Mistake, RegistryError
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from simulators.replaying.replay_mapping import WHAT, FileMapping

MINUTE_MS = 60_000
_FEWEST_ROWS = 2  # one row has no interval
Numbers = dict[str, np.ndarray]


@dataclass(frozen=True)
class RealReadings:
    """What a wide file holds.

    Attributes:
        step_ms: Length of each interval [ms]; a whole number of them makes an hour.
        times: START of each interval [ms UTC], increasing. Shape (m,).
        numbers: Column to its amounts, NaN where missing. Each of shape (m,), float64.
    """

    step_ms: int = HOUR_MS
    times: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    numbers: Numbers = field(default_factory=dict)


def read_columns(path: Path, mapping: FileMapping) -> RealReadings:
    """Read the time column and the mapped columns.

    Raises:
        RegistryError: With all mistakes of the file at once.
    """
    wanted = [mapping.time, *dict.fromkeys(entry.column for entry in mapping.columns)]
    try:
        # ParquetFile, not read_table: the latter imports pandas, which costs more than the reading.
        with pq.ParquetFile(path) as file:
            table = file.read(columns=wanted)
    except (OSError, pa.ArrowException) as error:
        problem = Text(f"无法读取：{error}", f"it cannot be read: {error}")
        raise RegistryError(
            [Mistake(str(path), 0, "", problem)], WHAT, NOTHING_SIMULATED
        ) from error
    mistakes = [Mistake(path.name, 0, name, said) for name, said in _unreadable(table, wanted)]
    times, step_ms = np.zeros(0, np.int64), HOUR_MS
    if mapping.time not in {one.column for one in mistakes}:
        times = _instants(table, mapping)
        step_ms, wrong = _step_of(times)
        wrong = _not_on_the_clock(table, mapping) or wrong
        if wrong is not None:
            mistakes.append(Mistake(path.name, 0, mapping.time, wrong))
    if mistakes:
        raise RegistryError(mistakes, WHAT, NOTHING_SIMULATED)
    numbers = {name: _numbers(table[name].cast(pa.float64())) for name in wanted[1:]}
    return RealReadings(step_ms, times, numbers)


def _unreadable(table: pa.Table, wanted: list[str]) -> Iterator[tuple[str, Text]]:
    """Yield columns that are not there or of another type."""
    for place, name in enumerate(wanted):
        if name not in table.column_names:
            yield name, Text("没有这一列。", "there is no such column.")
            continue
        column = table[name]
        kind = column.type
        if place and not _is_number(kind):
            yield name, Text(f"类型是 {kind}，不是数。", f"it holds {kind}, no numbers.")
        elif not place and not pa.types.is_timestamp(kind):
            yield name, Text(f"类型是 {kind}，不是时间。", f"it holds {kind}, no times.")
        elif not place and (column.null_count or len(column) < _FEWEST_ROWS):
            yield (
                name,
                Text(
                    "每一行都要有时间，且至少两行。",
                    "every row needs a time, and there must be two rows.",
                ),
            )


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _walls(table: pa.Table, mapping: FileMapping) -> np.ndarray:
    column = table[mapping.time]
    return _numbers(column.cast(pa.timestamp("ms", column.type.tz), safe=False).cast(pa.int64()))


def _instants(table: pa.Table, mapping: FileMapping) -> np.ndarray:
    walls = _walls(table, mapping)
    if table[mapping.time].type.tz is not None or mapping.zone.key == "UTC":
        return walls
    return _from_wall(walls, mapping.zone)


def _from_wall(walls: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Return instants of a naive clock; of times said twice the later row is the second one."""
    seen: set[int] = set()
    found = []
    for wall in walls.tolist():
        naive = from_ms(wall).replace(tzinfo=zone, fold=int(wall in seen))
        seen.add(wall)
        found.append(round(naive.timestamp()) * 1000)
    return np.array(found, np.int64)


def _not_on_the_clock(table: pa.Table, mapping: FileMapping) -> Text | None:
    """Return what is wrong with the times of a naive clock that spring skips or autumn doubles."""
    if table[mapping.time].type.tz is not None or mapping.zone.key == "UTC":
        return None
    walls = _walls(table, mapping).tolist()
    often: dict[int, int] = {}
    for wall in walls:
        often[wall] = often.get(wall, 0) + 1
    for wall, times in often.items():
        naive = from_ms(wall).replace(tzinfo=mapping.zone)
        offset, later = naive.utcoffset(), naive.replace(fold=1).utcoffset()
        if offset is None or later is None or offset == later:
            continue
        said = f"{naive:%Y-%m-%dT%H:%M}"
        if offset < later:
            return Text(
                f"{said} 在 {mapping.zone.key} 的钟表上不存在。",
                f"{said} is not on the clock of {mapping.zone.key}.",
            )
        if times == 1:
            return Text(
                f"{said} 在 {mapping.zone.key} 有两次，这里只有一行：请写出两行，或用 UTC。",
                f"{said} comes twice in {mapping.zone.key}, and once here: write both, or UTC.",
            )
    return None


def _step_of(times: np.ndarray) -> tuple[int, Text | None]:
    """Return the interval of rows [ms], and what is wrong with them."""
    steps = np.diff(times)
    back = np.flatnonzero(steps <= 0)
    if len(back):
        said = f"{from_ms(int(times[back[0] + 1])):%Y-%m-%dT%H:%MZ}"
        return HOUR_MS, Text(
            f"{said} 不晚于上一行：时间须递增。",
            f"{said} is not later than the row before: times must increase.",
        )
    step = int(steps.min())
    off = int(times[0]) % step if step < HOUR_MS else 0  # hours may be those of a clock at :30
    if step < MINUTE_MS or HOUR_MS % step or off or (steps % step).any():
        return HOUR_MS, Text(
            f"各行间隔 {step / MINUTE_MS:g} 分钟，不能整分一小时，或不在整点上：可以是 "
            "1、5、15、30 或 60 分钟。",
            f"its rows are {step / MINUTE_MS:g} min apart, which does not divide an hour, or do "
            "not stand on it: 1, 5, 15, 30 or 60 min can be replayed.",
        )
    return step, None


def coarser(
    real: RealReadings, column: str, *, width_ms: int, gauge: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return a column in wider intervals: START of each [ms], and amounts.

    An amount is the sum of its parts and missing where one of them is; of a gauge it is the value
    at the start.

    Args:
        real: The file.
        column: Of the file.
        width_ms: A multiple of the file's interval.
        gauge: Whether numbers are values at an instant.
    """
    numbers = real.numbers[column]
    if width_ms == real.step_ms:
        return real.times, numbers
    starts, first, parts = np.unique(
        real.times // width_ms * width_ms, return_index=True, return_counts=True
    )
    if gauge:
        return starts, np.where(real.times[first] == starts, numbers[first], np.nan)
    whole = parts == width_ms // real.step_ms
    return starts, np.where(whole, np.add.reduceat(numbers, first), np.nan)


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
