"""What people changed among the readings: who, when, why, with what evidence.

The number of an edit is the ``revision`` of every reading that it wrote, so that any stored version
leads here. What it changed is in storage/records/reading_versions.py; nothing is edited in place.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.canonical import canonical
from energy.reading import Reading
from energy.span import Span
from storage.records import chain, frozen, people, reading_versions
from storage.records.reading_versions import key_of
from storage.records.schema import BIG_KEY, NAME, Row, clean

SWAP, MOVE, SHIFT, WITHDRAW = "swap", "move", "shift", "withdraw"
VALUE, MANUAL, UNDO = "value", "manual", "undo"
AUTHOR = "author"
EDITED = "readings edited"
"""What links of the chain about edits say was done."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of readings by a person.

    Attributes:
        at: When [ms].
        author: Who.
        reason: Why.
        evidence: SHA-256 of a file in storage/records/evidence.py; "" for none.
        what: SWAP, MOVE, SHIFT, WITHDRAW, VALUE, MANUAL or UNDO.
        meters: Whose readings it wrote.
        span: From the first of the readings that it wrote to just behind the last.
        parameters: JSON values that say what it did.
        readings: How many readings it wrote.
        last_meter: Meter of the reading that reaches the store last.
        last_time: Its time [ms].
        number: Rises with every edit; 0 before it is kept.
    """

    at: int
    author: str
    reason: str
    evidence: str
    what: str
    meters: tuple[str, ...]
    span: Span
    parameters: Mapping[str, object] = field(default_factory=dict)
    readings: int = 0
    last_meter: str = ""
    last_time: int = 0
    number: int = 0


class EditRow(Row):
    """An edit; columns as in Edit."""

    __tablename__ = "edits"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    at: Mapped[int]
    author: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str]
    what: Mapped[str]
    start: Mapped[int]
    until: Mapped[int]
    parameters: Mapped[str]
    readings: Mapped[int]
    last_meter: Mapped[str]
    last_time: Mapped[int]


class EditedMeterRow(Row):
    """A meter whose readings an edit wrote."""

    __tablename__ = "edited_meters"

    edit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    meter: Mapped[str] = mapped_column(NAME, primary_key=True, index=True)


def add(
    session: Session,
    edit: Edit,
    *,
    wrote: Sequence[Reading] = (),
    overruled: Sequence[Reading] = (),
) -> Edit:
    """Keep an edit and a link of the chain that proves it, and return it with its number.

    What the edit says and all values stay for good under the hash that the link bears, so that
    ``verify`` sees a change of either.

    Args:
        session: A transaction.
        edit: The edit; who is its author becomes a person.
        wrote: The readings that it writes, before they are marked with its number.
        overruled: The readings that stand no more, as storage/records/reading_versions.py has them.
    """
    row = EditRow(
        at=edit.at,
        author=clean(edit.author),
        reason=clean(edit.reason),
        evidence=edit.evidence,
        what=edit.what,
        start=edit.span.start,
        until=edit.span.end,
        parameters=json.dumps(dict(edit.parameters), ensure_ascii=False),
        readings=edit.readings,
        last_meter=edit.last_meter,
        last_time=edit.last_time,
    )
    session.add(row)
    session.flush()
    session.add_all(EditedMeterRow(edit=row.number, meter=meter) for meter in edit.meters)
    session.flush()
    numbered = replace(edit, number=row.number)
    _prove(session, numbered, wrote, sorted(map(key_of, overruled)))
    return numbered


def _prove(
    session: Session, edit: Edit, wrote: Sequence[Reading], overruled: Sequence[str]
) -> None:
    """Add the link of the chain that proves an edit."""
    what = f"edit {edit.number}: {edit.what} {', '.join(edit.meters)}, {edit.readings} readings"
    who = people.known_as(session, edit.author)
    content = {
        # Whoever did it stands here for good by the id: a name may be erased.
        "edit": {**said_of(edit), AUTHOR: who},
        "wrote": [list(map(str, reading)) for reading in wrote],
        "overruled": list(overruled),
    }
    told = {
        "text": f"{what}: {edit.reason}",
        "edit": edit.number,
        "sha256": frozen.put(session, canonical(content)),
    }
    chain.append(session, who=who, what=EDITED, detail=told)


def prove_those_of_before(session: Session) -> int:
    """Add a link for each edit of before there were any, and return how many.

    What such an edit wrote was not kept apart; that stands in the store. What it overruled is, as
    far as anybody knows, what is kept of its meters and its time.

    Args:
        session: A transaction.
    """
    proved = {link.told.get("edit") for link in chain.of_what(session, EDITED)}
    found = 0
    for row in session.scalars(select(EditRow).order_by(EditRow.number)).all():
        if row.number in proved:
            continue
        edit = _edit(session, row)
        keys = {
            key_of(one.reading)
            for meter in edit.meters
            for one in reading_versions.of_meter(session, meter, edit.span)
        }
        _prove(session, edit, (), sorted(keys))
        found += 1
    return found


def said_of(edit: Edit) -> dict[str, object]:
    """Return all that an edit says, as JSON values, as it is at rest."""
    return {
        "number": edit.number,
        "at": edit.at,
        AUTHOR: clean(edit.author),
        "reason": clean(edit.reason),
        "evidence": edit.evidence,
        "what": edit.what,
        "meters": sorted(edit.meters),
        "from": edit.span.start,
        "until": edit.span.end,
        "parameters": json.dumps(dict(edit.parameters), ensure_ascii=False, sort_keys=True),
        "readings": edit.readings,
        "last_meter": edit.last_meter,
        "last_time": edit.last_time,
    }


def get(session: Session, number: int) -> Edit | None:
    """Return an edit by its number; None if there is none."""
    row = session.get(EditRow, number)
    return None if row is None else _edit(session, row)


def dates(session: Session) -> dict[int, int]:
    """Return when each edit was made [ms], by its number."""
    return {row.number: row.at for row in session.execute(select(EditRow.number, EditRow.at))}


def newest_of(session: Session, meters: Collection[str]) -> Edit | None:
    """Return the newest edit of any of these meters; None if there is none."""
    newest = (
        select(EditRow)
        .join(EditedMeterRow, EditedMeterRow.edit == EditRow.number)
        .where(EditedMeterRow.meter.in_(meters))
        .order_by(EditRow.number.desc())
        .limit(1)
    )
    row = session.scalar(newest)
    return None if row is None else _edit(session, row)


def of_form(session: Session, meter: str, key: str) -> Edit | None:
    """Return the edit of a meter that was kept from a form; None if there is none.

    Args:
        session: A transaction.
        meter: Its meter.
        key: Of the form, as it stands among the parameters.
    """
    said = EditRow.parameters.contains(json.dumps({"form": key})[1:-1], autoescape=True)
    mine = (
        select(EditRow)
        .join(EditedMeterRow, EditedMeterRow.edit == EditRow.number)
        .where(EditedMeterRow.meter == meter, said)
        .order_by(EditRow.number)
    )
    found = (_edit(session, row) for row in session.scalars(mine))
    return next((one for one in found if one.parameters.get("form") == key), None)


def recent(session: Session, limit: int, *, meter: str = "") -> list[Edit]:
    """Return the newest edits, newest first.

    Args:
        session: A transaction.
        limit: How many at the most.
        meter: Only those of this meter; "" for all.
    """
    newest = select(EditRow).order_by(EditRow.number.desc()).limit(limit)
    if meter:
        newest = newest.where(
            EditRow.number.in_(select(EditedMeterRow.edit).where(EditedMeterRow.meter == meter))
        )
    return [_edit(session, row) for row in session.scalars(newest)]


def whys(session: Session, meter: str) -> dict[int, tuple[str, str]]:
    """Return author and reason of every edit of a meter, by number."""
    rows = (
        select(EditRow.number, EditRow.author, EditRow.reason)
        .join(EditedMeterRow, EditedMeterRow.edit == EditRow.number)
        .where(EditedMeterRow.meter == meter)
    )
    return {number: (author, reason) for number, author, reason in session.execute(rows)}


def _edit(session: Session, row: EditRow) -> Edit:
    meters = select(EditedMeterRow.meter).where(EditedMeterRow.edit == row.number)
    return Edit(
        at=row.at,
        author=row.author,
        reason=row.reason,
        evidence=row.evidence,
        what=row.what,
        meters=tuple(session.scalars(meters.order_by(EditedMeterRow.meter))),
        span=Span(row.start, row.until),
        parameters=json.loads(row.parameters),
        readings=row.readings,
        last_meter=row.last_meter,
        last_time=row.last_time,
        number=row.number,
    )
