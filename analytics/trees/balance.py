"""What a meter says, what those below it say, and what nobody below it counts.

The remainder (未分项、损耗) is published and never divided among the children.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from analytics.ledger.rows import ROW, Rows, no_rows, rows_of
from analytics.trees.feeding import NOTHING, fed_beside, fed_together
from energy.meter import EXPORT, SUB, Meter
from energy.registry import Registry
from energy.span import SECOND_MS, Span
from energy.uses import OWN_GENERATION
from storage.readings import ReadingStore
from storage.tables import Table


class Family(NamedTuple):
    """A meter and those beside which it is held.

    Attributes:
        parent: The meter above.
        children: Its sub-meters.
        sources: Meters of what is generated below it.
        exports: Meters of what goes out again, of which the sources are not less already.
        perhaps: Meters that feed the same installation; nobody knows which of the children.
    """

    parent: Meter
    children: tuple[Meter, ...]
    sources: tuple[Meter, ...] = ()
    exports: tuple[Meter, ...] = ()
    perhaps: tuple[Meter, ...] = ()

    @property
    def members(self) -> tuple[Meter, ...]:
        """All that its balance is made of, the parent first."""
        return (self.parent, *self.children, *self.sources, *self.exports)


Away = Mapping[str, Sequence[Span]]
"""Meter to when no instrument stood at its point."""


@dataclass(frozen=True)
class Balance:
    """The balance of a meter and its children, a row a period.

    Attributes:
        parent: The meter above.
        children: Its sub-meters.
        start: Start of each period [ms]. Shape (n,).
        above: What reaches those below, or the part that is known [base units]: the parent's own,
            and what is generated less what goes out again. Shape (n,).
        below: What each child says of it, or of the part that is known. Shape (n, children).
        is_above_known: Whether all that counts it was covered throughout. Shape (n,).
        is_known: Whether each child was. Shape (n, children).
        bought: What the parent itself says [base units]. Shape (n,).
        sold: What goes out again [base units]; 0 where nothing can. Shape (n,).
        share: What part of each period the member covered that covered least, 0 to 1. Shape (n,).
    """

    parent: Meter
    children: tuple[Meter, ...]
    start: np.ndarray
    above: np.ndarray
    below: np.ndarray
    is_above_known: np.ndarray
    is_known: np.ndarray
    bought: np.ndarray
    sold: np.ndarray
    share: np.ndarray

    def at(self, rows: np.ndarray) -> "Balance":
        """Return some of its periods.

        Args:
            rows: Which. Shape (m,), int64.
        """
        return Balance(
            self.parent,
            self.children,
            self.start[rows],
            self.above[rows],
            self.below[rows],
            self.is_above_known[rows],
            self.is_known[rows],
            self.bought[rows],
            self.sold[rows],
            self.share[rows],
        )

    @property
    def known_part(self) -> np.ndarray:
        """What the children say together, as far as it is known [base units]. Shape (n,)."""
        return np.asarray(self.below.sum(axis=1))

    @property
    def remainder(self) -> np.ndarray:
        """Parent less children [base units]; true only where ``is_whole``. Shape (n,).

        Elsewhere it is of the known parts, which are of different seconds.
        """
        return np.asarray(self.above - self.known_part)

    @property
    def is_whole(self) -> np.ndarray:
        """Whether parent and all children were covered throughout. Shape (n,)."""
        return np.asarray(self.is_above_known & self.is_known.all(axis=1))


def families_of(registry: Registry) -> list[Family]:
    """Return every meter that has sub-meters, with them; check meters are never added."""
    found, beside = [], fed_beside(registry)
    for meter in registry.meters:
        below, fed = registry.children.get(meter.meter, ()), beside.get(meter.meter, NOTHING)
        made = tuple(child for child in below if child.use == OWN_GENERATION)
        children = tuple(child for child in below if child.role == SUB and child not in made)
        sold = (child for child in below if child.role == EXPORT)
        exports = tuple(child for child in sold if child.meter not in fed.taken_off)
        if children:
            sources = (*made, *fed.panels)
            found.append(Family(meter, children, sources, exports, fed.perhaps))
    return found


def joint_families(registry: Registry) -> list[Family]:
    """Return mains that panels perhaps feed as one family each, with all that is below them.

    The first main is the parent; the others stand beside the panels among its sources.
    """
    found = []
    for bought, panels in fed_together(registry):
        below = [child for one in bought for child in registry.children.get(one.meter, ())]
        children = tuple(child for child in below if child.role == SUB)
        exports = tuple(child for child in below if child.role == EXPORT)
        if children and not exports:  # of what is sold nobody knows whose it is
            found.append(Family(bought[0], children, (*bought[1:], *panels)))
    return found


def balance_of(
    store: ReadingStore,
    family: Family,
    table: Table,
    span: Span,
    away: Away = MappingProxyType({}),
) -> Balance:
    """Return the balance of each period of a table of meters within a span."""
    names = tuple(meter.meter for meter in family.members)
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
    rows = [by_meter.get(meter.meter, no_rows()) for meter in family.members]
    start = np.unique(np.concatenate([one.start for one in rows]))
    lasts = np.zeros(len(start), dtype=np.int64)
    for one in rows:
        place = np.searchsorted(start, one.start)
        lasts[place] = np.maximum(lasts[place], one.field("period_s"))
    said = {
        meter.meter: _on(one, start, lasts - _away_s(start, lasts, away.get(meter.meter, ())))
        for meter, one in zip(family.members, rows, strict=True)
    }
    bought, below = (_columns(said, meters) for meters in ((family.parent,), family.children))
    made, sold = (_columns(said, meters) for meters in (family.sources, family.exports))
    # What goes out again was bought or made: without the one, the other says nothing.
    is_open = bool(family.exports) and not family.sources
    known = np.asarray(np.column_stack([bought[1], made[1], sold[1]]).all(axis=1))
    for meter in family.perhaps:
        known &= lasts <= _away_s(start, lasts, away.get(meter.meter, ()))
    return Balance(
        family.parent,
        family.children,
        start,
        bought[0][:, 0] + made[0].sum(axis=1) - sold[0].sum(axis=1),
        below[0],
        np.zeros_like(known) if is_open else known,
        below[1],
        bought[0][:, 0],
        np.asarray(sold[0].sum(axis=1)),
        np.column_stack([said[meter.meter][2] for meter in family.members]).min(axis=1),
    )


_Said = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]


def _columns(said: _Said, meters: Sequence[Meter]) -> tuple[np.ndarray, np.ndarray]:
    """Return amounts, and whether they are known, of some meters. Shapes (n, meters)."""
    count = len(next(iter(said.values()))[0])
    amounts = [said[meter.meter][0] for meter in meters]
    known = [said[meter.meter][1] for meter in meters]
    if not meters:
        return np.zeros((count, 0), dtype=np.int64), np.zeros((count, 0), dtype=bool)
    return np.column_stack(amounts), np.column_stack(known)


def _on(
    rows: Rows, start: np.ndarray, due_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the known part of each period, whether that is all of it, and how much of the time.

    Args:
        rows: What a meter says.
        start: The periods [ms]. Shape (n,).
        due_s: How much of each the meter should cover [s]. Shape (n,).
    """
    amount, known = np.zeros(len(start), dtype=np.int64), due_s <= 0
    share = known.astype(np.float64)
    place = np.searchsorted(start, rows.start)
    covered = rows.field("measured_s") + rows.field("estimated_s")
    amount[place] = rows.field("amount")
    known[place] |= rows.known[ROW["amount"]] & (covered >= due_s[place])
    share[place] = np.maximum(share[place], covered / np.maximum(due_s[place], 1))
    return amount, known, np.minimum(share, 1.0)


def _away_s(start: np.ndarray, lasts: np.ndarray, away: Sequence[Span]) -> np.ndarray:
    """Return how long no instrument stood there within each period [s]."""
    found = np.zeros(len(start), dtype=np.int64)
    for span in away:
        gone = np.minimum(start + lasts * SECOND_MS, span.end) - np.maximum(start, span.start)
        found += np.maximum(gone, 0) // SECOND_MS
    return found
