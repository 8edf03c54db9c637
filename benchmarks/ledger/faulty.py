"""Registers with what goes wrong: jitter, 1 % missing, outages of 100 h and wraps."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.span import HOUR_MS

QUARTER_MS = HOUR_MS // 4
MODULUS = 10**9
SEED = 20_250_601
OUTAGE = 400
"""Quarters of an hour in an outage: 100 h. One meter in ten has one."""

AT_ONCE = 20
"""Row groups read together: of one alone a third of the time is spent on finding it; of sixty the
columns no longer fit the caches of a core."""

Register = tuple[np.ndarray, np.ndarray]


def registers(*, meters: int, quarters: int) -> Iterator[Register]:
    """Yield times [ms] and values [steps] of each meter; the same ones every time."""
    chance = np.random.default_rng(SEED)
    for meter in range(meters):
        times = np.arange(quarters, dtype=np.int64) * QUARTER_MS
        times += chance.integers(0, 60_000, quarters)
        values = np.cumsum(chance.integers(5_000, 20_000, quarters))
        values = (values + MODULUS - values[quarters // 2]) % MODULUS
        there = chance.random(quarters) > 0.01  # noqa: PLR2004  1 % missing
        if meter % 10 == 0:
            outage = int(chance.integers(0, quarters - OUTAGE))
            there[outage : outage + OUTAGE] = False
        yield times[there], values[there]


def edges_of(quarters: int) -> np.ndarray:
    """Return the hour edges around so many quarters [ms]."""
    return np.arange(0, quarters * QUARTER_MS + HOUR_MS, HOUR_MS, dtype=np.int64)


def write_parquet(path: Path, *, meters: int, quarters: int) -> int:
    """Write the registers, a row group a meter; return how many readings there are."""
    schema = pa.schema([("meter", pa.int32()), ("time", pa.int64()), ("value", pa.int64())])
    count = 0
    with pq.ParquetWriter(
        path,
        schema,
        compression="none",  # the packed differences leave zstd 1 % to gain
        use_dictionary=False,
        column_encoding=dict.fromkeys(schema.names, "DELTA_BINARY_PACKED"),
    ) as writer:
        for meter, (time, value) in enumerate(registers(meters=meters, quarters=quarters)):
            number = np.full(len(time), meter, dtype=np.int32)
            writer.write_table(pa.table([number, time, value], schema=schema))
            count += len(time)
    return count


def read_parquet(path: Path) -> Iterator[Register]:
    """Yield the registers of a file, a few row groups in memory at a time."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        groups = range(file.num_row_groups)
        lengths = [file.metadata.row_group(group).num_rows for group in groups]
        for some in (groups[first : first + AT_ONCE] for first in groups[::AT_ONCE]):
            table = file.read_row_groups(list(some), ["time", "value"], use_threads=False)
            times, values = table["time"].to_numpy(), table["value"].to_numpy()
            ends = np.cumsum([lengths[group] for group in some])[:-1]
            yield from zip(np.split(times, ends), np.split(values, ends), strict=True)
