"""What a check looks at that holds a meter to its relatives: local days as the ledger has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.check import Failed, Question
from analytics.ledger.rows import ROW, Rows
from analytics.ledger.wall import Days
from energy.counting.virtual import Portion
from energy.meter import Meter
from energy.registry import Registry
from energy.span import SECOND_MS, Span
from energy.text import Text


@dataclass(frozen=True)
class DayRows:
    """What is known of each local day.

    Attributes:
        amount: What the ledger has of it [base units]; 0 where it has nothing. Shape (days,).
        is_known: Whether it has an amount. Shape (days,).
        measured_s: Seconds that were measured. Shape (days,).
        covered_s: Seconds that were measured or estimated. Shape (days,).
        unresolved_s: Seconds whose amount nobody can know. Shape (days,).
    """

    amount: np.ndarray
    is_known: np.ndarray
    measured_s: np.ndarray
    covered_s: np.ndarray
    unresolved_s: np.ndarray


@dataclass(frozen=True)
class Beside:
    """What a check looks at that holds a meter to others.

    Attributes:
        meter: The meter.
        registry: Says what its relatives are.
        days: Local days of its site.
        number: Numbers of the days asked about that are over. Shape (n,), increasing.
        rows_of: Meter to its days, one a day asked about. Shapes (n,).
        above: What reaches its sub-meters on each, or the part that is known [base units]. Shape
            (n,).
        below: What they count together, or the part that is known [base units]. Shape (n,).
        is_above_known: Whether above is all of it. Shape (n,).
        is_below_known: Whether below is all of it. Shape (n,).
    """

    meter: Meter
    registry: Registry
    days: Days
    number: np.ndarray
    rows_of: Callable[[str], DayRows]
    above: np.ndarray
    below: np.ndarray
    is_above_known: np.ndarray
    is_below_known: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """Start of each day asked about [ms]. Shape (n,)."""
        return np.asarray(self.days.start[self.number])

    @property
    def lasts_s(self) -> np.ndarray:
        """Length of each [s]. Shape (n,)."""
        return np.asarray((self.days.start[self.number + 1] - self.start) // SECOND_MS)

    def held(self, portion: Portion) -> np.ndarray:
        """Tell on which of them a virtual meter takes a portion. Shape (n,)."""
        ordinal = self.number + self.days.first.toordinal()
        from_, to = portion.valid_from.toordinal(), portion.valid_to.toordinal()
        return np.asarray((ordinal >= from_) & (ordinal < to))

    def day(self, place: int) -> Span:
        """Return one of the days asked about."""
        number = int(self.number[place])
        return Span(*self.days.start[number : number + 2].tolist())


@dataclass(frozen=True)
class BesideCheck(Question):
    """One question to the days of a meter beside its relatives.

    Attributes:
        is_asked: Whether a meter has the relatives that it is about.
        look: What was seen, to the place of the day among those asked about, in order of time; the
            same whatever lies around the day.
    """

    is_asked: Callable[[Registry, Meter], bool]
    look: Callable[[Beside], Mapping[int, Text]]

    def ask(self, beside: Beside) -> list[Failed]:
        """Ask it of one meter."""
        return [
            Failed(self.name, beside.meter.meter, beside.day(place), 1, said, self.severity)
            for place, said in self.look(beside).items()
        ]


def day_rows(rows: Rows | None, start: np.ndarray) -> DayRows:
    """Return what rows say of some days, by their start [ms]; nothing without rows."""
    found = np.zeros((5, len(start)), dtype=np.int64)
    if rows is not None and len(rows):
        place = np.minimum(np.searchsorted(rows.start, start), len(rows.start) - 1)
        there = rows.start[place] == start
        measured, estimated = rows.field("measured_s"), rows.field("estimated_s")
        known = rows.known[ROW["amount"]]
        unresolved = rows.field("unresolved_s")
        lines = [rows.field("amount"), known, measured, measured + estimated, unresolved]
        found = np.where(there, np.array(lines)[:, place], found)
    return DayRows(found[0], found[1].astype(bool), found[2], found[3], found[4])
