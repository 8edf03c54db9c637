"""Totals of an earlier ledger, which are never added to what was measured or billed.

Source: docs/methods.md, "Earlier ledgers".
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analytics.statements.figures import EARLIER


class Weighing(NamedTuple):
    """A line of a total.

    Attributes:
        basis: Of its signed figure.
        is_known: Whether it has an amount.
        grams: What it gives to the total; None if it gives nothing.
    """

    basis: str
    is_known: bool
    grams: int | None


def total_of(lines: Iterable[Weighing]) -> int | None:
    """Return the total of lines [g]: of earlier ledgers where nothing else is known; else without.

    None if no line gives anything.
    """
    lines = list(lines)
    others = [line for line in lines if line.basis != EARLIER]
    return _added(others if is_mixed(lines) else lines)


def earlier_total_of(lines: Iterable[Weighing]) -> int | None:
    """Return the total of earlier ledgers alone [g]; None if none gives anything."""
    return _added([line for line in lines if line.basis == EARLIER])


def is_mixed(lines: Sequence[Weighing]) -> bool:
    """Tell whether something is known of earlier ledgers and of other sources."""
    known = [line.basis == EARLIER for line in lines if line.is_known]
    return any(known) and not all(known)


def _added(lines: Sequence[Weighing]) -> int | None:
    known = [line.grams for line in lines if line.grams is not None]
    return sum(known) if known else None
