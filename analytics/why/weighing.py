"""What a line of a sheet weighs and emits, worked out again, with the rows that it leans on."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from analytics.why.asked import Answer, Asked, compared, fraction
from analytics.why.inputs import Line
from analytics.why.told import row_told
from energy.kinds import KINDS
from energy.uses import OWN_GENERATION

COAL, CO2 = "coal", "co2"
GRAMS = 1000


def coal_told(asked: Asked, line: Line) -> Answer | None:
    """Return the standard coal of a line; None where it has no coefficient."""
    if line["coal_per_display"] is None:
        return None
    again = _grams(line["amount"], line["coal_per_display"], line["kind"])
    figure = compared(COAL, "g", line["coal_g"], again)
    return {"figure": figure, **_weighed(asked, line["coal_rows"], line["coal_per_display"])}


def co2_told(asked: Asked, lines: Mapping[str, Line], line: Line) -> list[Answer]:
    """Return the CO2 of a line by scope and method, with the steps in which factors were chosen.

    Args:
        asked: Has the factors.
        lines: All lines of the sheet by key: one may tell what was generated and not bought.
        line: One of them.
    """
    found = []
    for one in line["co2"]:
        bought = None if line["amount"] is None else line["amount"] - _generated(lines, line)
        again = _grams(bought, one["per_display"], line["kind"])
        name = f"{CO2} {one['scope']}/{one['method']}"
        found.append(
            {
                "figure": compared(name, "g", one["grams"], again),
                "bought": bought,
                **_weighed(asked, one["rows"], one["per_display"]),
                "steps": one["notes"],
            }
        )
    return found


def _generated(lines: Mapping[str, Line], line: Line) -> int:
    """Return what own meters generated of a line of all of a kind; a bill is of what came in.

    What the sun gave is in the amount, is not bought and emits nothing.
    """
    if line["use"] or line["basis"] != "own":
        return 0
    part = lines.get(f"{line['kind']}/{OWN_GENERATION}/{line['from']}")
    both = [] if part is None else [part, *part["beside"]]
    return next((one["amount"] or 0 for one in both if one["basis"] == "own"), 0)


def _weighed(asked: Asked, rows: Sequence[str], per_display: str) -> Answer:
    """Return the rows of reference data that weighed an amount, as they read now."""
    known = {
        factor.id: factor
        for factors in asked.reference.factors.values()
        for factor in factors
        if factor.id
    }
    row = known.get(rows[0]) if rows else None
    return {
        "per_display": per_display,
        "rows": list(rows),
        "row": None if row is None else row_told(row, asked.reference.sources),
        "is_as_signed": None if row is None else fraction(row.per_display) == per_display,
    }


def _grams(amount: int | None, per_display: str, kind: str) -> int | None:
    """Return the nearest whole grams of an amount [base units]; half a gram is rounded up."""
    if amount is None:
        return None
    kilograms = Fraction(amount) * Fraction(per_display) / KINDS[kind].base_per_display
    return int((kilograms * GRAMS + Fraction(1, 2)) // 1)
