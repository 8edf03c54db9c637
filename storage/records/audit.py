"""Who changed what, when and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import BIG_KEY, Row, clean, now_ms, value_of


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change by a person or a program.

    Attributes:
        number: Rises with every entry.
        at: When [ms].
        who: The author.
        what: What was done, a few words.
        detail: The rest, the reason included.
    """

    number: int
    at: int
    who: str
    what: str
    detail: str


class AuditRow(Row):
    """An entry; columns as in AuditEntry."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    at: Mapped[int]
    who: Mapped[str]
    what: Mapped[str]
    detail: Mapped[str]


def add(session: Session, who: str, what: str, detail: str) -> None:
    """Keep an entry, dated now."""
    session.add(AuditRow(at=now_ms(), who=clean(who), what=clean(what), detail=clean(detail)))
    session.flush()


def recent(session: Session, limit: int) -> list[AuditEntry]:
    """Return the newest entries, newest first."""
    newest = select(AuditRow).order_by(AuditRow.number.desc()).limit(limit)
    return [value_of(AuditEntry, row) for row in session.scalars(newest)]
