"""What people want read again from the raw log: on its way to the collector that keeps it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, clean, now_ms


@dataclass(frozen=True, slots=True)
class Replay:
    """One request to one collector.

    Attributes:
        collector: Whose raw log it is.
        start: First time of the readings [ms].
        end: First time after them [ms].
        meters: Names of the meters; none for all.
        is_dry: Whether readings are only counted.
        author: Who wants it.
        reason: Why.
        at: When it was asked for [ms].
        ended: When it was done [ms]; 0 while it is not.
        progress: How far it is, and what became of each reading, by name; as the collector says.
        trouble: Why the store refused the first reading that it refused; "" where it took all.
        number: Rises with every request.
    """

    collector: str
    start: int
    end: int
    meters: Sequence[str]
    is_dry: bool
    author: str
    reason: str
    at: int = 0
    ended: int = 0
    progress: Mapping[str, int] = field(default_factory=dict)
    trouble: str = ""
    number: int = 0


class ReplayRow(Row):
    """A request; columns as in Replay, meters and progress as JSON text."""

    __tablename__ = "replays"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    collector: Mapped[str] = mapped_column(NAME, index=True)
    start: Mapped[int]
    end: Mapped[int]
    meters: Mapped[str]
    is_dry: Mapped[bool]
    author: Mapped[str]
    reason: Mapped[str]
    at: Mapped[int]
    ended: Mapped[int]
    progress: Mapped[str]
    trouble: Mapped[str]


def put(session: Session, wanted: Replay, collectors: Collection[str]) -> list[int]:
    """Leave a request for each collector, and an entry in the audit; return their numbers."""
    rows = [
        ReplayRow(
            collector=collector,
            start=wanted.start,
            end=wanted.end,
            meters=json.dumps(list(wanted.meters)),
            is_dry=wanted.is_dry,
            author=clean(wanted.author),
            reason=clean(wanted.reason),
            at=now_ms(),
            ended=0,
            progress="{}",
            trouble="",
        )
        for collector in sorted(collectors)
    ]
    session.add_all(rows)
    session.flush()
    if not wanted.is_dry:
        audit.add(
            session,
            wanted.author,
            "raw log replayed",
            f"{wanted.start} to {wanted.end} {list(wanted.meters)}: {wanted.reason}",
        )
    return [row.number for row in rows]


def waiting(session: Session, collector: str) -> Replay | None:
    """Return the oldest request of a collector that is not done; None if there is none."""
    oldest = (
        select(ReplayRow)
        .where(ReplayRow.collector == collector, ReplayRow.ended == 0)
        .order_by(ReplayRow.number)
        .limit(1)
    )
    row = session.scalar(oldest)
    return None if row is None else _replay(row)


def note(
    session: Session,
    number: int,
    progress: Mapping[str, int],
    *,
    trouble: str = "",
    is_done: bool = False,
) -> None:
    """Keep how far a request is, and when it is done."""
    row = session.get_one(ReplayRow, number)
    row.progress, row.trouble = json.dumps(dict(progress)), clean(trouble)
    row.ended = now_ms() if is_done else 0
    session.flush()


def these(session: Session, numbers: Collection[int]) -> list[Replay]:
    """Return requests by their numbers, in their order."""
    wanted = select(ReplayRow).where(ReplayRow.number.in_(numbers)).order_by(ReplayRow.number)
    return [_replay(row) for row in session.scalars(wanted)]


def recent(session: Session, limit: int) -> list[Replay]:
    """Return the newest requests, newest first."""
    newest = select(ReplayRow).order_by(ReplayRow.number.desc()).limit(limit)
    return [_replay(row) for row in session.scalars(newest)]


def _replay(row: ReplayRow) -> Replay:
    return Replay(
        collector=row.collector,
        start=row.start,
        end=row.end,
        meters=tuple(json.loads(row.meters)),
        is_dry=row.is_dry,
        author=row.author,
        reason=row.reason,
        at=row.at,
        ended=row.ended,
        progress=json.loads(row.progress),
        trouble=row.trouble,
        number=row.number,
    )
