"""Closed periods whose figures would come out differently today: for a person to restate."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row, value_of


@dataclass(frozen=True, slots=True)
class RestateTask:
    """A closed period that waits for a restatement.

    Attributes:
        institution: Whose.
        period: Key of the period, such as 2026-05.
        since: When it was first seen [ms].
        lines: How many lines of the sheet differ.
    """

    institution: str
    period: str
    since: int
    lines: int


class RestateTaskRow(Row):
    """A task; columns as in RestateTask."""

    __tablename__ = "restate_tasks"

    institution: Mapped[str] = mapped_column(NAME, primary_key=True)
    period: Mapped[str] = mapped_column(NAME, primary_key=True)
    since: Mapped[int]
    lines: Mapped[int]


def put(session: Session, institution: str, period: str, *, at: int, lines: int) -> None:
    """Open a task, or say how many lines differ by now; without any the task is done."""
    row = session.get(RestateTaskRow, (institution, period))
    if not lines:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(RestateTaskRow(institution=institution, period=period, since=at, lines=lines))
    else:
        row.lines = lines
    session.flush()


def open_tasks(session: Session) -> list[RestateTask]:
    """Return the open tasks, oldest first."""
    order = (RestateTaskRow.since, RestateTaskRow.institution, RestateTaskRow.period)
    return [
        value_of(RestateTask, row)
        for row in session.scalars(select(RestateTaskRow).order_by(*order))
    ]
