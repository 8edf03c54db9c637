"""Balances at rest: what a meter says beside its sub-meters, as points of derived tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.ledger.mains import away_of
from analytics.ledger.meters import tags_of
from analytics.ledger.rows import Rows, no_rows, rows_of
from analytics.ledger.wall import month_and_year
from analytics.trees.balance import Away, Balance, Family, balanced, families_of
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import BALANCE_DAY, BALANCE_MONTH, METER_DAY, METER_MONTH, Table

_SHORT_MS = 40 * 24 * HOUR_MS
"""So many days of all meters fit the memory of a laptop as one frame; chosen: a month."""


def write_balances(
    store: ReadingStore,
    registry: Registry,
    changed: Mapping[str, Sequence[Span]] | None,
    *,
    frozen_before: int,
    now_ms: int,
) -> None:
    """Make the tables of balances say what those of meters say.

    Args:
        store: Has the days and months of meters as they are now.
        registry: Says what lies below what.
        changed: Meter to where its days were written; None if families may be others.
        frozen_before: Time [ms] before which no figure changes.
        now_ms: The present [ms]: what is new lately is written for many families at once.
    """
    families = families_of(registry)
    ever = [Span(frozen_before, LATEST_MS)]
    parents = {family.parent.meter for family in families}
    there = _written(store)
    _forget(store, there - parents)
    if changed is None:
        changed = {meter.meter: ever for meter in registry.meters}
    else:  # one that was never written has a past
        changed = {**changed, **dict.fromkeys(parents - there, ever)}
    together: dict[Span, list[Family]] = {}
    alone: list[tuple[Span, Family]] = []
    for family in families:
        span = _touched(family, changed)
        if span is not None and span.start > now_ms - _SHORT_MS:
            together.setdefault(span, []).append(family)
        elif span is not None:
            alone.append((span, family))
    away = away_of(registry)
    groups = [(span, [family]) for span, family in alone] + list(together.items())
    for span, group in groups:
        timezone = registry.site[group[0].parent.site].timezone
        first = span.start if span.start <= EARLIEST_MS else month_and_year(span.start, timezone)[0]
        months = Span(min(first, span.start), LATEST_MS)
        _write(store, group, (METER_DAY, BALANCE_DAY), span, away)
        _write(store, group, (METER_MONTH, BALANCE_MONTH), months, away)


def _touched(family: Family, changed: Mapping[str, Sequence[Span]]) -> Span | None:
    """Return one span around all that is new of a family; None if nothing is."""
    spans = [span for meter in family.members for span in changed.get(meter.meter, ())]
    if not spans:
        return None
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _written(store: ReadingStore) -> set[str]:
    """Return the meters whose balances the tables have."""
    there = store.points(BALANCE_MONTH, where=(), span=Span(EARLIEST_MS, LATEST_MS))
    return set(map(str, there["meter"].unique()))


def _forget(store: ReadingStore, meters: Iterable[str]) -> None:
    """Take meters that have no sub-meters any more out of the tables."""
    for meter in meters:
        for table in (BALANCE_DAY, BALANCE_MONTH):
            ever = Span(EARLIEST_MS, LATEST_MS)
            store.replace(table, empty_points(table), tags={"meter": meter}, span=ever)


def _write(
    store: ReadingStore,
    families: Sequence[Family],
    tables: tuple[Table, Table],
    span: Span,
    away: Away,
) -> None:
    """Write the balances of some families within a span, from one table of meters to another."""
    source, target = tables
    names = tuple({meter.meter for family in families for meter in family.members})
    points = store.points(source, where=(("meter", names),), span=span)
    by_meter: dict[str, Rows] = {
        str(name): rows_of(rows) for name, rows in points.groupby("meter", sort=False)
    }
    fresh = [
        _frame(target, balanced(family, by_meter, away))
        for family in families
        if any(len(by_meter.get(meter.meter, no_rows())) for meter in family.members)
    ]
    parents = [family.parent.meter for family in families]
    tags = {"meter": parents[0]} if len(parents) == 1 else {}
    frames = [*fresh, *_others(store, target, parents, span)] if not tags else fresh
    whole = pd.concat(frames, ignore_index=True) if frames else empty_points(target)
    store.replace(target, whole, tags=tags, span=span)


def _others(
    store: ReadingStore, table: Table, parents: Sequence[str], span: Span
) -> Iterator[pd.DataFrame]:
    """Yield what the table says of other families within a span, if it does."""
    there = store.points(table, where=(), span=span)
    others = there[~there["meter"].isin(parents)]
    if len(others):
        yield others


def _frame(table: Table, balance: Balance) -> pd.DataFrame:
    """Return a balance as points."""
    children_known = np.asarray(balance.is_known.all(axis=1))
    count = np.full(len(balance.start), len(balance.children), dtype=np.int64)
    always = np.zeros(len(count), dtype=bool)
    columns: dict[str, object] = {"time": balance.start}
    columns |= {tag: tags_of(balance.parent)[tag] for tag in table.tags}
    columns |= {
        name: pd.arrays.IntegerArray(values.astype(np.int64), missing)
        for name, values, missing in (
            ("amount", balance.above, ~balance.is_above_known),
            ("amount_known", balance.above, always),
            ("below", balance.known_part, ~children_known),
            ("below_known", balance.known_part, always),
            ("remainder", balance.remainder, ~balance.is_whole),
            ("covered", balance.is_known.sum(axis=1), always),
            ("children", count, always),
        )
    }
    return pd.DataFrame(columns)
