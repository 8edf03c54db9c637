"""The good readings of a file, sorted by meter and time, on their way to the store's process."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
import numpy as np

from energy.reading import GAUGE
from storage.records.chunks import Run

READINGS_FILE = "readings.bin"
INDEX_FILE = "index.json"


class Entry(msgspec.Struct, frozen=True):
    """Where the readings of one piece lie.

    Attributes:
        meter: Name of the meter.
        table: REGISTER, INTERVAL or GAUGE.
        start: First of its times in the file, in units of 8 bytes; its values follow them.
        count: How many.
        first: Earliest time [ms].
        last: Latest time [ms].
    """

    meter: str
    table: str
    start: int
    count: int
    first: int
    last: int


class SortedFile:
    """Writes pieces into a folder.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.entries: list[Entry] = []
        self._folder = folder
        self._file: IO[bytes] = (folder / READINGS_FILE).open("wb")
        self._written = 0

    def add(self, run: Run) -> None:
        """Write a piece that is not empty."""
        count = len(run.times)
        self._file.write(run.times.astype("<i8").tobytes())
        self._file.write(run.values.astype("<f8" if run.table == GAUGE else "<i8").tobytes())
        first, last = int(run.times[0]), int(run.times[-1])
        self.entries.append(Entry(run.meter, run.table, self._written, count, first, last))
        self._written += 2 * count

    def close(self) -> None:
        """Finish the files."""
        self._file.close()
        (self._folder / INDEX_FILE).write_bytes(msgspec.json.encode(self.entries))


def entries_of(folder: Path) -> list[Entry]:
    """Return what lies in a folder."""
    return msgspec.json.decode((folder / INDEX_FILE).read_bytes(), type=list[Entry])


def runs_of(folder: Path) -> Iterator[Run]:
    """Yield the pieces of a folder in order."""
    with (folder / READINGS_FILE).open("rb") as file:
        for entry in entries_of(folder):
            file.seek(8 * entry.start)
            times = np.frombuffer(file.read(8 * entry.count), dtype="<i8")
            kind = "<f8" if entry.table == GAUGE else "<i8"
            values = np.frombuffer(file.read(8 * entry.count), dtype=kind)
            yield Run(entry.meter, entry.table, times, values)
