"""What was done about findings, step by step: only ever added to, and each step a link."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy import Row as SelectedRow
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.canonical import canonical
from energy.finding_step import Seen, Step, Taken
from energy.handling import Handling, handling_of
from storage.records import chain
from storage.records.schema import BIG_KEY, Row, clean, take_turn
from storage.records.tied_rows import ROWS, told_rows

ROUND = "round"
"""Who the links name where no person took a step."""
_OWN_COLUMNS = frozenset({"step", "at", "by", "zh", "en"})


class FindingStepRow(Row):
    """A step; columns as in energy.finding_step.Taken, what few steps have as JSON text."""

    __tablename__ = "finding_steps"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    finding: Mapped[int] = mapped_column(ForeignKey("findings.number"), index=True)
    step: Mapped[str]
    at: Mapped[int]
    by: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    detail: Mapped[str]


def begin(session: Session) -> None:
    """Wait until nobody else works on findings, so that what is seen now is so at the end.

    The outbox is waited for, too: a step may leave an alert there, and the chain comes last.
    """
    take_turn(session, "findings")
    take_turn(session, "outbox")


def add(session: Session, finding: int, taken: Taken) -> None:
    """Keep a step of a finding, and a link of the chain that repeats it."""
    row = FindingStepRow(
        finding=finding,
        step=taken.step.value,
        at=taken.at,
        by=taken.by,
        zh=clean(taken.zh),
        en=clean(taken.en),
        detail=_detail(taken),
    )
    session.add(row)
    session.flush()
    chain.append(
        session,
        who=taken.by or ROUND,
        what=f"finding {taken.step.value}",
        subject=subject_of(finding),
        detail={"text": row.en, ROWS: told_rows(session, [row])},
    )


def subject_of(finding: int) -> str:
    """Return what links of a finding are about."""
    return f"finding/{finding}"


def of_finding(session: Session, finding: int) -> list[Taken]:
    """Return the steps of a finding, oldest first."""
    return of_all(session, [finding]).get(finding, [])


def of_all(session: Session, among: Collection[int] | None = None) -> dict[int, list[Taken]]:
    """Return the steps of findings by number, oldest first; of all where none are named."""
    wanted = select(*_TOLD).order_by(FindingStepRow.number)
    if among is not None:
        wanted = wanted.where(FindingStepRow.finding.in_(among))
    found: dict[int, list[Taken]] = {}
    for row in session.execute(wanted):  # columns alone: objects of rows would take thrice as long
        found.setdefault(row.finding, []).append(_taken(row))
    return found


def handlings(session: Session) -> dict[int, Handling]:
    """Return where people are with each finding that somebody did something about."""
    return {number: handling_of(steps) for number, steps in of_all(session).items()}


def _detail(taken: Taken) -> str:
    """Return what only some steps have, without what says nothing."""
    told: dict[str, Any] = {
        name: cell for name, cell in asdict(taken).items() if name not in _OWN_COLUMNS and cell
    }
    return canonical(told).decode()


_TOLD = (
    FindingStepRow.finding,
    FindingStepRow.step,
    FindingStepRow.at,
    FindingStepRow.by,
    FindingStepRow.zh,
    FindingStepRow.en,
    FindingStepRow.detail,
)


def _taken(row: SelectedRow[int, str, int, str, str, str, str]) -> Taken:
    told: dict[str, Any] = json.loads(row.detail)
    seen = told.pop("seen", None)
    return Taken(
        step=Step(row.step),
        at=row.at,
        by=row.by,
        zh=row.zh,
        en=row.en,
        seen=None if seen is None else Seen(**seen),
        **told,
    )
