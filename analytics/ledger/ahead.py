"""Readings of many meters read together, before they are followed one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from analytics.ledger.reach import REACHES_MS
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.many import each_series
from storage.readings import ReadingStore, Series

RECENT_MS = 48 * HOUR_MS
"""Meters that are new within so long of each other are read together. Chosen: the restart after a
day without network; the farther back, the more is read of those that need it least."""


class HasSeries(Protocol):
    """Where the readings of a meter come from."""

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return readings; see ReadingStore.series."""
        ...


@dataclass(frozen=True)
class Ahead:
    """The readings of one meter in a span; what lies outside of it the store is asked for."""

    store: ReadingStore
    span: Span
    read: Series

    def series(self, table: str, meter: str, span: Span) -> Series:
        """Return readings of the one meter; see ReadingStore.series."""
        if span.start < self.span.start or span.end > self.span.end:
            return self.store.series(table, meter, span)
        first, last = self.read.time.searchsorted([span.start, span.end]).tolist()
        return Series(**{name: column[first:last] for name, column in vars(self.read).items()})


def in_turn(
    store: ReadingStore, registry: Registry, news: Mapping[str, Sequence[Span]]
) -> Iterator[tuple[str, HasSeries]]:
    """Yield every meter with news once, and where its readings are.

    Meters new from their beginning are read together, and so are those new of late. One that is
    alone with its news is left to the store, which reads no more than is asked for.
    """
    groups: dict[tuple[str, Span], list[str]] = {}
    newest = max((spans[-1].start for spans in news.values()), default=0)
    for name in sorted(news):
        meter = registry.meter.get(name)
        span = _ahead_of(news[name], newest)
        is_computed = name in registry.portions
        if meter is None or meter.table == GAUGE or is_computed or span is None:
            yield name, store
        else:
            groups.setdefault((meter.table, span), []).append(name)
    for (table, span), names in groups.items():
        if len(names) == 1:
            yield names[0], store
            continue
        for name, series in each_series(store, table, names, span):
            yield name, Ahead(store, span, series)


def _ahead_of(news: Sequence[Span], newest: int) -> Span | None:
    """Return what is read ahead of a meter; None if it is alone with its news."""
    if news[0].start <= 0:
        return Span(EARLIEST_MS, LATEST_MS)
    since = newest - RECENT_MS
    return Span(since - REACHES_MS[0], LATEST_MS) if news[0].start >= since else None
