"""Compares sorted readings with the store, and leaves what it does not have for the collector."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from energy.reading import Quality
from energy.span import Span
from jieneng.imports.balance import Balance
from jieneng.imports.sorted_file import entries_of, runs_of
from storage.readings import ReadingStore
from storage.records import chunks, imports
from storage.records.book import Records
from storage.records.chunks import Run
from storage.records.imports import Import

YEAR_MS = 366 * 24 * 3_600_000
"""Asked of the store at once for a meter; chosen: half a million readings of a minute each."""
CHUNK = 20_000
"""Readings in a chunk, at least, but for the last; chosen: as many as a batch of the shipper."""


@dataclass(frozen=True)
class Compared:
    """A piece after the store was asked.

    Attributes:
        run: What is to be written.
        counts: How many readings of the piece are new, changing, same, outranked.
    """

    run: Run
    counts: Counter[str] = field(default_factory=Counter)


def compare(store: ReadingStore, folder: Path, *, source: int, arrived: int) -> Iterator[Compared]:
    """Yield, piece by piece, what the store does not have yet.

    Args:
        store: Asked only for times at which it may have something.
        folder: Holds the sorted readings.
        source: energy.reading.Source of the import.
        arrived: Its time [ms].

    Raises:
        UnreachableError: If the store does not answer.
    """
    newest = store.newest()
    for whole in runs_of(folder):
        for run in _years(whole):
            span = Span(int(run.times[0]), int(run.times[-1]) + 1)
            if newest.get(run.meter, span.start - 1) < span.start:
                yield Compared(run, Counter(new=len(run.times)))
            else:
                yield _compared(store, run, span, source=source, arrived=arrived)


def _years(run: Run) -> Iterator[Run]:
    cuts = np.flatnonzero(np.diff((run.times - run.times[0]) // YEAR_MS)) + 1
    for times, values in zip(np.split(run.times, cuts), np.split(run.values, cuts), strict=True):
        yield Run(run.meter, run.table, times, values)


def _compared(store: ReadingStore, run: Run, span: Span, *, source: int, arrived: int) -> Compared:
    stored = store.series(run.table, run.meter, span)
    if not len(stored):
        return Compared(run, Counter(new=len(run.times)))
    at = np.minimum(np.searchsorted(stored.time, run.times), len(stored) - 1)
    there = stored.time[at] == run.times
    equal = there & (stored.value[at] == run.values) & (stored.quality[at] == Quality.ORDINARY)
    # As energy.reading.rank decides; ours is revision 0, and ordinary.
    greater = (stored.arrived[at] > arrived) | (
        (stored.arrived[at] == arrived) & (stored.value[at] >= run.values)
    )
    stronger = (stored.source[at] > source) | (
        (stored.source[at] == source) & ((stored.revision[at] > 0) | greater)
    )
    outranked = there & ~equal & stronger
    keep = ~(equal | outranked)
    counts = Counter(
        new=int((~there).sum()),
        same=int(equal.sum()),
        outranked=int(outranked.sum()),
        changing=int((there & keep).sum()),
    )
    return Compared(Run(run.meter, run.table, run.times[keep], run.values[keep]), counts)


def put(
    records: Records,
    compared: Iterator[Compared],
    wanted: Import,
    *,
    source: int,
    balance: Balance,
    progress: Callable[[int], None],
) -> None:
    """Leave readings for the collector, which sees them when all are there.

    Args:
        records: Where to.
        compared: What is to be written.
        wanted: The import.
        source: energy.reading.Source of its readings.
        balance: Its counters; those of the comparison are added.
        progress: Told how many readings have been compared.
    """
    with records.session() as session:
        number = imports.begin(session, wanted)
    for runs in _chunks(_counted(compared, balance, progress)):
        payload = chunks.pack(runs, source=source, arrived=wanted.at)
        with records.session() as session:
            imports.add(session, number, [(_readings(runs), payload)])
    with records.session() as session:
        imports.finish(session, number, balance.as_dict())


def count(
    compared: Iterator[Compared], *, balance: Balance, progress: Callable[[int], None]
) -> None:
    """Add the counters of the comparison to a balance; keep nothing."""
    for _ in _counted(compared, balance, progress):
        pass


def total_of(folder: Path) -> int:
    """Return how many sorted readings a folder holds."""
    return sum(entry.count for entry in entries_of(folder))


def _counted(
    compared: Iterator[Compared], balance: Balance, progress: Callable[[int], None]
) -> Iterator[Run]:
    done = 0
    for one in compared:
        counts = one.counts
        balance.new += counts["new"]
        balance.same += counts["same"]
        balance.outranked += counts["outranked"]
        balance.changing += counts["changing"]
        done += counts.total()
        progress(done)
        yield one.run


def _chunks(runs: Iterator[Run]) -> Iterator[list[Run]]:
    """Yield runs in lots of CHUNK readings or more; long runs are cut."""
    lot: list[Run] = []
    for run in runs:
        for start in range(0, len(run.times), CHUNK):
            end = start + CHUNK
            lot.append(Run(run.meter, run.table, run.times[start:end], run.values[start:end]))
            if _readings(lot) >= CHUNK:
                yield lot
                lot = []
    if lot:
        yield lot


def _readings(runs: list[Run]) -> int:
    return sum(len(run.times) for run in runs)
