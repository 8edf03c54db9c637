"""What people want done with dead letters: on its way to the collector that keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, clean, now_ms, value_of

RETRY, DROP = "retry", "drop"
KEPT_MS = 30 * 86_400_000
"""How long it is remembered what became of a request; chosen."""
_AT_ONCE = 5_000
"""Fewer than the parameters a statement may have on either database."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        number: Rises with every request.
        collector: Who keeps the letter.
        letter: Number of the dead letter.
        action: RETRY or DROP.
        author: Who wants it.
        reason: Why.
        at: When [ms].
        outcome: What became of it; "" while it waits.
    """

    number: int
    collector: str
    letter: int
    action: str
    author: str
    reason: str
    at: int
    outcome: str


class LetterRequestRow(Row):
    """A request; columns as in Asked."""

    __tablename__ = "letter_requests"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    collector: Mapped[str] = mapped_column(NAME, index=True)
    letter: Mapped[int]
    action: Mapped[str]
    author: Mapped[str]
    reason: Mapped[str]
    at: Mapped[int]
    outcome: Mapped[str]


def put(
    session: Session, letters: Sequence[tuple[str, int]], action: str, *, author: str, reason: str
) -> int:
    """Leave requests for collectors, and an entry in the audit.

    Args:
        session: Of the records.
        letters: Collector and number of each dead letter.
        action: RETRY or DROP.
        author: Who wants it.
        reason: Why.

    Returns:
        The number before the first of these requests.
    """
    now = now_ms()
    session.execute(
        delete(LetterRequestRow).where(
            LetterRequestRow.outcome != "", LetterRequestRow.at < now - KEPT_MS
        )
    )
    before = session.scalar(select(func.max(LetterRequestRow.number))) or 0
    why = {"action": action, "author": clean(author), "reason": clean(reason)}
    rows = [
        {"collector": collector, "letter": number, "at": now, "outcome": "", **why}
        for collector, number in letters
    ]
    if rows:
        session.execute(insert(LetterRequestRow), rows)
        audit.add(session, author, f"dead letters: {action}", f"{len(rows)} letters: {reason}")
    return before


def waiting(session: Session, collector: str, limit: int) -> list[Asked]:
    """Return the oldest requests of a collector that wait."""
    oldest = (
        select(LetterRequestRow)
        .where(LetterRequestRow.collector == collector, LetterRequestRow.outcome == "")
        .order_by(LetterRequestRow.number)
        .limit(limit)
    )
    return [value_of(Asked, row) for row in session.scalars(oldest)]


def done(session: Session, outcomes: Mapping[int, str]) -> None:
    """Keep what became of requests, by number."""
    rows = [{"number": number, "outcome": outcome} for number, outcome in outcomes.items()]
    if rows:
        session.execute(update(LetterRequestRow), rows)


def outcomes(session: Session, *, after: int, author: str) -> dict[str, int]:
    """Return how many requests of an author beyond a number had which outcome; "" waits."""
    rows = session.execute(
        select(LetterRequestRow.outcome, func.count())
        .where(LetterRequestRow.number > after, LetterRequestRow.author == clean(author))
        .group_by(LetterRequestRow.outcome)
    )
    return {outcome: int(count) for outcome, count in rows}


def of_letters(
    session: Session, letters: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Asked]:
    """Return the newest request of each letter that has one, by collector and number."""
    numbers = sorted({number for _, number in letters})[:_AT_ONCE]
    rows = session.scalars(
        select(LetterRequestRow)
        .where(LetterRequestRow.letter.in_(numbers))
        .order_by(LetterRequestRow.number)
    )
    newest = {(row.collector, row.letter): value_of(Asked, row) for row in rows}
    return {key: newest[key] for key in letters if key in newest}
