"""Wide Parquet files of real-looking readings, and their mappings, for tests of the replay."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from energy.span import HOUR_MS, from_ms, to_ms

FIRST = to_ms(datetime(2021, 12, 31, 16, tzinfo=UTC))
"""Midnight in Shanghai, a Saturday."""
MINUTE_MS = HOUR_MS // 60
WEEK_MIN = 7 * 24 * 60


def rows(weeks: int, step_min: int) -> np.ndarray:
    """Return the starts of the rows [ms]."""
    count = weeks * WEEK_MIN // step_min
    return FIRST + np.arange(count, dtype=np.int64) * step_min * MINUTE_MS


def row_of_week(times: np.ndarray, step_min: int) -> np.ndarray:
    """Return which row of its week each is, 1 for the first: an amount that says when it was."""
    return ((times - FIRST) // (step_min * MINUTE_MS) % (WEEK_MIN // step_min) + 1).astype(float)


def write_wide(
    path: Path, times: np.ndarray, columns: Mapping[str, np.ndarray], *, zone: str | None = "UTC"
) -> None:
    """Write a wide file whose time column is called begin; without a zone it is a bare clock."""
    stamps = pa.array([from_ms(time).replace(tzinfo=None) for time in times.tolist()],
                      pa.timestamp("us", zone))  # fmt: skip
    arrays = [pa.array(numbers, from_pandas=True) for numbers in columns.values()]
    pq.write_table(pa.Table.from_arrays([stamps, *arrays], names=["begin", *columns]), path)


def mapping_text(*columns: str, zone: str = "UTC") -> str:
    """Return a mapping; each column is ``column meter unit``."""
    said = f'[file]\ntime = "begin"\nzone = "{zone}"\n'
    for column in columns:
        name, meter, unit = column.split()
        said += f'[[column]]\ncolumn = "{name}"\nmeter = "{meter}"\nunit = "{unit}"\n'
        said += 'zone = "Asia/Shanghai"\n'
    return said
