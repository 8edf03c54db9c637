"""Messages that could not become readings: topic, bytes and reason, for a person to look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row, cells_of, clean, value_of


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message, or the part of it, that could not be read.

    Attributes:
        number: Number given by the collector; with its name it is unique.
        collector: Who received it.
        topic: Topic it came on.
        payload: Its bytes.
        reason: Why it could not be read.
        received: When [ms].
        readings: How many readings it stands for in the counters.
    """

    number: int
    collector: str
    topic: str
    payload: bytes
    reason: str
    received: int
    readings: int


class DeadLetterRow(Row):
    """A dead letter; columns as in DeadLetter."""

    __tablename__ = "dead_letters"

    collector: Mapped[str] = mapped_column(NAME, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str]
    payload: Mapped[bytes]
    reason: Mapped[str]
    received: Mapped[int] = mapped_column(index=True)
    readings: Mapped[int]


def publish(session: Session, letters: Iterable[DeadLetter]) -> None:
    """Keep dead letters; one already there is passed over, so that repeating is harmless."""
    ordered = sorted(letters, key=lambda letter: letter.collector)
    for collector, group in groupby(ordered, key=lambda letter: letter.collector):
        mine = {letter.number: letter for letter in group}
        known = session.scalars(
            select(DeadLetterRow.number).where(
                DeadLetterRow.collector == collector,
                DeadLetterRow.number.between(min(mine), max(mine)),
            )
        )
        for number in known:
            mine.pop(number, None)
        if mine:
            session.execute(insert(DeadLetterRow), [_row(letter) for letter in mine.values()])


def counts(session: Session) -> dict[str, int]:
    """Return reason to the number of readings that were refused for it."""
    total = func.sum(DeadLetterRow.readings)
    rows = session.execute(select(DeadLetterRow.reason, total).group_by(DeadLetterRow.reason))
    return {reason: int(count) for reason, count in rows}


def last_number(session: Session) -> int:
    """Return the highest number of any dead letter here; 0 where there is none."""
    return session.scalar(select(func.max(DeadLetterRow.number))) or 0


def recent(session: Session, limit: int) -> Sequence[DeadLetter]:
    """Return the newest dead letters, newest first."""
    newest = (
        select(DeadLetterRow)
        .order_by(DeadLetterRow.received.desc(), DeadLetterRow.number.desc())
        .limit(limit)
    )
    return [value_of(DeadLetter, row) for row in session.scalars(newest)]


def _row(letter: DeadLetter) -> dict[str, object]:
    words = {"topic": clean(letter.topic), "reason": clean(letter.reason)}
    return {**cells_of(letter), **words}
