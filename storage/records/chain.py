"""What was done, by whom, when: links of a chain that is only ever added to.

Each link bears the hash of the one before, so that whoever changes, takes out or moves one changes
every hash behind it, the last one included, which closed sheets and exports print.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.canonical import canonical
from storage.chain_hash import BEFORE_THE_FIRST, hash_of
from storage.records.schema import (
    Row,
    cells_of,
    clean,
    now_ms,
    raise_number,
    take_turn,
    value_of,
)

NUMBER = "chain"
"""Name of the number that says how many links were ever written: a lost end shows by it."""

_AT_ONCE = 1_000
HASH = String(64)


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that was done.

    Attributes:
        number: 1, 2, 3, ... without a gap.
        at: When [ms], by the clock of that moment; the order is that of the numbers.
        who: Id of a person (storage/records/people.py); of links of before there were any, a name.
        what: What was done, a few words.
        subject: What it was done to, such as an institution and a period; empty for the rest.
        detail: The rest as canonical JSON.
        previous: Hash of the link before; empty for the first.
        hash: Of all of this; storage/chain_hash.py.
    """

    number: int
    at: int
    who: str
    what: str
    subject: str
    detail: str
    previous: str
    hash: str

    @property
    def told(self) -> dict[str, Any]:
        """What the detail says."""
        found: dict[str, Any] = json.loads(self.detail)
        return found

    @property
    def true_hash(self) -> str:
        """The hash that these contents have."""
        return hash_of(**{name: cell for name, cell in cells_of(self).items() if name != "hash"})


class LinkRow(Row):
    """A link; columns as in Link."""

    __tablename__ = "chain"
    __table_args__ = (Index("ix_chain_subject", "subject"), Index("ix_chain_what", "what"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    who: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)


def append(
    session: Session,
    *,
    who: str,
    what: str,
    subject: str = "",
    detail: Mapping[str, object],
    at: int | None = None,
) -> Link:
    """Add a link and return it; until this transaction ends nobody else adds one.

    Args:
        session: Of the change that the link is about.
        who: Id of a person, or a program.
        what: What was done, a few words.
        subject: What it was done to.
        detail: Integers, texts, lists and objects.
        at: When [ms]; None for now.

    Raises:
        StoreError: If the detail holds a number that is no integer.
    """
    take_turn(session, NUMBER)
    last = head(session)
    cells: dict[str, Any] = {
        "number": raise_number(session, NUMBER),
        "at": now_ms() if at is None else at,
        "who": clean(who),
        "what": clean(what),
        "subject": clean(subject),
        "detail": clean(canonical(dict(detail)).decode()),
        "previous": last.hash if last else BEFORE_THE_FIRST,
    }
    link = Link(**cells, hash=hash_of(**cells))
    session.add(LinkRow(**cells_of(link)))
    session.flush()
    return link


def head(session: Session) -> Link | None:
    """Return the last link; None before the first."""
    newest = select(LinkRow).order_by(LinkRow.number.desc()).limit(1)
    row = session.scalar(newest)
    return None if row is None else value_of(Link, row)


def head_hash(session: Session) -> str:
    """Return the hash of the last link; empty before the first."""
    newest = select(LinkRow.hash).order_by(LinkRow.number.desc()).limit(1)
    return session.scalar(newest) or ""


def about(session: Session, subject: str, *, until: int | None = None) -> list[Link]:
    """Return what was done to something, oldest first, until a time [ms] included."""
    wanted = select(LinkRow).where(LinkRow.subject == subject).order_by(LinkRow.number)
    if until is not None:
        wanted = wanted.where(LinkRow.at <= until)
    return [value_of(Link, row) for row in session.scalars(wanted)]


def of_what(session: Session, what: str) -> list[Link]:
    """Return every link that says this was done, oldest first."""
    wanted = select(LinkRow).where(LinkRow.what == what).order_by(LinkRow.number)
    return [value_of(Link, row) for row in session.scalars(wanted)]


def newest(session: Session, limit: int) -> list[Link]:
    """Return the newest links, newest first."""
    wanted = select(LinkRow).order_by(LinkRow.number.desc()).limit(limit)
    return [value_of(Link, row) for row in session.scalars(wanted)]


def every(session: Session) -> Iterator[Link]:
    """Yield every link in the order of numbers; a chain of any length in little memory."""
    columns = LinkRow.__table__.c
    found = session.execute(select(*columns).order_by(columns.number).limit(None))
    for part in found.yield_per(_AT_ONCE).partitions():
        for row in part:
            yield Link(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
