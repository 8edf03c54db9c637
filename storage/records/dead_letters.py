"""Messages that could not become readings: topic, bytes and reason, for a person to look at."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row, cells_of, clean, value_of

_AT_ONCE = 500


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
        form: Name of the format that refused it; "" where none did.
        version: Version of that format.
        kept: ``whole``; ``cut`` where only the first bytes are kept; ``counted`` where none are.
        length: Bytes of the whole message, of all of them for ``counted``; 0 for ``whole``.
        sha256: SHA-256 of the whole message in hex, where it was cut; else "".
    """

    number: int
    collector: str
    topic: str
    payload: bytes
    reason: str
    received: int
    readings: int
    form: str = ""
    version: int = 0
    kept: str = "whole"
    length: int = 0
    sha256: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every byte of the message is there, so that it can be read again."""
        is_short = self.kept == "cut" and self.length == len(self.payload)
        return self.kept == "whole" or is_short


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters are meant: those that fit everything that is given.

    Attributes:
        topic: The whole topic, or its beginning with ``#`` behind it; "" for any.
        reasons: Reasons as they are kept; None for any.
        form: Name of a format; "" for any.
        after: Arrived at or after this [ms]; None for ever.
        before: Arrived before this [ms]; None for ever.
        numbers: Numbers; empty for any.
        collector: Name of a collector; "" for any.
    """

    topic: str = ""
    reasons: Collection[str] | None = None
    form: str = ""
    after: int | None = None
    before: int | None = None
    numbers: Sequence[int] = ()
    collector: str = ""


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
    form: Mapped[str]
    version: Mapped[int]
    kept: Mapped[str]
    length: Mapped[int]
    sha256: Mapped[str]


def publish(session: Session, letters: Iterable[DeadLetter]) -> None:
    """Keep dead letters as they are now; repeating it is harmless."""
    ordered = sorted(letters, key=lambda letter: letter.collector)
    for collector, group in groupby(ordered, key=lambda letter: letter.collector):
        mine = {letter.number: letter for letter in group}
        known = set(
            session.scalars(
                select(DeadLetterRow.number).where(
                    DeadLetterRow.collector == collector,
                    DeadLetterRow.number.between(min(mine), max(mine)),
                )
            )
        )
        new = [_row(letter) for number, letter in mine.items() if number not in known]
        old = [_row(letter) for number, letter in mine.items() if number in known]
        if new:
            session.execute(insert(DeadLetterRow), new)
        if old:
            session.execute(update(DeadLetterRow), old)


def let_go(session: Session, collector: str, numbers: Sequence[int]) -> None:
    """Forget letters that their collector has no more."""
    session.execute(
        delete(DeadLetterRow).where(
            DeadLetterRow.collector == collector, DeadLetterRow.number.in_(numbers)
        )
    )


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
    return find(session, Wanted(), limit)


def find(session: Session, wanted: Wanted, limit: int) -> Sequence[DeadLetter]:
    """Return the newest of the letters that are meant, newest first."""
    newest = (
        select(DeadLetterRow)
        .where(*_conditions(wanted))
        .order_by(
            DeadLetterRow.received.desc(), DeadLetterRow.number.desc(), DeadLetterRow.collector
        )
        .limit(limit)
    )
    return [value_of(DeadLetter, row) for row in session.scalars(newest)]


def oldest(session: Session, wanted: Wanted) -> DeadLetter | None:
    """Return the letter that arrived first of those that are meant; None if there is none."""
    order = (DeadLetterRow.received, DeadLetterRow.collector, DeadLetterRow.number)
    first = select(DeadLetterRow).where(*_conditions(wanted)).order_by(*order).limit(1)
    row = session.scalar(first)
    return None if row is None else value_of(DeadLetter, row)


def each(session: Session, wanted: Wanted) -> Iterator[DeadLetter]:
    """Yield every letter that is meant, the oldest first, few in memory at a time."""
    oldest = (
        select(DeadLetterRow)
        .where(*_conditions(wanted))
        .order_by(DeadLetterRow.collector, DeadLetterRow.number)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.scalars(oldest):
        yield value_of(DeadLetter, row)
        session.expunge(row)


def size(session: Session, wanted: Wanted) -> tuple[int, int]:
    """Return how many letters are meant, and how many readings they stand for."""
    total = select(func.count(), func.coalesce(func.sum(DeadLetterRow.readings), 0))
    letters, readings = session.execute(total.where(*_conditions(wanted))).one()
    return int(letters), int(readings)


def keys(session: Session, wanted: Wanted) -> list[tuple[str, int]]:
    """Return collector and number of the letters that are meant, the oldest first."""
    rows = session.execute(
        select(DeadLetterRow.collector, DeadLetterRow.number)
        .where(*_conditions(wanted))
        .order_by(DeadLetterRow.collector, DeadLetterRow.number)
    )
    return [(collector, number) for collector, number in rows]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.topic.endswith("#"):
        yield DeadLetterRow.topic.startswith(wanted.topic.removesuffix("#"), autoescape=True)
    elif wanted.topic:
        yield DeadLetterRow.topic == wanted.topic
    if wanted.reasons is not None:
        yield DeadLetterRow.reason.in_(wanted.reasons)
    if wanted.form:
        yield DeadLetterRow.form == wanted.form
    yield from _times(wanted)
    if wanted.numbers:
        yield DeadLetterRow.number.in_(wanted.numbers)
    if wanted.collector:
        yield DeadLetterRow.collector == wanted.collector


def _times(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.after is not None:
        yield DeadLetterRow.received >= wanted.after
    if wanted.before is not None:
        yield DeadLetterRow.received < wanted.before


def _row(letter: DeadLetter) -> dict[str, object]:
    words = {"topic": clean(letter.topic), "reason": clean(letter.reason)}
    return {**cells_of(letter), **words}
