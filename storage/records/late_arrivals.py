"""Where readings came late: spans of meters that the next analytics round must compute again.

A collector says so once the store has the readings, never before. A span that touches one that
waits becomes one with it under a new number, so that they do not pile up while no round runs, and
the round that took the old one does not take away the new.
"""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.span import HOUR_MS, Span
from storage.records.schema import BIG_KEY, NAME, Row, take_turn

JOINED_MS = 24 * HOUR_MS
"""Spans no further apart become one; chosen: what is computed again is days."""


class LateArrivalRow(Row):
    """A half-open span [ms] in which readings of a meter came late."""

    __tablename__ = "late_arrivals"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    meter: Mapped[str] = mapped_column(NAME, index=True)
    start: Mapped[int]
    end: Mapped[int]


def publish(session: Session, spans: Iterable[tuple[str, Span]]) -> None:
    """Say that readings of meters came late; the store must have them already."""
    take_turn(session, "touched")
    for meter, span in spans:
        near = (
            (LateArrivalRow.meter == meter)
            & (LateArrivalRow.start <= span.end + JOINED_MS)
            & (LateArrivalRow.end >= span.start - JOINED_MS)
        )
        rows = list(session.scalars(select(LateArrivalRow).where(near)))
        session.add(
            LateArrivalRow(
                meter=meter,
                start=min([span.start, *(row.start for row in rows)]),
                end=max([span.end, *(row.end for row in rows)]),
            )
        )
        for row in rows:
            session.delete(row)
        session.flush()


def take(session: Session) -> tuple[dict[str, list[Span]], int]:
    """Return meter to its spans in order of time, and the token that ``done`` asks for.

    What a round took and never called done comes back with the next take.
    """
    take_turn(session, "touched")
    found: dict[str, list[Span]] = {}
    token = 0
    rows = select(LateArrivalRow).order_by(LateArrivalRow.meter, LateArrivalRow.start)
    for row in session.scalars(rows):
        found.setdefault(row.meter, []).append(Span(row.start, row.end))
        token = max(token, row.number)
    return found, token


def done(session: Session, token: int) -> None:
    """Forget what take returned with this token; what was published since stays."""
    session.execute(delete(LateArrivalRow).where(LateArrivalRow.number <= token))


def waiting(session: Session) -> int:
    """Return how many spans wait for a round."""
    return session.scalar(select(func.count()).select_from(LateArrivalRow)) or 0


def before(session: Session, end: int) -> set[str]:
    """Return the meters whose late readings from before a time [ms] wait for a round."""
    return set(session.scalars(select(LateArrivalRow.meter).where(LateArrivalRow.start < end)))
