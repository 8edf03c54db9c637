"""Who changed what, when and why: the chain, as those see it who have only words to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage.records import chain, people
from storage.records.schema import Row
from storage.records.tied_rows import ROWS, TABLES, told_rows, told_tables


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change by a person or a program.

    Attributes:
        number: Rises with every entry.
        at: When [ms].
        who: The author: the name, or the id where it was erased.
        what: What was done, a few words.
        detail: The rest, the reason included.
    """

    number: int
    at: int
    who: str
    what: str
    detail: str


def add(
    session: Session,
    who: str,
    what: str,
    detail: str,
    rows: Sequence[Row] = (),
    *,
    tables: Sequence[type[Row]] = (),
) -> None:
    """Keep an entry, dated now: a link of the chain, which has the id of who did it.

    Args:
        session: Of the change.
        who: Who did it.
        what: What was done, a few words.
        detail: The rest, the reason included.
        rows: Rows that were written; they can never be changed without being seen.
        tables: Tables that were replaced as a whole; neither can they.

    Raises:
        ConfigError: If several people are called so.
    """
    told: dict[str, object] = {"text": detail}
    if rows:
        told[ROWS] = told_rows(session, rows)
    if tables:
        told[TABLES] = told_tables(session, tables)
    chain.append(session, who=people.known_as(session, who), what=what, detail=told)


def recent(session: Session, limit: int) -> list[AuditEntry]:
    """Return the newest entries, newest first; details that are no words as JSON."""
    return [_entry(session, link) for link in chain.newest(session, limit)]


def _entry(session: Session, link: chain.Link) -> AuditEntry:
    detail = link.told.get("text", link.detail)
    return AuditEntry(link.number, link.at, people.shown_as(session, link.who), link.what, detail)
