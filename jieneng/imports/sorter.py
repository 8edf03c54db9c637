"""Sorts any number of readings by meter and time in flat memory, through a file.

A register's steps need 64-bit integers and a gauge's numbers floats, so each has a sorter.
"""

import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

IN_HAND = 300_000
"""Readings in memory before they go to the file; chosen: some 30 MB while they are sorted."""
PIECE = 1_000_000
"""Readings of one meter that are looked at together, at most about; chosen: some 40 MB."""
BUCKET_BITS = 31
"""Times are cut every 2**31 ms (25 days): no piece is ever larger than a bucket of one meter."""

STORED = np.dtype([("time", "<i8"), ("value", "<i8"), ("row", "<i8")])


class Piece(NamedTuple):
    """Readings of one meter in order of time, and of rows where times are equal.

    Attributes:
        series: Number of the meter.
        times: ms since 1970 UTC. Shape (n,), int64.
        values: Steps, base units (int64) or a gauge's numbers (float64). Shape (n,).
        rows: Rows of the file. Shape (n,), int64.
    """

    series: int
    times: np.ndarray
    values: np.ndarray
    rows: np.ndarray


class Sorter:
    """Takes readings in any order and gives them back in pieces.

    Args:
        folder: Where its file lies; it has no name, so nothing is left whatever happens.
        is_gauge: Whether the values are floats.
    """

    def __init__(self, folder: Path, *, is_gauge: bool) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by close
        self._kind = "d" if is_gauge else "q"
        self._extents: list[np.ndarray] = []
        self._written = 0
        self._clear()

    def _clear(self) -> None:
        self._series = array("q")
        self._times = array("q")
        self._values: array[Any] = array(self._kind)  # ints for "q", floats for "d"
        self._rows = array("q")

    def add(self, series: int, time: int, value: float, row: int) -> None:
        """Take a reading."""
        self._values.append(value)
        self._series.append(series)
        self._times.append(time)
        self._rows.append(row)
        if len(self._rows) >= IN_HAND:
            self._flush()

    def extend(
        self, series: np.ndarray, times: np.ndarray, values: np.ndarray, rows: np.ndarray
    ) -> None:
        """Take many readings: int64 each, the values float64 for gauges."""
        self._series.frombytes(series.tobytes())
        self._times.frombytes(times.tobytes())
        self._values.frombytes(values.tobytes())
        self._rows.frombytes(rows.tobytes())
        if len(self._rows) >= IN_HAND:
            self._flush()

    def _flush(self) -> None:
        """Write what is in hand, meter by meter and bucket by bucket, and note where each lies."""
        if not self._rows:
            return
        series = np.array(self._series, dtype=np.int64)
        found = np.empty(len(series), dtype=STORED)
        found["time"] = self._times
        found["value"] = np.array(self._values).view(np.int64)
        found["row"] = self._rows
        bucket = found["time"] >> BUCKET_BITS
        order = np.lexsort((found["time"], bucket, series))
        series, bucket = series[order], bucket[order]
        starts = np.flatnonzero(
            np.diff(series, prepend=-1).astype(bool) | np.diff(bucket, prepend=-1).astype(bool)
        )
        counts = np.diff(starts, append=len(series))
        self._file.write(found[order].tobytes())
        self._extents.append(
            np.column_stack((series[starts], bucket[starts], self._written + starts, counts))
        )
        self._written += len(series)
        self._clear()

    def pieces(self) -> Iterator[Piece]:
        """Yield everything, meter by meter in order of time; no two pieces of a meter overlap."""
        self._flush()
        if not self._extents:
            return
        extents = np.concatenate(self._extents)
        extents = extents[np.lexsort((extents[:, 2], extents[:, 1], extents[:, 0]))]
        together: list[np.ndarray] = []
        for same in _runs(extents):
            in_hand = sum(int(one[:, 3].sum()) for one in together)
            if together and (together[0][0, 0] != same[0, 0] or in_hand + same[:, 3].sum() > PIECE):
                yield self._piece(np.concatenate(together))
                together = []
            together.append(same)
        yield self._piece(np.concatenate(together))

    def _piece(self, extents: np.ndarray) -> Piece:
        parts = []
        for _, _, start, count in extents.tolist():
            self._file.seek(start * STORED.itemsize)
            parts.append(np.frombuffer(self._file.read(count * STORED.itemsize), dtype=STORED))
        found = np.concatenate(parts)
        found = found[np.lexsort((found["row"], found["time"]))]
        values = np.ascontiguousarray(found["value"])
        return Piece(
            int(extents[0, 0]),
            np.ascontiguousarray(found["time"]),
            values.view(np.float64) if self._kind == "d" else values,
            np.ascontiguousarray(found["row"]),
        )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _runs(extents: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the extents of each meter and bucket."""
    changes = np.flatnonzero(np.diff(extents[:, :2], axis=0).any(axis=1)) + 1
    yield from np.split(extents, changes)
