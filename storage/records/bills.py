"""Bills as versions: a corrected or withdrawn bill leaves the earlier ones as they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.bills.bill import Bill
from energy.errors import ConfigError
from energy.text import Text
from storage.records import audit
from storage.records.schema import BIG_KEY, NAME, Row, cells_of, clean, take_turn, value_of

_WORDS = ("bill", "supplier", "account", "evidence", "author")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a bill.

    Attributes:
        number: Rises with every version of any bill.
        content: The bill as it was entered then; of a withdrawal the bill that was withdrawn.
        reason: Why; "" for a first version.
        is_withdrawn: Whether the bill counts no more.
    """

    number: int
    content: Bill
    reason: str
    is_withdrawn: bool


class BillRow(Row):
    """A version of a bill; columns as in Bill and Version."""

    __tablename__ = "bills"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    bill: Mapped[str] = mapped_column(NAME, index=True)
    institution: Mapped[str] = mapped_column(NAME, index=True)
    kind: Mapped[str]
    use: Mapped[str]
    supplier: Mapped[str]
    account: Mapped[str]
    first: Mapped[date]
    until: Mapped[date]
    amount: Mapped[int | None]
    cost: Mapped[int]
    price: Mapped[int | None]
    demand_w: Mapped[int | None]
    power_factor: Mapped[Fraction | None]
    capacity_va: Mapped[int | None]
    reactive: Mapped[int | None]
    evidence: Mapped[str]
    author: Mapped[str]
    entered_at: Mapped[int]
    reason: Mapped[str]
    is_withdrawn: Mapped[bool]


def add(session: Session, bill: Bill, *, reason: str = "") -> int:
    """Keep a bill, or a new version of one of its name; return the number of the version.

    Args:
        session: A transaction; it is undone as a whole when this raises.
        bill: With its author and the time of entry.
        reason: Why an earlier version is replaced.

    Raises:
        ConfigError: If a bill of its name counts already and no reason is given, or another bill of
            its account covers one of its days.
    """
    refuse_unfit(session, bill, reason=reason)
    return _keep(session, bill, reason=reason, is_withdrawn=False)


def refuse_unfit(session: Session, bill: Bill, *, reason: str) -> None:
    """Raise if a bill cannot be added.

    Raises:
        ConfigError: As add does.
    """
    counted = {one.bill: one for one in in_force_to_change(session)}
    if bill.bill in counted and not reason:
        raise _told(bill, "已经存在；更正请说明原因（--reason，或表单的“更正原因”）。",
                    "is there already; to correct it, say why with --reason, or in the form's "
                    "field of the reason.")  # fmt: skip
    for other in counted.values():
        if other.bill != bill.bill and bill.overlaps(other):
            raise _overlap(bill, other)


def add_new(session: Session, new: Sequence[Bill]) -> None:
    """Keep bills that were judged against those of in_force_to_change in this transaction."""
    for bill in new:
        _keep(session, bill, reason="", is_withdrawn=False)


def withdraw(session: Session, name: str, *, author: str, reason: str, at: int) -> int:
    """Let a bill count no more; return the number of the version that says so.

    Args:
        session: A transaction.
        name: Of the bill.
        author: Who withdraws it.
        reason: Why; not empty.
        at: When [ms].

    Raises:
        ConfigError: If no bill of this name counts, or no reason is given.
    """
    bill = next((one for one in in_force_to_change(session) if one.bill == name), None)
    if bill is None:
        raise ConfigError(Text(f"没有账单 {name}。", f"There is no bill {name}."))
    if not reason:
        raise _told(bill, "撤销须用 --reason 说明原因。",
                    "is withdrawn only with a reason; say it with --reason.")  # fmt: skip
    cells = {**cells_of(bill), "author": author, "entered_at": at}
    return _keep(session, Bill(**cells), reason=reason, is_withdrawn=True)


def in_force_to_change(session: Session) -> list[Bill]:
    """Return the bills that count; no other transaction adds one before this one ends."""
    take_turn(session, "bills")
    return in_force(session)


def in_force(session: Session, institution: str = "") -> list[Bill]:
    """Return the bills that count, by first day and name.

    Args:
        session: A transaction.
        institution: Only its bills; "" for all.
    """
    newest: dict[str, Version] = {}
    for version in versions(session):
        newest[version.content.bill] = version
    found = [one.content for one in newest.values() if not one.is_withdrawn]
    own = [bill for bill in found if institution in ("", bill.institution)]
    return sorted(own, key=lambda bill: (bill.first, bill.bill))


def versions(session: Session, name: str = "") -> list[Version]:
    """Return every version of one bill, or of all, in the order of entry."""
    rows = select(BillRow).order_by(BillRow.number)
    if name:
        rows = rows.where(BillRow.bill == name)
    return [
        Version(row.number, value_of(Bill, row), row.reason, row.is_withdrawn)
        for row in session.scalars(rows)
    ]


def _keep(session: Session, bill: Bill, *, reason: str, is_withdrawn: bool) -> int:
    cells = {name: clean(cell) if name in _WORDS else cell for name, cell in cells_of(bill).items()}
    row = BillRow(**cells, reason=clean(reason), is_withdrawn=is_withdrawn)
    session.add(row)
    session.flush()
    what = "bill withdrawn" if is_withdrawn else "bill entered"
    detail = f"version {row.number}: {bill.bill} of {bill.institution}, {bill.kind}"
    audit.add(session, bill.author, what, f"{detail}: {reason}" if reason else detail, [row])
    return row.number


def _overlap(bill: Bill, other: Bill) -> ConfigError:
    days = f"{other.first} – {other.last}"
    return _told(
        bill,
        f"与同一账户的账单 {other.bill} 日期重叠（{days}）。",
        f"covers days of bill {other.bill} of the same account ({days}).",
    )


def _told(bill: Bill, zh: str, en: str) -> ConfigError:
    return ConfigError(Text(f"账单 {bill.bill} {zh}", f"Bill {bill.bill} {en}"))
