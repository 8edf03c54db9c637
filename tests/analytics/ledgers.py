"""Rounds over a store in memory, for the properties of the ledger."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import pandas as pd

from analytics.recomputing import Round
from energy.factors import Factor
from energy.reading import Reading
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from energy.tariffs.tariff import TariffRow
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.engines.memory import MemoryStore
from storage.readings import ReadingStore
from storage.tables import DERIVED, Table

ALWAYS = Span(EARLIEST_MS, LATEST_MS)
DAWN, DUSK = 8 * 60, 20 * 60


def price(period: str, from_minute: int, to_minute: int, yuan: int, priority: int = 0) -> TariffRow:
    """Return a row of the tariff of the example meter."""
    return TariffRow(
        tariff="beijing_general",
        kind="electricity",
        valid_from=date(2000, 1, 1),
        valid_to=date.max,
        months=tuple(range(1, 13)),
        period=period,
        from_minute=from_minute,
        to_minute=to_minute,
        priority=priority,
        price_micro=yuan * 1_000_000,
        source="chosen",
        confidence="example",
    )


def factor(name: str, per_display: str, *, begin: date = date(2000, 1, 1)) -> Factor:
    """Return a factor of electricity."""
    value = Fraction(per_display)
    return Factor(name, "electricity", "", begin, date.max, value, "chosen", "example")


REFERENCE = Reference(
    tariffs={"beijing_general": (price("valley", 0, 1440, 1), price("peak", DAWN, DUSK, 2, 1))},
    factors={
        "NGOA-stat": (factor("NGOA-stat", "0.1229"),),
        "MEE-average": (
            factor("MEE-average", "0.5568"),
            factor("MEE-average", "0.5366", begin=date(2026, 3, 1)),
        ),
    },
)
"""One yuan a kWh by night and two by day; a CO2 factor that changes on 1 March 2026."""


def run_round(
    store: ReadingStore,
    registry: Registry,
    news: Mapping[str, int | Sequence[Span]],
    *,
    now_ms: int,
    frozen_before: int = EARLIEST_MS,
) -> Round:
    """Run the part of a round that writes amounts; a number means from this time [ms] on."""
    work = Round(
        store=store,
        registry=registry,
        reference=REFERENCE,
        now_ms=now_ms,
        frozen_before=frozen_before,
        news={
            name: [Span(spans, LATEST_MS)] if isinstance(spans, int) else spans
            for name, spans in news.items()
        },
        say=lambda _step: None,
    )
    work.meters()
    work.places()
    work.states()
    return work


def ledger_of(registry: Registry, readings: Sequence[Reading], *, now_ms: int) -> MemoryStore:
    """Return a store with these readings and their ledger, computed from scratch."""
    store = MemoryStore()
    assert not store.write(readings)
    run_round(store, registry, {meter.meter: 0 for meter in registry.meters}, now_ms=now_ms)
    return store


def points(store: ReadingStore, table: Table, **tags: str) -> pd.DataFrame:
    """Return all points of a table with these tags."""
    where = tuple((tag, (value,)) for tag, value in tags.items())
    return store.points(table, where=where, span=ALWAYS)


def everything(store: ReadingStore) -> dict[str, str]:
    """Return every derived table as text, to compare two stores."""
    return {name: points(store, table).to_csv() for name, table in DERIVED.items()}
