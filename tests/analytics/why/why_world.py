"""Asking why, over records in a file and ledgers in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from analytics.why.asked import Answer, Asked
from analytics.why.meter import why_meter
from energy.registry import Registry
from storage.engines.memory import MemoryStore
from storage.readings import ReadingStore
from storage.records.book import Records
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import REFERENCE, ledger_of
from tests.analytics.rounds.test_rounds_late import DAY, NOW
from tests.builders import registry_of


@contextmanager
def asking(records: Records, store: ReadingStore, registry: Registry) -> Iterator[Asked]:
    """Yield what a why is asked of."""
    with records.reading() as session:
        yield Asked(session, store, registry, REFERENCE, NOW)


def why(
    records: Records,
    store: ReadingStore,
    registry: Registry,
    key: str,
    quantity: str = "",
    *,
    meter: str = MAIN.meter,
) -> Answer:
    """Return why a figure of a meter is what it is."""
    with asking(records, store, registry) as asked:
        return why_meter(asked, meter, key, quantity)


def figures(answer: Answer) -> dict[str, int | None]:
    """Return what came out again."""
    return {one["figure"]: one["again"] for one in answer["figures"]}


def a_day(rises: Sequence[int] = (100,) * 60) -> tuple[MemoryStore, Registry]:
    """Return 60 hours of one meter, from 25 February 2026 on, and its registry."""
    registry = registry_of(MAIN)
    return ledger_of(registry, hourly(MAIN, list(rises)), now_ms=START + 3 * DAY), registry
