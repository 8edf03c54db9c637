"""What an institution's figures rested on before the platform, and which figure it signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTotal:
    """A month of a ledger that was kept before the platform.

    Attributes:
        institution: Whose.
        kind: A word of energy.kinds.
        month: Its first day.
        amount: Base units.
        cost: 1e-6 yuan; None if the ledger names none.
        source: File or book it was taken from.
        author: Who entered it.
        entered_at: When [ms].
    """

    institution: str
    kind: str
    month: date
    amount: int
    cost: int | None = None
    source: str = ""
    author: str = ""
    entered_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Which figure an institution signs for a kind, from a month on.

    Attributes:
        institution: Whose.
        kind: A word of energy.kinds.
        valid_from: First day of the month it holds from, until the next one.
        basis: A word of analytics.statements.figures.BASES.
        author: Who chose it.
        reason: Why.
        entered_at: When [ms]; of two for one month the later entered holds.
    """

    institution: str
    kind: str
    valid_from: date
    basis: str
    author: str
    reason: str
    entered_at: int = 0


def basis_on(rows: Sequence[Basis], kind: str, day: date, *, default: str) -> str:
    """Return the basis that an institution signs for a kind on a day.

    Args:
        rows: Those of one institution, in the order of entry.
        kind: A word of energy.kinds.
        day: A local date.
        default: What it is before the first choice.
    """
    holding = [row for row in rows if row.kind == kind and row.valid_from <= day]
    if not holding:
        return default
    newest = max(row.valid_from for row in holding)
    return [row.basis for row in holding if row.valid_from == newest][-1]
