"""The series of many meters at once: an engine that can reads them faster than one by one."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from energy.span import Span
from storage.readings import ReadingStore, Series


@runtime_checkable
class ReadsMany(Protocol):
    """What an engine offers beyond ReadingStore if it reads many meters faster together."""

    def many_series(
        self, table: str, meters: Sequence[str], span: Span
    ) -> Iterator[tuple[str, Series]]:
        """Yield what ReadingStore.series returns of each meter, in any order, each meter once."""
        ...


def each_series(
    store: ReadingStore, table: str, meters: Sequence[str], span: Span
) -> Iterator[tuple[str, Series]]:
    """Yield the series of each meter, read together where the engine can.

    Args:
        store: Where the readings are.
        table: Raw table.
        meters: Meters, each once.
        span: Half-open span.

    Yields:
        Each meter once, in any order, with its winning readings in order of time.
    """
    if isinstance(store, ReadsMany):
        yield from store.many_series(table, meters, span)
    else:
        for meter in meters:
            yield meter, store.series(table, meter, span)
