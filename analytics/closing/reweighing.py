"""A signed sheet weighed by other sets: its amounts and costs as they were signed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from analytics.closing.choices import Choices
from analytics.statements.figures import Figure, MonthCharge
from analytics.statements.lines import Line, line_of, no_coefficient
from analytics.statements.printed.billed import billed_seconds
from analytics.statements.printed.entries import Sheet, generated_beside
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.weights import Terms
from energy.canonical import canonical
from energy.meter import Institution
from energy.period import Period, Stretch
from energy.reference import Reference
from energy.text import Text
from energy.version import program


def weighed_by(signed: bytes, choices: Choices, reference: Reference) -> bytes:
    """Return the bytes of a signed sheet with its amounts weighed by what was chosen."""
    sheet = json.loads(signed)
    terms = choices.terms(reference, sheet["terms"]["region"], sheet["institution"])
    return canonical(reweighed(sheet, terms, code=program()))


def reweighed(sheet: Sheet, terms: Terms, *, code: str) -> dict[str, Any]:
    """Return a sheet with the amounts of another, and what those weigh by other terms.

    Args:
        sheet: As it was signed.
        terms: What weighs its amounts now.
        code: Name and version of the program that weighs.
    """
    names = sheet["name"]
    whose = Institution(sheet["institution"], names["zh"], names["en"], "", "")
    old = no_coefficient(sheet["terms"]["coal_set"])
    first, until = (date.fromisoformat(sheet[side]) for side in ("from", "until"))
    signed = {key: line for key, line in sheet["lines"].items() if "kind" in line}
    sizes = {measure: _fraction(mean) for measure, mean in sheet["sizes"].items()}
    period = Period(first, until, sheet["period"], "")
    lines = tuple(_line(key, signed, terms, old) for key in signed)
    fresh = sheet_of(Statement(whose, period, terms, lines, sizes), code=code)
    booked = {key: line for key, line in sheet["lines"].items() if "kind" not in line}
    weighing = {row for line in signed.values() for row in _rows(line)}
    return {
        **fresh,
        "lines": {**fresh["lines"], **booked},
        **({"prices": sheet["prices"]} if "prices" in sheet else {}),
        "unconfirmed": _banner(sheet["unconfirmed"], weighing, fresh["unconfirmed"]),
    }


def _line(key: str, signed: Mapping[str, Mapping[str, Any]], terms: Terms, old: Text) -> Line:
    line = signed[key]
    kind, use, basis = line["kind"], line["use"], line["basis"]
    generated = generated_beside({"lines": signed}, key)
    stretch = Stretch(*(date.fromisoformat(line[side]) for side in ("from", "until")))
    weighed = line_of(
        kind,
        use,
        stretch,
        {basis: figure_in(line, old)},
        basis=basis,
        terms=terms,
        generated=(signed[generated]["amount"] or 0) if generated else 0,
    )
    return replace(weighed, beside=tuple(figure_in(one, old) for one in line["beside"]))


def figure_in(said: Mapping[str, Any], old: Text | None = None) -> Figure:
    """Return a figure as a sheet has it, without the note on the old coefficients."""
    seconds = ("measured_s", "estimated_s", "unresolved_s", "missing_s")
    notes = tuple(Text(note["zh"], note["en"]) for note in said.get("notes", ()))
    billed_s = billed_seconds(said)
    return Figure(
        said["basis"],
        said["amount"],
        estimated=said["estimated"],
        cost=said["cost"],
        measured_s=said["measured_s"],
        estimated_s=said["estimated_s"],
        unresolved_s=said["unresolved_s"],
        due_s=sum(said[part] for part in seconds) + billed_s,
        is_blank=said["is_blank"],
        sources=tuple(said["sources"]),
        notes=tuple(note for note in notes if note != old),
        overdue_s=said.get("overdue_s", 0),
        charges=tuple(MonthCharge(**one) for one in said.get("charges", ())),
        billed_s=billed_s,
        unpriced=tuple(said.get("unpriced", ())),
        generated=figure_in(said["generated"]) if "generated" in said else None,
    )


def _rows(line: Mapping[str, Any]) -> list[str]:
    return [*line["coal_rows"], *(row for one in line["co2"] for row in one["rows"])]


def _banner(
    signed: Collection[Mapping[str, Any]],
    weighing: Collection[str],
    fresh: Collection[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """Return unconfirmed rows: of the signed sheet those that weighed nothing, and the new ones."""
    rows = [row for row in signed if row["id"] not in weighing] + list(fresh)
    return sorted({row["id"]: row for row in rows}.values(), key=lambda row: str(row["id"]))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
