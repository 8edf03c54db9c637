"""A sheet read back: the statement that it says, gram by gram, whatever factors are by now."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from analytics.closing.reweighing import figure_in
from analytics.statements.lines import Line
from analytics.statements.printed.entries import Sheet
from analytics.statements.statement import Statement
from analytics.statements.weights import Emission, Terms, Weighed
from energy.meter import Institution
from energy.period import Period, Stretch


def statement_in(sheet: Sheet) -> Statement:
    """Return the statement that a sheet says; what is booked in it for others is left out."""
    names, words = sheet["name"], sheet["terms"]
    first, until = (date.fromisoformat(sheet[side]) for side in ("from", "until"))
    return Statement(
        Institution(sheet["institution"], names["zh"], names["en"], "", ""),
        Period(first, until, sheet["period"], ""),
        Terms(words["coal_set"], words["co2_set"], {}, words["region"], words["co2_region"]),
        tuple(_line(line) for line in sheet["lines"].values() if "kind" in line),
        {measure: _fraction(mean) for measure, mean in sheet["sizes"].items()},
    )


def _line(line: Mapping[str, Any]) -> Line:
    per_display = _fraction(line["coal_per_display"])
    coal = None
    if line["coal_g"] is not None and per_display is not None:
        coal = Weighed(line["coal_g"], tuple(line["coal_rows"]), per_display)
    return Line(
        line["kind"],
        line["use"],
        Stretch(*(date.fromisoformat(line[side]) for side in ("from", "until"))),
        figure_in(line),
        coal=coal,
        co2=tuple(_emission(one) for one in line["co2"]),
    )


def _emission(one: Mapping[str, Any]) -> Emission:
    weighed = Weighed(one["grams"], tuple(one["rows"]), Fraction(one["per_display"]))
    return Emission(one["scope"], one["method"], weighed)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
