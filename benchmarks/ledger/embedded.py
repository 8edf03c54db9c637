"""The same registers in the embedded store: written as they arrive, read by one core."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.ledger.faulty import QUARTER_MS, Register, registers
from energy.reading import REGISTER
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.columns import Columns
from storage.engines.duckdb import DuckDBStore
from storage.many import each_series
from storage.readings import ReadingStore

EPOCH_MS = 1_704_067_200_000
"""Registers begin at time 0, before a store's earliest; here they begin with 2024."""
EVER = Span(EARLIEST_MS, LATEST_MS)


def names_of(meters: int) -> list[str]:
    """Return the names of meters."""
    return [f"meter{number:04}" for number in range(meters)]


def fill(path: Path, *, meters: int, quarters: int) -> int:
    """Write the registers day by day, as they arrive; return how many readings there are."""
    made = list(registers(meters=meters, quarters=quarters))
    which = np.repeat(np.arange(meters, dtype=np.int32), [len(time) for time, _ in made])
    time = np.concatenate([time for time, _ in made])
    value = np.concatenate([value for _, value in made])
    day = time // (96 * QUARTER_MS)
    order = np.argsort(day, kind="stable")
    series = [(name, REGISTER) for name in names_of(meters)]
    store = DuckDBStore(path, threads=1)
    for rows in np.split(order, np.flatnonzero(np.diff(day[order])) + 1):
        none = np.zeros(len(rows), dtype=np.int8)
        none4, none8 = none.astype(np.int32), none.astype(np.int64)
        times = time[rows] + EPOCH_MS
        store.write(Columns(series, which[rows], times, value[rows], none, none, none4, none8))
    store.close()
    return len(time)


def together(store: ReadingStore, meters: Sequence[str]) -> Iterator[Register]:
    """Yield the registers, read as a round over everything reads them."""
    for _, series in each_series(store, REGISTER, meters, EVER):
        yield series.time - EPOCH_MS, series.value


def one_by_one(store: ReadingStore, meters: Sequence[str]) -> Iterator[Register]:
    """Yield the registers, a question a meter."""
    for meter in meters:
        series = store.series(REGISTER, meter, EVER)
        yield series.time - EPOCH_MS, series.value
