"""Which figure institutions sign: dated choices, each kept with author and reason."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.signing import Basis
from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, cells_of, clean, value_of


class BasisRow(Row):
    """A choice; columns as in Basis."""

    __tablename__ = "bases"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    institution: Mapped[str] = mapped_column(NAME, index=True)
    kind: Mapped[str]
    valid_from: Mapped[date]
    basis: Mapped[str]
    author: Mapped[str]
    reason: Mapped[str]
    entered_at: Mapped[int]


def add(session: Session, basis: Basis) -> None:
    """Keep a choice; an earlier one for the same month stays and counts no more."""
    words = {"author": clean(basis.author), "reason": clean(basis.reason)}
    row = BasisRow(**{**cells_of(basis), **words})
    session.add(row)
    session.flush()
    what = f"{basis.institution} {basis.kind}: {basis.basis} from {basis.valid_from:%Y-%m}"
    audit.add(session, basis.author, "basis chosen", f"{what}: {basis.reason}", [row])


def every(session: Session, institution: str = "") -> list[Basis]:
    """Return the choices of an institution, or of all with "", in the order of entry."""
    rows = select(BasisRow).order_by(BasisRow.number)
    if institution:
        rows = rows.where(BasisRow.institution == institution)
    return [value_of(Basis, row) for row in session.scalars(rows)]
