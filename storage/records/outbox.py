"""Alerts on their way out: written with the change that causes them, sent afterwards, retried."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.errors import StoreError
from energy.text import Text
from storage.records.schema import BIG_KEY, NAME, Row, clean, now_ms, take_turn, value_of


class Delivery(StrEnum):
    """Where an alert is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The other side will never take it; shown to a person, never sent again."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One alert to one channel.

    Attributes:
        number: Rises with every alert.
        channel: Name of the channel (a file of analytics/channels).
        title: One line.
        body: The whole text.
        key: Names the occasion: the same key never goes twice to a channel.
        state: waiting, delivered or refused.
        attempts: How often it was tried.
        next_try: Not before this time [ms].
        error: What the last attempt met; empty when nothing went wrong.
        created: When it was put [ms].
    """

    number: int
    channel: str
    title: str
    body: str
    key: str
    state: str
    attempts: int
    next_try: int
    error: str
    created: int


class OutboxRow(Row):
    """An alert; columns as in OutboxEntry."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("channel", "key"),)

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    channel: Mapped[str] = mapped_column(NAME)
    title: Mapped[str]
    body: Mapped[str]
    key: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    next_try: Mapped[int]
    error: Mapped[str]
    created: Mapped[int]


def put(session: Session, channel: str, title: str, body: str, key: str) -> None:
    """Leave an alert for a channel, once for each key."""
    take_turn(session, "outbox")
    key = clean(key)
    same = select(OutboxRow.number).where(OutboxRow.channel == channel, OutboxRow.key == key)
    if session.scalar(same) is not None:
        return
    session.add(
        OutboxRow(
            channel=channel,
            title=clean(title),
            body=clean(body),
            key=key,
            state=Delivery.WAITING.value,
            attempts=0,
            next_try=0,
            error="",
            created=now_ms(),
        )
    )
    session.flush()


def due(session: Session, now: int, limit: int) -> list[OutboxEntry]:
    """Return the oldest alerts that wait and may be tried now [ms]."""
    waiting = (
        select(OutboxRow)
        .where(OutboxRow.state == Delivery.WAITING.value, OutboxRow.next_try <= now)
        .order_by(OutboxRow.number)
        .limit(limit)
    )
    return [value_of(OutboxEntry, row) for row in session.scalars(waiting)]


def delivered(session: Session, number: int) -> None:
    """Say that the channel took an alert.

    Raises:
        StoreError: If there is no such alert.
    """
    row = _row(session, number)
    row.state, row.error = Delivery.DELIVERED.value, ""
    row.attempts += 1
    session.flush()


def failed(session: Session, number: int, error: str, *, permanent: bool, next_try: int) -> None:
    """Say that an attempt failed: tried again at ``next_try`` [ms], never if permanent.

    Raises:
        StoreError: If there is no such alert.
    """
    row = _row(session, number)
    row.attempts += 1
    row.error = clean(error)
    row.next_try = next_try
    if permanent:
        row.state = Delivery.REFUSED.value
    session.flush()


def recent(session: Session, limit: int) -> list[OutboxEntry]:
    """Return the newest alerts whatever became of them, newest first."""
    newest = select(OutboxRow).order_by(OutboxRow.number.desc()).limit(limit)
    return [value_of(OutboxEntry, row) for row in session.scalars(newest)]


def refused_since(session: Session, since: int) -> tuple[int, str]:
    """Return how many alerts put since then [ms] were refused, and why the newest of them was."""
    refused = (OutboxRow.state == Delivery.REFUSED.value) & (OutboxRow.created >= since)
    count = session.scalar(select(func.count()).where(refused)) or 0
    newest = select(OutboxRow.error).where(refused).order_by(OutboxRow.number.desc()).limit(1)
    return count, session.scalar(newest) or ""


def _row(session: Session, number: int) -> OutboxRow:
    row = session.get(OutboxRow, number)
    if row is None:
        problem = Text(
            f"待发区没有编号为 {number} 的告警。",
            f"There is no alert number {number} in the outbox.",
        )
        raise StoreError(problem)
    return row
