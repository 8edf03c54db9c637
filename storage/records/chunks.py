"""Readings of files as packed chunks: a few bytes each while they wait for the collector."""

import zlib
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from energy.reading import GAUGE, Quality, Reading

LEVEL = 1
"""Of zlib; chosen: differences of meter readings are mostly zeros, more effort gains little."""


class Run(msgspec.Struct, frozen=True):
    """Readings of one meter.

    Attributes:
        meter: Name of the meter.
        table: REGISTER, INTERVAL or GAUGE.
        times: ms since 1970 UTC, increasing. Shape (n,), int64.
        values: Steps or base units (int64), or a gauge's numbers (float64). Shape (n,).
    """

    meter: str
    table: str
    times: np.ndarray
    values: np.ndarray


class _Packed(msgspec.Struct, array_like=True, frozen=True):
    """A run at rest: differences to the value before, little-endian; a gauge's numbers as such."""

    meter: str
    table: str
    times: bytes
    values: bytes


class _Chunk(msgspec.Struct, array_like=True, frozen=True):
    source: int
    arrived: int
    runs: list[_Packed]


_DECODER = msgspec.msgpack.Decoder(_Chunk)


def pack(runs: Sequence[Run], *, source: int, arrived: int) -> bytes:
    """Return the bytes of a chunk.

    Args:
        runs: The readings.
        source: energy.reading.Source of all of them.
        arrived: When they were imported [ms].
    """
    packed = [
        _Packed(
            run.meter,
            run.table,
            _differences(run.times),
            run.values.astype("<f8").tobytes() if run.table == GAUGE else _differences(run.values),
        )
        for run in runs
    ]
    return zlib.compress(msgspec.msgpack.encode(_Chunk(source, arrived, packed)), LEVEL)


def unpack(payload: bytes) -> Iterator[Reading]:
    """Yield the readings of a chunk, meter after meter in order of time."""
    chunk = _DECODER.decode(zlib.decompress(payload))
    ordinary = int(Quality.ORDINARY)
    for run in chunk.runs:
        values: list[int] | list[float] = (
            np.frombuffer(run.values, dtype="<f8").tolist()
            if run.table == GAUGE
            else _sums(run.values)
        )
        for time, value in zip(_sums(run.times), values, strict=True):
            yield Reading(
                run.meter, run.table, time, value, ordinary, chunk.source, 0, chunk.arrived
            )


def _differences(numbers: np.ndarray) -> bytes:
    # Differences of 64 bits may run over; their sums run over in the same way back.
    return np.diff(numbers.astype("<i8"), prepend=np.int64(0)).astype("<i8").tobytes()


def _sums(packed: bytes) -> list[int]:
    found: list[int] = np.frombuffer(packed, dtype="<i8").cumsum(dtype=np.int64).tolist()
    return found
