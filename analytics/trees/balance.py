"""What a meter says, what those below it say, and what nobody below it counts.

The remainder (未分项、损耗) is published and never divided among the children.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.ledger.rows import ROW, Rows, no_rows, rows_of
from energy.meter import SUB, Meter
from energy.registry import Registry
from energy.span import Span
from storage.readings import ReadingStore
from storage.tables import Table


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


def families_of(registry: Registry) -> list[tuple[Meter, tuple[Meter, ...]]]:
    """Return every meter that has sub-meters, with them; check meters are never added."""
    found = []
    for meter in registry.meters:
        below = registry.children.get(meter.meter, ())
        children = tuple(child for child in below if child.role == SUB)
        if children:
            found.append((meter, children))
    return found


def balance_of(
    store: ReadingStore, parent: Meter, children: tuple[Meter, ...], table: Table, span: Span
) -> Balance:
    """Return the balance of each period of a table of meters within a span."""
    names = tuple(meter.meter for meter in (parent, *children))
    points = store.points(table, where=(("meter", names),), span=span)
    return balanced(parent, children, points)


def balanced(parent: Meter, children: tuple[Meter, ...], points: pd.DataFrame) -> Balance:
    """Return the balance that points of a parent and its children make."""
    by_meter = {str(name): rows_of(rows) for name, rows in points.groupby("meter", sort=False)}
    rows = [by_meter.get(meter.meter, no_rows()) for meter in (parent, *children)]
    start = np.unique(np.concatenate([one.start for one in rows]))
    columns = [_on(one, start) for one in rows]
    return Balance(
        parent,
        children,
        start,
        columns[0][0],
        np.column_stack([amount for amount, _ in columns[1:]]),
        columns[0][1],
        np.column_stack([known for _, known in columns[1:]]),
    )


def _on(rows: Rows, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the known part of each period, and whether that is all of it."""
    amount, known = np.zeros(len(start), dtype=np.int64), np.zeros(len(start), dtype=bool)
    place = np.searchsorted(start, rows.start)
    covered = rows.field("measured_s") + rows.field("estimated_s")
    amount[place] = rows.field("amount")
    known[place] = rows.known[ROW["amount"]] & (covered >= rows.field("period_s"))
    return amount, known
