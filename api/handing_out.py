"""Statements to hand out: the sheet in force, or the draft of now, in the form of a file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analytics.closing.choices import STATISTICS, Choices
from analytics.closing.reweighing import reweighed
from analytics.closing.rules import STATE_TEXT, state_of
from analytics.closing.sheet import maker_of
from analytics.closing.workflow import Sheet
from analytics.statements.restated import Restated
from api.times import zone_of
from energy.canonical import canonical, sha256_of
from energy.reference import Reference
from energy.span import local_date
from energy.text import Text
from energy.version import program
from storage.readings import ReadingStore
from storage.records import chain, people, sheets
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.session import Session
from storage.records.sheets import SheetStep

_SHEET = Text("报表 SHA-256", "sheet SHA-256")
_SIGNED = Text("所依据的报表 SHA-256", "weighed from the sheet with SHA-256")
_HEAD = Text("链首", "head of the chain")
_STATE = Text("状态", "state")


@dataclass(frozen=True, slots=True)
class Handed:
    """A sheet with what stands at its foot.

    Attributes:
        content: Its bytes.
        state: draft, submitted, closed ..., in the language asked for.
        marks: Label to text: the hash of the sheet, and the head of the chain.
        language: zh or en.
        restated: What was restated or adjusted of it since it was closed, oldest first.
    """

    content: bytes
    state: str
    marks: Mapping[str, str]
    language: str
    restated: tuple[Restated, ...] = ()


@dataclass(frozen=True)
class Counter:
    """Where sheets are handed out.

    Attributes:
        session: Of the records.
        store: Has the derived tables.
        now_ms: The present [ms].
        choices: Names of what amounts are weighed by, as analytics/closing/choices.py takes them;
            none for the statistics system.
    """

    session: Session
    store: ReadingStore
    now_ms: int
    choices: Choices = STATISTICS

    def handed(self, institution: str, period: str, *, language: str) -> Handed:
        """Return the sheet in force, or else the draft of now.

        A sheet that is in force stays what it is: by other choices than its own its amounts are
        weighed anew, and it says so.

        Raises:
            ClosingError: If institution or period are not known.
        """
        reference = reference_records.load(self.session)
        sheet = self._sheet(institution, period, reference)
        frozen = sheets.as_of(self.session, institution, period, None)
        state = STATE_TEXT[state_of(sheet.steps)]
        marks = {}
        content = frozen if frozen is not None else sheet.fresh()
        if frozen is not None and self.choices != STATISTICS:
            content = _by_others(frozen, self.choices, reference)
            marks[_SIGNED.get(language)] = sha256_of(frozen)
            state = _weighed_from(frozen, state)
        marks = {_SHEET.get(language): sha256_of(content), **marks}
        head = chain.head(self.session)
        if head is not None:
            marks[_HEAD.get(language)] = head.hash
        restated = tuple(self._restated(step, language) for step in sheet.steps if step.number)
        return Handed(content, state.get(language), marks, language, restated)

    def _restated(self, step: SheetStep, language: str) -> Restated:
        person = people.get(self.session, step.by)
        name = step.by if person is None else person.shown.get(language)
        zone = zone_of(registry_records.load(self.session))
        when = local_date(step.at, zone).isoformat()
        return Restated(step.number, when, name, step.reason, step.into, step.difference)

    def _sheet(self, institution: str, period: str, reference: Reference) -> Sheet:
        registry = registry_records.load(self.session)
        make = maker_of(self.store, reference, now_ms=self.now_ms, choices=self.choices)
        return Sheet(self.session, registry, make, institution, period, self.now_ms, reference)


def _by_others(frozen: bytes, choices: Choices, reference: Reference) -> bytes:
    signed = json.loads(frozen)
    terms = choices.terms(reference, signed["terms"]["region"])
    return canonical(reweighed(signed, terms, code=program()))


def _weighed_from(frozen: bytes, state: Text) -> Text:
    terms = json.loads(frozen)["terms"]
    sets = f"{terms['coal_set']} / {terms['co2_set']}"
    return Text(
        f"由{state.zh}的报表另行折算，该表按 {sets} 折算",
        f"weighed anew from the {state.en} sheet, which is by {sets}",
    )


Printer = Callable[[Handed], bytes]


def _page(handed: Handed) -> bytes:
    from api.printing import page_of

    sheet = json.loads(handed.content)
    return page_of(
        sheet,
        language=handed.language,
        state=handed.state,
        marks=handed.marks,
        restated=handed.restated,
    ).encode()


def _workbook(handed: Handed) -> bytes:
    from analytics.statements.workbook import workbook_bytes

    marks = {_STATE.get(handed.language): handed.state, **handed.marks}
    return workbook_bytes(
        json.loads(handed.content),
        language=handed.language,
        marks=marks,
        restated=handed.restated,
    )


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
