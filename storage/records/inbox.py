"""Readings that people give: on their way to the collector, the only writer of raw readings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.reading import GAUGE, Reading
from storage.records import audit
from storage.records.schema import BIG_KEY, Row, clean

_DELETE_AT_ONCE = 10_000
"""Fewer than the parameters a statement may have on either database."""

_INSERT_AT_ONCE = 10_000
"""Chosen: a row on its way takes some 2 KB of memory."""


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One reading that waits for the collector.

    Attributes:
        number: Rises with every entry.
        reading: The reading.
        author: Who gave it.
        reason: Why.
    """

    number: int
    reading: Reading
    author: str
    reason: str


class InboxRow(Row):
    """A waiting reading; ``whole`` holds its value unless it is a gauge, ``decimal`` if it is."""

    __tablename__ = "inbox"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    meter: Mapped[str]
    table: Mapped[str] = mapped_column("raw_table")
    time: Mapped[int]
    whole: Mapped[int | None]
    decimal: Mapped[float | None]
    quality: Mapped[int]
    source: Mapped[int]
    revision: Mapped[int]
    arrived: Mapped[int]
    author: Mapped[str]
    reason: Mapped[str]


def put(session: Session, readings: Sequence[Reading], author: str, reason: str) -> None:
    """Leave readings for the collector, and an entry in the audit."""
    if not readings:
        return
    why = {"author": clean(author), "reason": clean(reason)}
    for first in range(0, len(readings), _INSERT_AT_ONCE):
        some = readings[first : first + _INSERT_AT_ONCE]
        session.execute(insert(InboxRow), [{**_cells(reading), **why} for reading in some])
    audit.add(session, author, "readings given", f"{len(readings)} readings: {reason}")


def take(session: Session, limit: int) -> list[InboxEntry]:
    """Return the oldest waiting readings; they wait until ``done``."""
    oldest = select(InboxRow).order_by(InboxRow.number).limit(limit)
    return [
        InboxEntry(row.number, _reading(row), row.author, row.reason)
        for row in session.scalars(oldest)
    ]


def done(session: Session, numbers: Collection[int]) -> None:
    """Forget entries that are in the collector's spool."""
    ordered = sorted(numbers)
    for first in range(0, len(ordered), _DELETE_AT_ONCE):
        some = ordered[first : first + _DELETE_AT_ONCE]
        session.execute(delete(InboxRow).where(InboxRow.number.in_(some)))


def waiting(session: Session) -> int:
    """Return how many readings wait."""
    return session.scalar(select(func.count()).select_from(InboxRow)) or 0


def before(session: Session, end: int) -> set[str]:
    """Return the meters of which readings from before a time [ms] wait."""
    return set(session.scalars(select(InboxRow.meter).where(InboxRow.time < end).distinct()))


def _cells(reading: Reading) -> dict[str, object]:
    is_gauge = reading.table == GAUGE
    return {
        "meter": reading.meter,
        "table": reading.table,
        "time": reading.time,
        "whole": None if is_gauge else int(reading.value),
        "decimal": float(reading.value) if is_gauge else None,
        "quality": int(reading.quality),
        "source": int(reading.source),
        "revision": reading.revision,
        "arrived": reading.arrived,
    }


def _reading(row: InboxRow) -> Reading:
    value: int | float = 0
    if row.whole is not None:
        value = row.whole
    elif row.decimal is not None:
        value = row.decimal
    return Reading(
        row.meter,
        row.table,
        row.time,
        value,
        row.quality,
        row.source,
        row.revision,
        row.arrived,
    )
