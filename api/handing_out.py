"""Statements to hand out: the sheet in force, or the draft of now, in the form of a file."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from analytics.closing.choices import STATISTICS, Choices
from analytics.closing.reweighing import weighed_by
from analytics.closing.rules import STATE_TEXT, state_of
from analytics.closing.sheet import maker_of
from analytics.closing.signed_beside import SignedSheets
from analytics.closing.sum_sheet import bytes_of_sum
from analytics.closing.workflow import Sheet
from analytics.statements.printed.restated import Restated
from api.times import zone_of
from energy.canonical import sha256_of
from energy.reference import Reference
from energy.registry import Registry
from energy.span import local_date
from energy.text import Text
from storage.readings import ReadingStore
from storage.records import chain, people, sheets
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.session import Session
from storage.records.sheets import SheetStep, Step
from storage.tables import DISTRICT

_SHEET = Text("报表 SHA-256", "sheet SHA-256")
_SIGNED = Text("所依据的报表 SHA-256", "weighed from the sheet with SHA-256")
_HEAD = Text("链首", "head of the chain")
_SUMMED = Text("合计", "sum of statements")
_STATE = Text("状态", "state")
_SIGNING = (Step.SUBMITTED, Step.CHECKED, Step.CLOSED)
"""What filler, head of statistics and head of the institution do, as they sign in this order."""
_NOT_ENDED = Text("（期间尚未结束）", " (the period has not ended)")


@dataclass(frozen=True, slots=True)
class Handed:
    """A sheet with what stands at its foot.

    Attributes:
        content: Its bytes.
        state: draft, submitted, closed ..., in the language asked for.
        marks: Label to text: the hash of the sheet, and the head of the chain.
        language: zh or en.
        restated: What was restated or adjusted of it since it was closed, oldest first.
        signed: Who submitted, checked and closed it: name and local day; None for a step that was
            not taken, or was taken back.
        beside: Of a draft: key of a line to what a closed sheet of the same days says otherwise.
    """

    content: bytes
    state: str
    marks: Mapping[str, str]
    language: str
    restated: tuple[Restated, ...] = ()
    signed: tuple[tuple[str, str] | None, ...] = ()
    beside: Mapping[str, Text] = field(default_factory=dict)

    @property
    def proofs(self) -> dict[str, str]:
        """Columns of tables that prove them: the hash of the sheet, and the head of the chain."""
        return {
            "sheet_sha256": self.marks[_SHEET.get(self.language)],
            "chain_head": self.marks.get(_HEAD.get(self.language), ""),
        }


class _Told(NamedTuple):
    """Bytes of a sheet, its state, the hash of the signed one it was weighed from; if it is one."""

    content: bytes
    state: Text
    signed: str = ""
    is_frozen: bool = True


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

    def handed(self, place: str, period: str, *, language: str) -> Handed:
        """Return the sheet in force, or else the draft of now; of a body or the district, sums.

        A sheet that is in force stays what it is: by other choices than its own its amounts are
        weighed anew, and it says so. Sums are those of the sheets of the institutions.

        Args:
            place: Name of an institution or a body, or "district".
            period: Key of the period.
            language: zh or en.

        Raises:
            ClosingError: If place or period are not known.
        """
        registry = self._registry
        if place in registry.institution or place not in {DISTRICT, *registry.body}:
            told = self._of_one(place, period)
            steps = sheets.history(self.session, place, period)
            beside = {} if told.is_frozen else self._beside(told.content)
        else:
            told, steps, beside = self._of_several(place, period), [], {}
        marks = {_SHEET.get(language): sha256_of(told.content)}
        if told.signed:
            marks[_SIGNED.get(language)] = told.signed
        head = chain.head(self.session)
        if head is not None:
            marks[_HEAD.get(language)] = head.hash
        restated = tuple(self._restated(step, language) for step in steps if step.number)
        state = told.state if self._has_ended(told.content) else told.state + _NOT_ENDED
        signed = self._signed(steps, language)
        return Handed(told.content, state.get(language), marks, language, restated, signed, beside)

    def _beside(self, content: bytes) -> dict[str, Text]:
        """Return what closed sheets say of lines of a draft that come out otherwise by now."""
        signed = SignedSheets(self.session, self._registry, self._reference)
        return signed.differing_from(json.loads(content))

    def _has_ended(self, content: bytes) -> bool:
        today = local_date(self.now_ms, zone_of(self._registry))
        return bool(json.loads(content)["until"] <= today.isoformat())

    def _of_one(self, institution: str, period: str) -> _Told:
        make = maker_of(self.store, self._reference, now_ms=self.now_ms, choices=self.choices)
        sheet = Sheet(
            self.session,
            self._registry,
            make,
            institution,
            period,
            self.now_ms,
            self._reference,
        )
        frozen = sheets.as_of(self.session, institution, period, None)
        state = STATE_TEXT[state_of(sheet.steps)]
        if frozen is None:
            return _Told(sheet.fresh(), state, is_frozen=False)
        if self.choices == STATISTICS:
            return _Told(frozen, state)
        content = weighed_by(frozen, self.choices, self._reference)
        return _Told(content, _weighed_from(frozen, state), sha256_of(frozen))

    def _of_several(self, place: str, period: str) -> _Told:
        def tell(institution: str) -> tuple[bytes, Text]:
            told = self._of_one(institution, period)
            return told.content, told.state

        return _Told(bytes_of_sum(self._registry, place, period, tell), _SUMMED)

    @cached_property
    def _registry(self) -> Registry:
        return registry_records.load(self.session)

    @cached_property
    def _reference(self) -> Reference:
        return reference_records.load(self.session)

    def _signed(
        self, steps: Sequence[SheetStep], language: str
    ) -> tuple[tuple[str, str] | None, ...]:
        """Return who took each step of signing, in order, and when; what was returned is void."""
        returned = [place for place, one in enumerate(steps) if one.step is Step.RETURNED]
        standing = steps[returned[-1] + 1 :] if returned else steps
        taken = {one.step: one for one in standing}
        return tuple(self._by(taken[one], language) if one in taken else None for one in _SIGNING)

    def _by(self, step: SheetStep, language: str) -> tuple[str, str]:
        """Return the name of who took a step, or that it was erased, and the local day."""
        person = people.get(self.session, step.by)
        name = step.by if person is None else person.shown.get(language)
        return name, local_date(step.at, zone_of(self._registry)).isoformat()

    def _restated(self, step: SheetStep, language: str) -> Restated:
        name, when = self._by(step, language)
        return Restated(step.number, when, name, step.reason, step.into, step.difference)


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
        signed=handed.signed,
        beside=handed.beside,
    ).encode()


def _workbook(handed: Handed) -> bytes:
    from analytics.statements.workbook.book import workbook_bytes

    marks = {_STATE.get(handed.language): handed.state, **handed.marks}
    return workbook_bytes(
        json.loads(handed.content),
        language=handed.language,
        marks=marks,
        restated=handed.restated,
        beside=handed.beside,
    )


def _csv(handed: Handed) -> bytes:
    from analytics.statements.printed.table import csv_bytes

    return csv_bytes(json.loads(handed.content), handed.proofs)


def _parquet(handed: Handed) -> bytes:
    from analytics.statements.printed.table import parquet_bytes

    return parquet_bytes(json.loads(handed.content), handed.proofs)


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
