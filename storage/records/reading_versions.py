"""What was said of a meter at a time and does not stand: another value overruled it.

Of one meter and time the store keeps the winner (energy/reading.py); what lost against a different
value is kept here, so that a figure that has changed can be explained and shown as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.reading import GAUGE, Reading
from energy.span import Span
from storage.records.schema import NAME, Row

KEYS_AT_ONCE = 500
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ReadingVersion:
    """A reading that does not stand.

    Attributes:
        reading: As it was offered or stood.
        noted: When the records learned of it [ms].
    """

    reading: Reading
    noted: int


class ReadingVersionRow(Row):
    """An overruled reading; columns as in energy.reading.Reading."""

    __tablename__ = "reading_versions"

    key: Mapped[str] = mapped_column(NAME, primary_key=True)
    """Of all that makes it another one, so that what is said twice is kept once."""
    meter: Mapped[str] = mapped_column(NAME, index=True)
    raw: Mapped[str]
    time: Mapped[int]
    value: Mapped[str]
    """As text: a column for whole numbers and floats alike would not keep both exactly."""
    quality: Mapped[int]
    source: Mapped[int]
    revision: Mapped[int]
    arrived: Mapped[int]
    noted: Mapped[int]


def publish(session: Session, lost: Iterable[Reading], now: int) -> None:
    """Keep overruled readings; repeating it is harmless.

    Args:
        session: A transaction.
        lost: The readings.
        now: The time [ms].
    """
    keyed = {key_of(reading): reading for reading in lost}
    keys = list(keyed)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        known = select(ReadingVersionRow.key).where(ReadingVersionRow.key.in_(some))
        new = set(some) - set(session.scalars(known))
        rows = [_row(key, keyed[key], now) for key in some if key in new]
        if rows:
            session.execute(insert(ReadingVersionRow), rows)


def of_meter(
    session: Session, meter: str, span: Span, *, limit: int | None = None
) -> list[ReadingVersion]:
    """Return overruled readings of a meter in a half-open span, by time, then as they were noted.

    Args:
        session: A transaction.
        meter: Name of the meter.
        span: Of the readings' own times [ms].
        limit: How many at the most; None for all.
    """
    rows = (
        select(ReadingVersionRow)
        .where(
            ReadingVersionRow.meter == meter,
            ReadingVersionRow.time >= span.start,
            ReadingVersionRow.time < span.end,
        )
        .order_by(ReadingVersionRow.time, ReadingVersionRow.noted, ReadingVersionRow.key)
        .limit(limit)
    )
    return [ReadingVersion(_reading(row), row.noted) for row in session.scalars(rows)]


def key_of(reading: Reading) -> str:
    """Return what a reading is kept under: the hash of all that it says."""
    meter, raw, time, value, *marks = reading
    return _hashed((meter, raw, int(time), repr(value), *map(int, marks)))


def _hashed(said: tuple[object, ...]) -> str:
    """Return the hash of the columns of a reading."""
    return sha256(repr(said).encode()).hexdigest()


def altered(session: Session) -> Iterator[str]:
    """Yield the keys of overruled readings that say something else than they were kept with."""
    columns = ReadingVersionRow.__table__.c
    found = session.execute(select(*columns).order_by(columns.key))
    for part in found.yield_per(_AT_ONCE).partitions():
        yield from (row.key for row in part if not _is_whole(row))


def missing(session: Session, keys: Sequence[str]) -> str | None:
    """Return the first of some keys under which nothing is kept; None if all are there."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        known = select(ReadingVersionRow.key).where(ReadingVersionRow.key.in_(some))
        gone = sorted(set(some) - set(session.scalars(known)))
        if gone:
            return gone[0]
    return None


def _is_whole(row: Any) -> bool:  # noqa: ANN401  a row of any database
    said = tuple(getattr(row, column) for column in _COLUMNS[1:-1])
    return _hashed(said) == str(row.key)


def _row(key: str, reading: Reading, now: int) -> dict[str, object]:
    meter, raw, time, value, *marks = reading
    said = (key, meter, raw, int(time), repr(value), *map(int, marks), now)
    return dict(zip(_COLUMNS, said, strict=True))


_COLUMNS = ("key", "meter", "raw", *Reading._fields[2:], "noted")


def _reading(row: ReadingVersionRow) -> Reading:
    value = float(row.value) if row.raw == GAUGE else int(row.value)
    marks = (row.quality, row.source, row.revision, row.arrived)
    return Reading(row.meter, row.raw, row.time, value, *marks)
