"""Statements to hand out: the sheet in force, or the draft of now, in the form of a file."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from analytics.closing.rules import STATE_TEXT, state_of
from energy.canonical import sha256_of
from energy.text import Text
from jieneng.closing import sheet_in
from jieneng.wiring import House
from storage.records import chain, sheets


class Handed(NamedTuple):
    """A sheet with what stands at its foot.

    Attributes:
        content: Its bytes.
        state: draft, submitted, closed ..., in the language asked for.
        marks: Label to text: the hash of the sheet, and the head of the chain.
        language: zh or en.
    """

    content: bytes
    state: str
    marks: Mapping[str, str]
    language: str


Printer = Callable[[Handed], bytes]


def sheet_to_hand_out(house: House, institution: str, period: str, *, language: str) -> Handed:
    """Return the sheet in force, or else the draft of now.

    Raises:
        ClosingError: If institution or period are not known.
    """
    with house.records.reading() as session:
        sheet = sheet_in(session, house, institution, period)
        frozen = sheets.as_of(session, institution, period, None)
        content = frozen if frozen is not None else sheet.fresh()
        head = chain.head(session)
        state = STATE_TEXT[state_of(sheet.steps)].get(language)
    marks = {_label("sheet", language): sha256_of(content)}
    if head is not None:
        marks[_label("head", language)] = head.hash
    return Handed(content, state, marks, language)


def _label(name: str, language: str) -> str:
    labels = {
        "sheet": Text("报表 SHA-256", "sheet SHA-256"),
        "head": Text("链首", "head of the chain"),
        "state": Text("状态", "state"),
    }
    return labels[name].get(language)


def _page(handed: Handed) -> bytes:
    from api.printing import page_of

    sheet = json.loads(handed.content)
    page = page_of(sheet, language=handed.language, state=handed.state, marks=handed.marks)
    return page.encode()


def _workbook(handed: Handed) -> bytes:
    from analytics.statements.workbook import workbook_bytes

    marks = {_label("state", handed.language): handed.state, **handed.marks}
    return workbook_bytes(json.loads(handed.content), language=handed.language, marks=marks)


def _csv(handed: Handed) -> bytes:
    from analytics.statements.table import csv_bytes

    return csv_bytes(json.loads(handed.content))


def _parquet(handed: Handed) -> bytes:
    from analytics.statements.table import parquet_bytes

    return parquet_bytes(json.loads(handed.content))


def _as_it_is(handed: Handed) -> bytes:
    return handed.content


PRINTERS: dict[str, Printer] = {
    "xlsx": _workbook,
    "csv": _csv,
    "parquet": _parquet,
    "html": _page,
    "json": _as_it_is,
}
"""Ending of a file to what writes it."""


def lines_to_say(handed: Handed) -> list[str]:
    """Return a line for each line of a sheet, and its totals, for the terminal."""
    from analytics.statements.printed import MISSING, kilograms, lines_of_sheet, number_text

    sheet = json.loads(handed.content)
    missing = MISSING.get(handed.language)
    said = [f"{sheet['name'][handed.language]}   {sheet['period']}   {handed.state}"]
    for line in lines_of_sheet(sheet, handed.language):
        amount = f"{number_text(line.amount, 3) or missing} {line.unit}"
        coal = f"{number_text(line.coal_kgce, 1)} kgce" if line.coal_kgce is not None else ""
        name = f"{line.kind} {line.use}".strip()
        said.append(f"{line.month}   {name:<12} {amount:>24} {coal:>18}   {line.basis}")
        said += [f"          {note}" for note in line.notes]
    coal = number_text(kilograms(sheet["totals"]["coal_g"]), 1)
    said.append(f"{_total(handed.language)}   {coal or missing} kgce")
    said += [f"{label}   {text}" for label, text in handed.marks.items()]
    return said


def _total(language: str) -> str:
    return Text("综合能耗", "comprehensive energy").get(language)
