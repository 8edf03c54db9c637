"""Where rows of reference data come from, and who confirmed them: kept apart from the files.

A confirmation is of a row as it read that day; when the row is imported with other cells it no
longer counts.
"""

from collections.abc import Mapping
from dataclasses import replace as changed
from datetime import UTC, date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.canonical import sha256_of
from energy.errors import ConfigError
from energy.provenance import SourceRow
from energy.text import Text
from storage.records import chain, people
from storage.records.schema import NAME, Row, cells_of, clean, take_turn, value_of

CONFIRMED = "reference row confirmed"
"""What a link of the chain says of it; behind it the row, " by ", and the id of who did."""
WORDINGS = "wordings"
"""Under this name the detail of a link has the hash of what rows read when they were confirmed."""


class ReferenceSourceRow(Row):
    """A row of a reference file; columns as in energy.provenance.SourceRow."""

    __tablename__ = "reference_sources"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    file: Mapped[str]
    subject: Mapped[str]
    region: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    content: Mapped[str]
    source: Mapped[str]
    source_date: Mapped[str]
    confidence: Mapped[str]
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[str]


class ConfirmationRow(Row):
    """Who confirmed a row, and what it read then."""

    __tablename__ = "reference_confirmations"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    content: Mapped[str]
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[str]


def imported(session: Session) -> dict[str, SourceRow]:
    """Return the rows as the files have them, by id."""
    rows = session.scalars(select(ReferenceSourceRow).order_by(ReferenceSourceRow.id))
    return {row.id: value_of(SourceRow, row) for row in rows}


def load(session: Session) -> dict[str, SourceRow]:
    """Return the rows with the confirmations that hold, by id."""
    rows = imported(session)
    for one in session.scalars(select(ConfirmationRow)):
        row = rows.get(one.id)
        if row is not None and row.content == one.content:
            rows[one.id] = changed(
                row, confirmed_by=one.confirmed_by, confirmed_at=one.confirmed_at
            )
    return rows


def losing(session: Session, rows: Mapping[str, SourceRow]) -> list[str]:
    """Return the ids whose confirmation does not hold for these rows, because they changed."""
    kept = session.scalars(select(ConfirmationRow).order_by(ConfirmationRow.id))
    return [one.id for one in kept if one.id in rows and rows[one.id].content != one.content]


def replace(session: Session, rows: Mapping[str, SourceRow]) -> None:
    """Make the records hold these rows; confirmations of rows that changed are let go."""
    lost = losing(session, rows)
    session.execute(delete(ConfirmationRow).where(ConfirmationRow.id.in_(lost)))
    session.execute(delete(ReferenceSourceRow))
    session.expunge_all()
    if rows:
        session.execute(insert(ReferenceSourceRow), [cells_of(row) for row in rows.values()])


def hash_of_wording(content: str) -> str:
    """Return the hash of what a row reads."""
    return sha256_of(content.encode())


def confirm(session: Session, *row_ids: str, by: str, author: str) -> list[SourceRow]:
    """Keep that somebody compared rows with their source, today, and return the rows.

    Raises:
        ConfigError: If there is no such row, or nobody is named; then none is confirmed.
    """
    take_turn(session, "reference")
    if not by.strip():
        raise ConfigError(
            Text("请写明由谁确认：--by 姓名。", "Say who confirms the row: --by NAME.")
        )
    rows = imported(session)
    for row_id in row_ids:
        if row_id not in rows:
            problem = Text(
                f"参考数据中没有 {row_id!r}；用 jieneng reference list 查看全部。",
                f"The reference data has no row {row_id!r}; see all with: jieneng reference list",
            )
            raise ConfigError(problem)
    today, whom = datetime.now(UTC).date().isoformat(), clean(by.strip())
    whom_id = people.known_as(session, by)
    for row_id in row_ids:
        said = rows[row_id].content
        session.merge(
            ConfirmationRow(id=row_id, content=said, confirmed_by=whom, confirmed_at=today)
        )
        told = {"text": f"{row_id} by {whom_id}", WORDINGS: {row_id: hash_of_wording(said)}}
        chain.append(session, who=people.known_as(session, author), what=CONFIRMED, detail=told)
    session.flush()
    confirmed = load(session)
    return [confirmed[row_id] for row_id in row_ids]
