"""Channels that collectors hear and the registry does not know, for people to adopt.

As many as MOST_ROWS a collector. Where that is full, those heard within a day stay and the others
make room; so a flood of invented names is gone again the day after.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.span import HOUR_MS
from storage.records.meters import BindingRow, MeterRow
from storage.records.schema import NAME, Row, cells_of, clean, value_of

MOST_ROWS = 10_000
"""Chosen: more unknown channels than any plant has."""
KEPT_MS = 30 * 24 * HOUR_MS
"""What was not heard for so long is forgotten; chosen: a device that is read once a month stays."""
MAKES_ROOM_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class UnknownChannel:
    """A channel that is heard and that the registry does not know.

    Attributes:
        collector: Who heard it.
        device: As the message names it.
        channel: As the message names it.
        gateway: The gateway it came through last; "" for a device that speaks itself.
        form: Name of the format that read it.
        topic: Where it arrived last, or the beginning of that.
        first: When it was first heard [ms].
        last: When it was last heard [ms].
        times: How many values were heard.
        value: The last one as text, NaN for one that is no number.
        unit: The unit of that one where the message says it; "" otherwise.
    """

    collector: str
    device: str
    channel: str
    gateway: str
    form: str
    topic: str
    first: int
    last: int
    times: int
    value: str
    unit: str


class HeardRow(Row):
    """An unknown channel; columns as in UnknownChannel."""

    __tablename__ = "heard_channels"

    collector: Mapped[str] = mapped_column(NAME, primary_key=True)
    device: Mapped[str] = mapped_column(NAME, primary_key=True)
    channel: Mapped[str] = mapped_column(NAME, primary_key=True)
    gateway: Mapped[str]
    form: Mapped[str]
    topic: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    times: Mapped[int]
    value: Mapped[str]
    unit: Mapped[str]


_Key = tuple[str, str]


def publish(session: Session, collector: str, channels: Iterable[UnknownChannel], now: int) -> int:
    """Add what a collector heard since the last time, and forget what is adopted or silent.

    Args:
        session: A transaction.
        collector: Whose channels they are.
        channels: What it heard.
        now: The time [ms].

    Returns:
        How many values are not listed because there was no room.
    """
    heard = _by_key(channels)
    known = _kept(session, collector) if heard else {}
    if len(known.keys() | heard.keys()) > MOST_ROWS:
        _forget(session, (HeardRow.collector == collector) & (HeardRow.last < now - MAKES_ROOM_MS))
        known = _kept(session, collector)
    old = [_joined(known[key], one) for key, one in heard.items() if key in known]
    new = [one for key, one in heard.items() if key not in known]
    room = MOST_ROWS - len(known)
    if old:
        session.execute(update(HeardRow), [cells_of(one) for one in old])
    if new[:room]:
        session.execute(insert(HeardRow), [cells_of(one) for one in new[:room]])
    _forget(session, _is_adopted() | (HeardRow.last < now - KEPT_MS))
    return sum(one.times for one in new[room:])


def all(session: Session) -> list[UnknownChannel]:  # noqa: A001  read as heard.all(session)
    """Return every channel that the registry of now does not know, by device and channel."""
    rows = select(HeardRow).where(~_is_adopted())
    ordered = rows.order_by(HeardRow.device, HeardRow.channel, HeardRow.collector)
    return [value_of(UnknownChannel, row) for row in session.scalars(ordered)]


def _is_adopted() -> ColumnElement[bool]:
    """Tell whether a channel hangs at a meter, or did."""
    return or_(
        *(
            select(table.meter)
            .where(table.device == HeardRow.device, table.channel == HeardRow.channel)
            .correlate(HeardRow)
            .exists()
            for table in (MeterRow, BindingRow)
        )
    )


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(delete(HeardRow).where(which), execution_options={"synchronize_session": False})
    session.expire_all()


def _kept(session: Session, collector: str) -> dict[_Key, UnknownChannel]:
    rows = session.scalars(select(HeardRow).where(HeardRow.collector == collector))
    return {(row.device, row.channel): value_of(UnknownChannel, row) for row in rows}


def _by_key(channels: Iterable[UnknownChannel]) -> dict[_Key, UnknownChannel]:
    """Return channels with texts that every database takes; names may become the same by that."""
    found: dict[_Key, UnknownChannel] = {}
    for one in channels:
        cleaned = replace(
            one,
            device=clean(one.device),
            channel=clean(one.channel),
            gateway=clean(one.gateway),
            topic=clean(one.topic),
            unit=clean(one.unit),
        )
        key = cleaned.device, cleaned.channel
        found[key] = _joined(found[key], cleaned) if key in found else cleaned
    return found


def _joined(before: UnknownChannel, newer: UnknownChannel) -> UnknownChannel:
    return replace(newer, first=before.first, times=before.times + newer.times)
