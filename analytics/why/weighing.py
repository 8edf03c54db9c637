"""What a line of a sheet weighs and emits, worked out again, with the rows that it leans on."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from analytics.why.asked import Answer, Asked, compared
from analytics.why.inputs import Line
from analytics.why.told import row_told
from energy.kinds import KINDS
from energy.uses import OWN_GENERATION

COAL, CO2 = "coal", "co2"
GRAMS = 1000


def coal_told(asked: Asked, line: Line, now: Line | None) -> Answer | None:
    """Return the standard coal of a line; None where it has no coefficient.

    Args:
        asked: Has the coefficients.
        line: Of the sheet that is explained.
        now: The same line as it comes out now, of a sheet that was signed; else None.
    """
    if line["coal_per_display"] is None:
        return None
    again = _grams(line["amount"], line["coal_per_display"], line["kind"])
    figure = compared(COAL, "g", line["coal_g"], again)
    weighed = _weighed(asked, line["coal_rows"], line["coal_per_display"])
    by_now = None
    if now is not None and now["coal_per_display"] != weighed["per_display"]:
        grams = _grams(line["amount"], now["coal_per_display"], line["kind"])
        by_now = _by_now(asked, now["coal_rows"], now["coal_per_display"], line["coal_g"], grams)
    return {"figure": figure, **weighed, "now": by_now, "is_as_signed": by_now is None}


def co2_told(asked: Asked, lines: Mapping[str, Line], line: Line, now: Line | None) -> list[Answer]:
    """Return the CO2 of a line by scope and method, with the steps in which factors were chosen.

    Args:
        asked: Has the factors.
        lines: All lines of the sheet by key: one may tell what was generated and not bought.
        line: One of them.
        now: The same line as it comes out now, of a sheet that was signed; else None.
    """
    found = []
    bought = None if line["amount"] is None else line["amount"] - _generated(lines, line)
    for one in line["co2"]:
        again = _grams(bought, one["per_display"], line["kind"])
        name = f"{CO2} {one['scope']}/{one['method']}"
        by_now = None
        other = one if now is None else _same_scope(now["co2"], one)
        if other is None or other["per_display"] != one["per_display"]:
            rows, per_display = (other["rows"], other["per_display"]) if other else ([], None)
            grams = _grams(bought, per_display, line["kind"])
            by_now = _by_now(asked, rows, per_display, one["grams"], grams)
        found.append(
            {
                "figure": compared(name, "g", one["grams"], again),
                "bought": bought,
                **_weighed(asked, one["rows"], one["per_display"]),
                "now": by_now,
                "is_as_signed": by_now is None,
                "steps": one["notes"],
            }
        )
    return found


def _same_scope(found: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> Any:  # noqa: ANN401  JSON
    same = [two for two in found if all(two[word] == one[word] for word in ("scope", "method"))]
    return same[0] if same else None


def _by_now(
    asked: Asked,
    rows: Sequence[str],
    per_display: str | None,
    signed: int | None,
    again: int | None,
) -> Answer:
    """Return what weighs a signed amount by now, and what it comes to; None where nothing does."""
    figure = compared("by_now", "g", signed, again)
    return {"figure": figure, **_weighed(asked, rows, per_display)}


def _generated(lines: Mapping[str, Line], line: Line) -> int:
    """Return what was generated of a line of all of a kind; a bill says it where it is in it.

    What the sun gave is in the amount, is not bought and emits nothing.
    """
    if "generated" in line:
        return int(line["generated"]["amount"] or 0)
    if line["use"] or line["basis"] != "own":
        return 0
    part = lines.get(f"{line['kind']}/{OWN_GENERATION}/{line['from']}")
    both = [] if part is None else [part, *part["beside"]]
    return next((one["amount"] or 0 for one in both if one["basis"] == "own"), 0)


def _weighed(asked: Asked, rows: Sequence[str], per_display: str | None) -> Answer:
    """Return what weighed an amount, and its row of reference data as that reads now."""
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
    }


def _grams(amount: int | None, per_display: str | None, kind: str) -> int | None:
    """Return the nearest whole grams of an amount [base units]; half a gram is rounded up."""
    if amount is None or per_display is None:
        return None
    kilograms = Fraction(amount) * Fraction(per_display) / KINDS[kind].base_per_display
    return int((kilograms * GRAMS + Fraction(1, 2)) // 1)
