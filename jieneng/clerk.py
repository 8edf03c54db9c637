"""Keeps what people enter on the console's pages, by the functions of the commands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from api.clerk import Entered, TakenReading
from api.finding_wish import AskedStep
from api.paper import Paper
from energy.bills.bill import Bill
from energy.errors import ConfigError, JienengError
from energy.reading import Reading
from energy.text import Text
from jieneng.bills.keeping import add_bill, asked_bill
from jieneng.desk import Desk
from jieneng.edits.asked import Asked, carried_out, editor_of, planned, reading_of
from jieneng.findings import step_taken
from storage.records import bills, edits, evidence

if TYPE_CHECKING:
    from jieneng.wiring import House


@dataclass(frozen=True)
class HouseClerk:
    """The clerk of a house; see api/clerk.py."""

    house: "House"

    def keep_paper(self, paper: Paper, *, name: str, by: str) -> str:
        """Keep a photo or a paper, once; return its SHA-256."""
        with self.house.records.session() as session:
            kept = evidence.put(
                session,
                paper.content,
                name=name,
                media_type=paper.media_type,
                author=by,
                at=self.house.clock(),
            )
        return kept.sha256

    def keep_reading(self, taken: TakenReading) -> Entered:
        """Keep a reading as ``jieneng reading add`` does; what comes twice from a form, once."""
        self._see_evidence(taken.evidence)
        desk = self._desk()
        editor = editor_of(desk)
        asked = Asked(
            what=edits.MANUAL,
            meters=(taken.meter,),
            at=taken.at,
            value=taken.value,
            unit=taken.unit,
            accepts_odd=taken.accepts_odd,
            by=taken.by,
            reason=taken.reason,
            evidence=taken.evidence,
        )
        reading = reading_of(editor, asked)
        if (there := self._there(taken, reading)) is not None:
            return there
        try:
            plan = planned(editor, asked)
            marked = replace(plan, parameters={**plan.parameters, "form": taken.key})
            return Entered(carried_out(desk, editor, asked, marked).number, is_new=True)
        except JienengError:  # it may have come a second time, just now
            if (there := self._there(taken, reading)) is not None:
                return there
            raise

    def _there(self, taken: TakenReading, reading: Reading) -> Entered | None:
        """Return what a form became that came before; None for a new one.

        Raises:
            ConfigError: If it said something else then.
        """
        with self.house.records.reading() as session:
            before = edits.of_form(session, taken.meter, taken.key)
        if before is None:
            return None
        if (before.span.start, before.parameters["value"]) != (reading.time, reading.value):
            raise ConfigError(_used_up(before.number))
        return Entered(before.number, is_new=False)

    def keep_bill(self, cells: Mapping[str, str], *, by: str, reason: str) -> Entered:
        """Keep a bill as ``jieneng bill add`` does; the same bill again is there already."""
        self._see_evidence(cells.get("evidence", ""))
        desk = self._desk()
        bill = asked_bill(desk, cells, by=by)
        is_new = not self._is_there(bill)
        if is_new:
            add_bill(desk, cells, by=by, reason=reason, is_dry=False)
        with self.house.records.reading() as session:
            *_, newest = bills.versions(session, bill.bill)
        return Entered(newest.number, is_new=is_new)

    def take_step(self, asked: AskedStep) -> Entered:
        """Take a step about a finding as ``jieneng findings`` does; what comes twice, once."""
        outcome = step_taken(self.house, asked)
        return Entered(asked.finding, is_new=outcome.is_new, newcomer=outcome.newcomer)

    def _is_there(self, bill: Bill) -> bool:
        with self.house.records.reading() as session:
            counted = bills.in_force(session, bill.institution)
        return any(
            replace(bill, author=one.author, entered_at=one.entered_at) == one
            for one in counted
            if one.bill == bill.bill
        )

    def _see_evidence(self, key: str) -> None:
        """See that evidence is a file that was kept; a page must never name one of this machine."""
        with self.house.records.reading() as session:
            if key and evidence.find(session, key) is None:
                raise ConfigError(
                    Text(
                        "照片没有保存下来，请重新拍照。",
                        "The photo is not kept; take it again.",
                    )
                )

    def _desk(self) -> Desk:
        return Desk(self.house.settings, Path(), _nobody, _nobody, self.house)


def _nobody(line: str) -> None:
    """Hear what a piece of work says; a page shows what was kept instead."""
    del line


def _used_up(number: int) -> Text:
    return Text(
        f"这张表单已保存为第 {number} 次更正，内容不同。请打开新的表单。",
        f"This form was kept already, as edit {number}, and said something else. Open a new form.",
    )
