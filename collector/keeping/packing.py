"""What a record of the spool holds, and its bytes.

The counters stand in every record as running totals: the newest record alone says how the books
stood when it was written, and a commit of readings and of counters is one and the same write.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from collector.keeping.segment import Record
from collector.refused.letter import Letter
from energy.reading import Reading
from storage.columns import Columns, columns_of


class Totals(msgspec.Struct, array_like=True, frozen=True):
    """Running totals since the state folder was made, as a record was written.

    Attributes:
        received: Readings received.
        accepted: Readings put into the spool.
        dead: Readings refused before the spool.
        duplicate: Readings that said again what the meter had just said.
        retained: Repeats of the broker at subscription.
        finer: Values finer than the step of their meter, which were floored to it.
        dropped: Readings in dead letters that people gave up.
        cut: Readings in dead letters of which not every byte is kept.
        doubtful: Readings put into the spool that are possible but odd.
        uncertain: Readings put into the spool that were said nobody knows when.
        above_rate: Of the doubtful, those that say more than their meter can have counted.
        out_of_time: Of the doubtful, those whose register had got further at an earlier time.
    """

    received: int = 0
    accepted: int = 0
    dead: int = 0
    duplicate: int = 0
    retained: int = 0
    finer: int = 0
    dropped: int = 0
    cut: int = 0
    doubtful: int = 0
    uncertain: int = 0
    above_rate: int = 0
    out_of_time: int = 0


class Commit(NamedTuple):
    """One record: readings, dead letters, the totals after them.

    And, where people had letters read again or dropped, numbers of letters with the readings to
    take from each.
    """

    readings: Columns
    letters: Sequence[Letter]
    totals: Totals
    settled: Sequence[tuple[int, int]] = ()


class _Packed(msgspec.Struct, array_like=True):
    """A commit on disk: columns as their bytes, little-endian; marks that all are 0 as none."""

    series: list[tuple[str, str]]
    which: bytes
    time: bytes
    value: bytes
    quality: bytes
    source: bytes
    revision: bytes
    arrived: bytes
    letters: Sequence[Letter]
    totals: Totals
    settled: Sequence[tuple[int, int]] = ()


class _PackedOnce(msgspec.Struct, array_like=True):
    """A commit in segments of format 1."""

    readings: list[Reading]
    letters: list[Letter]
    totals: Totals


_COLUMNS = {"which": "<i4", "time": "<i8", "value": "<i8"}
_MARKS = {"quality": "i1", "source": "i1", "revision": "<i4", "arrived": "<i8"}
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Packed)
_DECODER_1 = msgspec.msgpack.Decoder(_PackedOnce)


def pack(commit: Commit) -> bytes:
    """Return the payload of a record."""
    readings, *rest = commit
    columns = [getattr(readings, name).astype(kind).tobytes() for name, kind in _COLUMNS.items()]
    marks = [_mark_bytes(getattr(readings, name), kind) for name, kind in _MARKS.items()]
    return _ENCODER.encode([readings.series, *columns, *marks, *rest])


def unpack(record: Record) -> Commit:
    """Return what a record holds."""
    if record.form == 1:
        old = _DECODER_1.decode(record.payload)
        return Commit(columns_of(old.readings), old.letters, old.totals)
    packed = _DECODER.decode(record.payload)
    columns = {
        name: np.frombuffer(getattr(packed, name), dtype=kind) for name, kind in _COLUMNS.items()
    }
    size = len(columns["which"])
    marks = {name: _mark(getattr(packed, name), kind, size) for name, kind in _MARKS.items()}
    readings = Columns(packed.series, **columns, **marks)
    return Commit(readings, packed.letters, packed.totals, packed.settled)


def _mark_bytes(mark: np.ndarray, kind: str) -> bytes:
    return mark.astype(kind).tobytes() if mark.any() else b""


def _mark(packed: bytes, kind: str, size: int) -> np.ndarray:
    return np.frombuffer(packed, dtype=kind) if packed else np.zeros(size, dtype=kind)
