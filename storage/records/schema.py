"""What all tables of the records share: exact column types, numbers that rise, and taking turns."""

import time
from dataclasses import fields
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, Text, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

Value = TypeVar("Value")

NAME = String(200)
BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts; SQLite counts only what it calls INTEGER."""

_TURNS = {
    "registry": 7_001,
    "touched": 7_002,
    "reference": 7_003,
    "findings": 7_004,
    "outbox": 7_005,
    "edits": 7_015,
    "chain": 7_013,
    "bills": 7_017,
}
"""Numbers of PostgreSQL's advisory locks, chosen; they only have to differ (7000: migrating)."""


class Exact(TypeDecorator[Fraction]):
    """A fraction as text "num/den": no decimal column keeps 1/3."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """Return the text at rest."""
        del dialect
        return None if value is None else f"{value.numerator}/{value.denominator}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        """Return the fraction the text stands for."""
        del dialect
        return None if value is None else _fraction(value)


@lru_cache(maxsize=4096)
def _fraction(words: str) -> Fraction:
    """Return the fraction that a text stands for: meters share a few, and reading one is slow."""
    return Fraction(words)


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a flat dataclass; asked for every row of a table."""
    return tuple(entry.name for entry in fields(kind))


class Row(DeclarativeBase):
    """A row of the records. Times are ms since 1970 UTC, fractions exact, money in 1e-6 yuan."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {int: BigInteger, str: Text, Fraction: Exact}  # noqa: RUF012  SQLAlchemy's own spelling


class NumberRow(Row):
    """A number that rises with every change of something."""

    __tablename__ = "numbers"

    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    number: Mapped[int]


def number_of(session: Session, name: str) -> int:
    """Return the number of a thing; 0 before its first change."""
    found = session.scalar(select(NumberRow.number).where(NumberRow.name == name))
    return found or 0


def raise_number(session: Session, name: str) -> int:
    """Raise the number of a thing by one and return it; the caller has taken its turn."""
    row = session.get(NumberRow, name)
    if row is None:
        row = NumberRow(name=name, number=0)
        session.add(row)
    row.number += 1
    session.flush()
    return row.number


def take_turn(session: Session, name: str, *, reading: bool = False) -> None:
    """Wait until no other transaction works on a thing; held until this transaction ends.

    SQLite has one writer at a time and readers on a snapshot, so that only PostgreSQL needs it.
    Whoever takes several turns takes "registry" or "reference" before "touched", and "chain" last.
    """
    if session.get_bind().dialect.name == "postgresql":
        shared = "_shared" if reading else ""
        session.execute(text(f"SELECT pg_advisory_xact_lock{shared}({_TURNS[name]})"))


def cells_of(value: object) -> dict[str, Any]:
    """Return the fields of a flat dataclass as the columns of its row."""
    return {entry.name: getattr(value, entry.name) for entry in fields(value)}  # type: ignore[arg-type]


def value_of(kind: type[Value], row: Row) -> Value:
    """Return the flat dataclass whose fields a row has as columns."""
    return kind(**{name: getattr(row, name) for name in _names_of(kind)})  # type: ignore[arg-type]


def clean(words: str) -> str:
    """Return a text that every database takes: PostgreSQL refuses NUL and half characters."""
    return words.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def now_ms() -> int:
    """Return the time now [ms since 1970 UTC], for the dates of entries."""
    return time.time_ns() // 1_000_000
