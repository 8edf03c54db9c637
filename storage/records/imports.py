"""Files of readings that were imported: their balance, and the chunks that still wait.

An import is written in three steps, so that one that dies half-way leaves nothing to the collector:
``begin``, then ``add`` chunk after chunk, then ``finish``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import LargeBinary, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, clean

ARRIVING = "arriving"
"""Being written; the collector does not look at it."""
READY = "ready"
"""Complete: the collector takes its chunks."""

_DEAD_MS = 24 * 3_600_000
"""No import takes that long (chosen): one that did not end died."""


@dataclass(frozen=True, slots=True)
class Import:
    """One file, read once in one way.

    Attributes:
        key: SHA-256 of the file and of the way it was read.
        file: Its name.
        author: Who gave it.
        reason: Why.
        at: When it was read [ms]; the arrival of its readings.
        state: ARRIVING or READY.
        balance: What became of each reading of the file, by name.
        sent: Readings on their way to the collector.
        taken: Of those, how many are durable with the collector.
        number: Rises with every import.
    """

    key: str
    file: str
    author: str
    reason: str
    at: int
    state: str = ARRIVING
    balance: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    taken: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Readings that wait, packed by storage/records/chunks.py."""

    number: int
    readings: int
    payload: bytes


class ImportRow(Row):
    """An import; columns as in Import, the balance as JSON text."""

    __tablename__ = "imports"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    key: Mapped[str] = mapped_column(NAME, index=True)
    file: Mapped[str]
    author: Mapped[str]
    reason: Mapped[str]
    at: Mapped[int]
    state: Mapped[str]
    balance: Mapped[str]
    sent: Mapped[int]
    taken: Mapped[int]


class ChunkRow(Row):
    """A chunk that waits; deleted when the collector has it."""

    __tablename__ = "import_chunks"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    import_number: Mapped[int] = mapped_column(index=True)
    readings: Mapped[int]
    payload: Mapped[bytes] = mapped_column(LargeBinary)


def begin(session: Session, wanted: Import) -> int:
    """Begin an import and return its number; what tries that died left behind goes."""
    is_dead = and_(
        ImportRow.state == ARRIVING,
        or_(ImportRow.key == wanted.key, ImportRow.at < wanted.at - _DEAD_MS),
    )
    dead = select(ImportRow.number).where(is_dead)
    session.execute(delete(ChunkRow).where(ChunkRow.import_number.in_(dead)))
    session.execute(delete(ImportRow).where(is_dead))
    row = ImportRow(
        key=wanted.key,
        file=clean(wanted.file),
        author=clean(wanted.author),
        reason=clean(wanted.reason),
        at=wanted.at,
        state=ARRIVING,
        balance=json.dumps(dict(wanted.balance)),
        sent=0,
        taken=0,
    )
    session.add(row)
    session.flush()
    return row.number


def add(session: Session, number: int, chunks: Sequence[tuple[int, bytes]]) -> None:
    """Add chunks, each with how many readings it holds, to an import that was begun."""
    if chunks:
        session.execute(
            insert(ChunkRow),
            [
                {"import_number": number, "readings": readings, "payload": payload}
                for readings, payload in chunks
            ],
        )


def finish(session: Session, number: int, balance: Mapping[str, int]) -> None:
    """Let the collector have an import, with its final balance, and leave an entry in the audit."""
    sent = select(func.coalesce(func.sum(ChunkRow.readings), 0)).where(
        ChunkRow.import_number == number
    )
    row = session.get_one(ImportRow, number)
    row.state, row.balance = READY, json.dumps(dict(balance))
    row.sent = int(session.scalar(sent) or 0)
    session.flush()
    audit.add(
        session, row.author, "file imported", f"{row.file}, {row.sent} readings: {row.reason}"
    )


def next_chunk(session: Session) -> Chunk | None:
    """Return the oldest chunk of a finished import; it waits until ``done``."""
    oldest = (
        select(ChunkRow)
        .join(ImportRow, ImportRow.number == ChunkRow.import_number)
        .where(ImportRow.state == READY)
        .order_by(ChunkRow.number)
        .limit(1)
    )
    row = session.scalar(oldest)
    return None if row is None else Chunk(row.number, row.readings, row.payload)


def done(session: Session, number: int) -> None:
    """Count a chunk as taken and forget it; of one that is gone already, nothing."""
    row = session.get(ChunkRow, number)
    if row is None:
        return
    session.execute(
        update(ImportRow)
        .where(ImportRow.number == row.import_number)
        .values(taken=ImportRow.taken + row.readings)
    )
    session.delete(row)
    session.flush()


def newest_of(session: Session, key: str) -> Import | None:
    """Return the newest finished import of a file read in one way; None if there is none."""
    newest = (
        select(ImportRow)
        .where(ImportRow.key == key, ImportRow.state == READY)
        .order_by(ImportRow.number.desc())
        .limit(1)
    )
    row = session.scalar(newest)
    return None if row is None else _import(row)


def recent(session: Session, limit: int) -> list[Import]:
    """Return the newest finished imports, newest first."""
    newest = (
        select(ImportRow)
        .where(ImportRow.state == READY)
        .order_by(ImportRow.number.desc())
        .limit(limit)
    )
    return [_import(row) for row in session.scalars(newest)]


def waiting(session: Session) -> int:
    """Return how many readings of finished imports the collector does not have yet."""
    left = select(func.coalesce(func.sum(ImportRow.sent - ImportRow.taken), 0)).where(
        ImportRow.state == READY
    )
    return int(session.scalar(left) or 0)


def _import(row: ImportRow) -> Import:
    return Import(
        key=row.key,
        file=row.file,
        author=row.author,
        reason=row.reason,
        at=row.at,
        state=row.state,
        balance=json.loads(row.balance),
        sent=row.sent,
        taken=row.taken,
        number=row.number,
    )
