"""Balances at rest: what a meter says beside its sub-meters, as points of derived tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.ledger.mains import away_of
from analytics.ledger.meters import tags_of
from analytics.ledger.rows import Rows, rows_by
from analytics.ledger.wall import month_and_year
from analytics.trees.balance import Away, Balance, Family, balanced, families_of
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.series_spans import Spans
from storage.tables import BALANCE_DAY, BALANCE_MONTH, METER_DAY, METER_MONTH, Table

_DAY_MS = 24 * HOUR_MS
_ROWS = 100_000
"""So many days of meters are in memory at once; chosen: some 20 MB."""


def write_balances(
    store: ReadingStore,
    registry: Registry,
    changed: Mapping[str, Sequence[Span]] | None,
    *,
    frozen_before: int,
) -> None:
    """Make the tables of balances say what those of meters say.

    Args:
        store: Has the days and months of meters as they are now.
        registry: Says what lies below what.
        changed: Meter to where its days were written; None if families may be others.
        frozen_before: Time [ms] before which no figure changes.
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
    groups: dict[tuple[Span, str], list[Family]] = {}
    for family in families:
        span = _touched(family, changed)
        if span is not None:
            timezone = registry.site[family.parent.site].timezone
            groups.setdefault((span, timezone), []).append(family)
    away = away_of(registry)
    for (span, timezone), group in groups.items():
        first = span.start if span.start <= EARLIEST_MS else month_and_year(span.start, timezone)[0]
        months = _rows(store, METER_MONTH, group, Span(first, LATEST_MS))
        _write(store, BALANCE_MONTH, group, _said(group, months, away), Span(first, LATEST_MS))
        for piece in _pieces(span, months.values(), len(registry.meters)):
            days = _rows(store, METER_DAY, group, piece)
            _write(store, BALANCE_DAY, group, _said(group, days, away), piece)


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


def _rows(
    store: ReadingStore, table: Table, families: Sequence[Family], span: Span
) -> dict[str, Rows]:
    """Return what a table says of the members of some families within a span, by meter."""
    names = {meter.meter for family in families for meter in family.members}
    where = (("meter", tuple(sorted(names))),) if len(families) == 1 else ()
    rows = rows_by(store.points(table, where=where, span=span), ["meter"])
    return {name: own for (name,), own in rows.items() if name in names}


def _pieces(span: Span, months: Iterable[Rows], meters: int) -> Iterator[Span]:
    """Yield a span in pieces whose days fit the memory; those without a month are in the ends."""
    starts = [int(rows.start[place]) for rows in months if len(rows) for place in (0, -1)]
    begin, last = max(min(starts, default=0), span.start), max(starts, default=0)
    length = max(_ROWS // max(meters, 1), 1) * _DAY_MS
    edges = [span.start, *range(begin + length, last, length), span.end]
    for start, end in pairwise(edges):
        if start < end:
            yield Span(start, min(end, span.end))


def _said(families: Sequence[Family], by_meter: Mapping[str, Rows], away: Away) -> list[Balance]:
    """Return the balances of those families of which anything is said."""
    return [
        balanced(family, by_meter, away)
        for family in families
        if any(meter.meter in by_meter for meter in family.members)
    ]


def _write(
    store: ReadingStore,
    table: Table,
    families: Sequence[Family],
    said: Sequence[Balance],
    span: Span,
) -> None:
    """Write the balances of some families within a span."""
    frame = _frame(table, said) if said else empty_points(table)
    spans: Spans = {(family.parent.meter,): [span] for family in families}
    store.renew(table, frame, key=["meter"], spans=spans)


def _frame(table: Table, balances: Sequence[Balance]) -> pd.DataFrame:
    """Return balances as points; one frame for many costs little more than one for one."""
    lengths = [len(one.start) for one in balances]
    columns: dict[str, object] = {"time": np.concatenate([one.start for one in balances])}
    tags = [tags_of(one.parent) for one in balances]
    for tag in table.tags:
        names = np.array([one[tag] for one in tags], dtype=object)
        columns[tag] = pd.array(np.repeat(names, lengths), dtype="str")
    fields = [_fields(one) for one in balances]
    for name in table.field:
        values = np.concatenate([one[name][0] for one in fields]).astype(np.int64)
        known = np.concatenate([one[name][1] for one in fields])
        columns[name] = pd.arrays.IntegerArray(values, ~known)
    return pd.DataFrame(columns)


def _fields(balance: Balance) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the values of each field, and where it is known."""
    always = np.ones(len(balance.start), dtype=bool)
    below = balance.known_part
    return {
        "amount": (balance.above, balance.is_above_known),
        "amount_known": (balance.above, always),
        "below": (below, np.asarray(balance.is_known.all(axis=1))),
        "below_known": (below, always),
        "remainder": (balance.remainder, balance.is_whole),
        "covered": (balance.is_known.sum(axis=1), always),
        "children": (np.full(len(balance.start), len(balance.children)), always),
    }
