"""Findings at rest: one row a cause, with every change of its state."""

import json
from dataclasses import dataclass

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.finding import Finding, FindingState, Stream
from storage.records.schema import BIG_KEY, NAME, Row, cells_of, clean, take_turn

_WORDS = ("sentence_zh", "sentence_en", "check_zh", "check_en")


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding with where it is in its life.

    Attributes:
        finding: What the rule last said.
        state: open or ended.
        opened: When it was opened, or opened again [ms].
        changed: When its state last changed [ms].
        number: Its number for people; the same cause keeps it when it comes back.
    """

    finding: Finding
    state: FindingState
    opened: int
    changed: int
    number: int


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One change of a finding's state.

    Attributes:
        number: The finding.
        at: When [ms].
        state: The state from then on.
        sentence_zh: What the rule said then.
        sentence_en: The same in English.
    """

    number: int
    at: int
    state: FindingState
    sentence_zh: str
    sentence_en: str


class FindingRow(Row):
    """A finding; columns as in energy.finding.Finding, the evidence as JSON text."""

    __tablename__ = "findings"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    opened: Mapped[int]
    changed: Mapped[int]
    rule: Mapped[str]
    version: Mapped[int]
    meter: Mapped[str] = mapped_column(NAME, index=True)
    stream: Mapped[str]
    start: Mapped[int] = mapped_column("starts")
    end: Mapped[int] = mapped_column("ends")
    goes_on: Mapped[bool]
    sentence_zh: Mapped[str]
    sentence_en: Mapped[str]
    check_zh: Mapped[str]
    check_en: Mapped[str]
    base_per_year: Mapped[int | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
    micro_yuan_per_year: Mapped[int | None]
    coverage: Mapped[float]
    evidence: Mapped[str]


class FindingChangeRow(Row):
    """A change of state; columns as in FindingChange."""

    __tablename__ = "finding_changes"

    change: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("findings.number"), index=True)
    at: Mapped[int]
    state: Mapped[str]
    sentence_zh: Mapped[str]
    sentence_en: Mapped[str]


def current(session: Session) -> list[StoredFinding]:
    """Return every finding, open and ended, as it stands now, by number."""
    rows = session.scalars(select(FindingRow).order_by(FindingRow.number))
    return [_stored(row) for row in rows]


def get(session: Session, number: int) -> StoredFinding | None:
    """Return a finding by its number; None if there is none."""
    row = session.get(FindingRow, number)
    return None if row is None else _stored(row)


def save(session: Session, finding: Finding, *, state: FindingState, at: int) -> StoredFinding:
    """Keep what a rule says of a cause at a time [ms]; a change of state becomes history.

    The first time opens a number. Later the same fingerprint keeps number and row; one that ended
    and is open again is opened anew.
    """
    take_turn(session, "findings")
    same = select(FindingRow).where(FindingRow.fingerprint == finding.fingerprint)
    row = session.scalar(same)
    is_change = row is None or row.state != state
    if row is None:
        row = FindingRow(fingerprint=finding.fingerprint, opened=at)
    for name, cell in _cells(finding).items():
        setattr(row, name, cell)
    if is_change:
        row.state, row.changed = state.value, at
        if state is FindingState.OPEN:
            row.opened = at
    session.add(row)
    session.flush()
    if is_change:
        session.add(_change(row))
        session.flush()
    return _stored(row)


def history(session: Session, number: int) -> list[FindingChange]:
    """Return the changes of a finding's state, oldest first."""
    rows = session.scalars(
        select(FindingChangeRow)
        .where(FindingChangeRow.number == number)
        .order_by(FindingChangeRow.change)
    )
    return [
        FindingChange(row.number, row.at, FindingState(row.state), row.sentence_zh, row.sentence_en)
        for row in rows
    ]


def _change(row: FindingRow) -> FindingChangeRow:
    return FindingChangeRow(
        number=row.number,
        at=row.changed,
        state=row.state,
        sentence_zh=row.sentence_zh,
        sentence_en=row.sentence_en,
    )


def _cells(finding: Finding) -> dict[str, object]:
    cells = cells_of(finding)
    cells["stream"] = finding.stream.value
    cells["evidence"] = json.dumps(finding.evidence)
    cells |= {name: clean(cells[name]) for name in _WORDS}
    return cells


def _stored(row: FindingRow) -> StoredFinding:
    cells = {name: getattr(row, name) for name in Finding.__dataclass_fields__}
    cells |= {"stream": Stream(row.stream), "evidence": json.loads(row.evidence)}
    return StoredFinding(
        finding=Finding(**cells),
        state=FindingState(row.state),
        opened=row.opened,
        changed=row.changed,
        number=row.number,
    )
