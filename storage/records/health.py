"""The newest counters of each collector."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row


@dataclass(frozen=True, slots=True)
class Health:
    """What a collector last said of itself.

    Attributes:
        collector: Its name.
        counters: Name to count.
        at: When it said so [ms].
    """

    collector: str
    counters: dict[str, int]
    at: int


class HealthRow(Row):
    """The newest word of a collector; the counters as JSON text."""

    __tablename__ = "collector_health"

    collector: Mapped[str] = mapped_column(NAME, primary_key=True)
    counters: Mapped[str]
    at: Mapped[int]


def put(session: Session, collector: str, counters: dict[str, int], at: int) -> None:
    """Keep the newest counters of a collector."""
    session.merge(HealthRow(collector=collector, counters=json.dumps(counters), at=at))
    session.flush()


def all(session: Session) -> list[Health]:  # noqa: A001  read as health.all(session)
    """Return the newest word of each collector, by name."""
    rows = session.scalars(select(HealthRow).order_by(HealthRow.collector))
    return [Health(row.collector, json.loads(row.counters), row.at) for row in rows]
