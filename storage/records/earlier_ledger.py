"""Monthly totals of ledgers from before the platform; the newest entry for a month counts."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.signing import EarlierTotal
from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, cells_of, clean, value_of


class EarlierTotalRow(Row):
    """A total; columns as in EarlierTotal."""

    __tablename__ = "earlier_totals"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    institution: Mapped[str] = mapped_column(NAME, index=True)
    kind: Mapped[str]
    month: Mapped[date]
    amount: Mapped[int]
    cost: Mapped[int | None]
    source: Mapped[str]
    author: Mapped[str]
    entered_at: Mapped[int]


def add(session: Session, totals: list[EarlierTotal], *, author: str, source: str) -> None:
    """Keep totals that were entered together, with one entry in the audit."""
    rows = []
    for total in totals:
        words = {"source": clean(total.source), "author": clean(total.author)}
        rows.append(EarlierTotalRow(**{**cells_of(total), **words}))
    session.add_all(rows)
    session.flush()
    what = f"{len(totals)} months of {source}"
    audit.add(session, author, "earlier totals entered", what, rows)


def in_force(session: Session, institution: str = "") -> list[EarlierTotal]:
    """Return the totals that count, by institution, kind and month; "" for every institution."""
    rows = select(EarlierTotalRow).order_by(EarlierTotalRow.number)
    if institution:
        rows = rows.where(EarlierTotalRow.institution == institution)
    newest = {}
    for row in session.scalars(rows):
        newest[row.institution, row.kind, row.month] = value_of(EarlierTotal, row)
    return [newest[key] for key in sorted(newest)]
