"""Single named values that a part of the platform must not forget."""

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records.schema import NAME, Row


class ValueRow(Row):
    """A named value."""

    __tablename__ = "named_values"

    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    value: Mapped[str]


def get(session: Session, name: str) -> str | None:
    """Return a value, or None when nobody put it."""
    row = session.get(ValueRow, name)
    return None if row is None else row.value


def beginning_with(session: Session, beginning: str) -> dict[str, str]:
    """Return the values whose names begin so, by name."""
    rows = select(ValueRow).where(ValueRow.name.startswith(beginning, autoescape=True))
    return {row.name: row.value for row in session.scalars(rows.order_by(ValueRow.name))}


def put(session: Session, name: str, value: str) -> None:
    """Keep a value; it replaces the one before."""
    session.merge(ValueRow(name=name, value=value))
    session.flush()
