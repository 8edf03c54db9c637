"""The cost of all lines of a sheet, and beside it that of an earlier ledger.

Source: docs/methods.md, "Earlier ledgers".
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from analytics.statements.covered import is_cost_apart, is_cost_mixed
from analytics.statements.printed.entries import Sheet, decimal
from energy.text import Text

EARLIER_MONEY = Text(
    "历史台账（不计入以上合计）：费用（元）",
    "earlier ledger, in no total above: cost (yuan)",
)
_MILLION = 1_000_000


class Costs(NamedTuple):
    """What the lines of a sheet cost together.

    Attributes:
        counted: Of all lines, without earlier ledgers where others tell something, too [yuan];
            None if no cost is known.
        earlier: Of the lines of earlier ledgers that are not in it [yuan]; None if there is none.
        apart: Keys of these lines.
    """

    counted: Decimal | None
    earlier: Decimal | None
    apart: frozenset[str]


def costs_of(sheet: Sheet) -> Costs:
    """Return what the lines of a sheet cost together: parts of others are in no total."""
    is_mixed = is_cost_mixed(sheet)
    lines = {key: line for key, line in sheet["lines"].items() if line.get("use") == ""}
    apart = {key for key, line in lines.items() if is_cost_apart(line, is_mixed=is_mixed)}
    return Costs(
        _yuan(line for key, line in lines.items() if key not in apart),
        _yuan(lines[key] for key in apart),
        frozenset(apart),
    )


def _yuan(lines: Iterable[Mapping[str, Any]]) -> Decimal | None:
    known = [line["cost"] for line in lines if line["cost"] is not None]
    return decimal(Fraction(sum(known), _MILLION)) if known else None
