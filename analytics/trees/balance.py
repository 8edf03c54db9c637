"""What a meter says, what those below it say, and what nobody below it counts.

The remainder (未分项、损耗) is published and never divided among the children.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analytics.ledger.rows import ROW, Rows, no_rows, rows_of
from energy.meter import SUB, Meter
from energy.registry import Registry
from energy.span import SECOND_MS, Span
from storage.readings import ReadingStore
from storage.tables import Table

Family = tuple[Meter, tuple[Meter, ...]]
"""A meter and its sub-meters."""

Away = Mapping[str, Sequence[Span]]
"""Meter to when no instrument stood at its point."""


@dataclass(frozen=True)
class Balance:
    """The balance of a meter and its children, a row a period.

    Attributes:
        parent: The meter above.
        children: Its sub-meters.
        start: Start of each period [ms]. Shape (n,).
        above: What the parent says of it, or of the part that is known [base units]. Shape (n,).
        below: What each child says of it, or of the part that is known. Shape (n, children).
        is_above_known: Whether the parent was covered throughout. Shape (n,).
        is_known: Whether each child was. Shape (n, children).
    """

    parent: Meter
    children: tuple[Meter, ...]
    start: np.ndarray
    above: np.ndarray
    below: np.ndarray
    is_above_known: np.ndarray
    is_known: np.ndarray

    @property
    def known_part(self) -> np.ndarray:
        """What the children say together, as far as it is known [base units]. Shape (n,)."""
        return np.asarray(self.below.sum(axis=1))

    @property
    def remainder(self) -> np.ndarray:
        """Parent less children [base units]; true only where ``is_whole``. Shape (n,)."""
        return np.asarray(self.above - self.known_part)

    @property
    def is_whole(self) -> np.ndarray:
        """Whether parent and all children were covered throughout. Shape (n,)."""
        return np.asarray(self.is_above_known & self.is_known.all(axis=1))


def families_of(registry: Registry) -> list[Family]:
    """Return every meter that has sub-meters, with them; check meters are never added."""
    found = []
    for meter in registry.meters:
        below = registry.children.get(meter.meter, ())
        children = tuple(child for child in below if child.role == SUB)
        if children:
            found.append((meter, children))
    return found


def balance_of(
    store: ReadingStore,
    family: Family,
    table: Table,
    span: Span,
    away: Away = MappingProxyType({}),
) -> Balance:
    """Return the balance of each period of a table of meters within a span."""
    parent, children = family
    names = tuple(meter.meter for meter in (parent, *children))
    points = store.points(table, where=(("meter", names),), span=span)
    by_meter = {str(name): rows_of(rows) for name, rows in points.groupby("meter", sort=False)}
    return balanced(family, by_meter, away)


def balanced(
    family: Family, by_meter: Mapping[str, Rows], away: Away = MappingProxyType({})
) -> Balance:
    """Return the balance that rows of a parent and its children make.

    A period lasts as long as that of the member heard last: one that is behind is not covered.

    Args:
        family: Parent and children.
        by_meter: Rows of one table, by name of the meter.
        away: When no instrument stood at a meter: then it is not expected to say anything.
    """
    parent, children = family
    members = (parent, *children)
    rows = [by_meter.get(meter.meter, no_rows()) for meter in members]
    start = np.unique(np.concatenate([one.start for one in rows]))
    lasts = np.zeros(len(start), dtype=np.int64)
    for one in rows:
        place = np.searchsorted(start, one.start)
        lasts[place] = np.maximum(lasts[place], one.field("period_s"))
    columns = [
        _on(one, start, lasts - _away_s(start, lasts, away.get(meter.meter, ())))
        for meter, one in zip(members, rows, strict=True)
    ]
    return Balance(
        parent,
        children,
        start,
        columns[0][0],
        np.column_stack([amount for amount, _ in columns[1:]]),
        columns[0][1],
        np.column_stack([known for _, known in columns[1:]]),
    )


def _on(rows: Rows, start: np.ndarray, due_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the known part of each period, and whether that is all of it.

    Args:
        rows: What a meter says.
        start: The periods [ms]. Shape (n,).
        due_s: How much of each the meter should cover [s]. Shape (n,).
    """
    amount, known = np.zeros(len(start), dtype=np.int64), due_s <= 0
    place = np.searchsorted(start, rows.start)
    covered = rows.field("measured_s") + rows.field("estimated_s")
    amount[place] = rows.field("amount")
    known[place] |= rows.known[ROW["amount"]] & (covered >= due_s[place])
    return amount, known


def _away_s(start: np.ndarray, lasts: np.ndarray, away: Sequence[Span]) -> np.ndarray:
    """Return how long no instrument stood there within each period [s]."""
    found = np.zeros(len(start), dtype=np.int64)
    for span in away:
        gone = np.minimum(start + lasts * SECOND_MS, span.end) - np.maximum(start, span.start)
        found += np.maximum(gone, 0) // SECOND_MS
    return found
