"""Holds rows of other tables to the links of the chain that repeat them."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from energy.canonical import sha256_of
from energy.text import Text
from storage.records import people
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.bases import BasisRow
from storage.records.bills import BillRow
from storage.records.chain import Link
from storage.records.earlier_ledger import EarlierTotalRow
from storage.records.evidence import EvidenceRow
from storage.records.reference_sources import CONFIRMED, ConfirmationRow
from storage.records.schema import Row
from storage.records.tied_rows import (
    ROWS,
    TABLES,
    WHO,
    bytes_of,
    cells_told,
    hash_of_table,
    key_of,
    told_columns,
)

Found = tuple[int, Text]
"""Number of the link that does not hold any more, 0 where it is none, and what differs."""

_NUMBERED: Mapping[str, type[Row]] = {
    one.__tablename__: one for one in (BillRow, BasisRow, EarlierTotalRow)
}
_TIED: Mapping[str, type[Row]] = {**_NUMBERED, EvidenceRow.__tablename__: EvidenceRow}
_WHOLE: Mapping[str, type[Row]] = {
    one.__tablename__: one for one in (*registry_records.TABLES, *reference_records.TABLES)
}
_CALLED = {
    "bills": Text("账单版本", "bill version"),
    "bases": Text("填报依据", "choice of a basis"),
    "earlier_totals": Text("平台上线前的月总量", "total of an earlier ledger"),
    "evidence": Text("凭证", "evidence"),
}


def repeats_rows(link: Link) -> bool:
    """Tell whether a link repeats rows or tables, or says that reference data was confirmed."""
    return ROWS in link.told or TABLES in link.told or link.what == CONFIRMED


def problem_of_tied(session: Session, links: Sequence[Link]) -> Found | None:
    """Return the first row that says otherwise, is gone or that nobody entered; None if none.

    Args:
        session: Of the records.
        links: Those of which ``repeats_rows`` is true.
    """
    return next(_problems(session, links), None)


def _problems(session: Session, links: Sequence[Link]) -> Iterator[Found]:
    named: dict[str, dict[object, tuple[Link, Mapping[str, object]]]] = {}
    for link in links:
        for said in link.told.get(ROWS, ()):
            named.setdefault(said["table"], {})[said["key"]] = link, said["cells"]
    for table, rows in named.items():
        if table in _TIED:
            yield from _of_table(session, _TIED[table], rows)
    yield from _of_whole_tables(session, links)
    yield from _of_evidence(session)
    yield from _of_confirmations(session, links)


def _of_table(
    session: Session,
    table: type[Row],
    said: Mapping[object, tuple[Link, Mapping[str, object]]],
) -> Iterator[Found]:
    """Yield what rows of a table say otherwise, those that are gone, and those that nobody named.

    Rows from before links repeated any are below the first that is named.
    """
    called, seen = _CALLED[table.__tablename__], set()
    first = min((key for key in said if isinstance(key, int)), default=None)
    rows = select(table).options(*(defer(getattr(table, name)) for name in bytes_of(table)))
    for row in session.scalars(rows):
        key = key_of(row)
        seen.add(key)
        if key in said:
            link, cells = said[key]
            problem = _difference(session, row, link, cells)
            if problem is not None:
                yield link.number, called + Text(f" {key} ", f" {key} ") + problem
        elif first is not None and isinstance(key, int) and key > first:
            yield 0, called + Text(f" {key} 无人录入", f" {key} was entered by nobody")
    for lost in said.keys() - seen:
        link, _ = said[lost]
        yield link.number, called + Text(f" {lost} 已被删去", f" {lost} is gone")


def _difference(session: Session, row: Row, link: Link, cells: Mapping[str, object]) -> Text | None:
    now = cells_told(row)
    for name, cell in cells.items():
        if name in now and now[name] != cell:
            return Text(
                f"的 {name} 应为 {cell}，现为 {now[name]}",
                f"had the {name} {cell}, and has {now[name]}",
            )
    for name in WHO:
        who = getattr(row, name, None)
        if who is not None and not people.is_called(session, link.who, who):
            return Text(f"的 {name} 应为 {link.who}", f"was of {link.who}, as {name}")
    return None


def _of_whole_tables(session: Session, links: Sequence[Link]) -> Iterator[Found]:
    """Yield tables of registry and reference data that say otherwise than when they were given."""
    last = {name: link for link in links for name in link.told.get(TABLES, ())}
    for name, link in last.items():
        said = link.told[TABLES][name]
        table = _WHOLE.get(name)
        if table is None or not {*said["columns"]} <= {*told_columns(table)}:
            continue  # of a version of the program that had other columns
        if hash_of_table(session, table, said["columns"]) != said["sha256"]:
            yield (
                link.number,
                Text(
                    f"表 {name} 在导入之后被改动",
                    f"the table {name} says something else than was imported",
                ),
            )


def _of_evidence(session: Session) -> Iterator[Found]:
    """Yield files whose bytes are others than those that their name is the hash of."""
    for key in session.scalars(select(EvidenceRow.sha256)).all():
        content = session.scalar(select(EvidenceRow.content).where(EvidenceRow.sha256 == key))
        if sha256_of(content or b"") != key:
            said = f"the bytes of evidence {key} are others by now"
            yield 0, Text(f"凭证 {key} 的内容已被改动", said)


def _of_confirmations(session: Session, links: Sequence[Link]) -> Iterator[Found]:
    """Yield confirmations that nobody gave; those whose row has changed are let go, and no loss."""
    given = {}
    for link in links:
        if link.what == CONFIRMED:
            row_id, _, whom = link.told["text"].rpartition(" by ")
            given[row_id] = link.number, whom
    for row in session.scalars(select(ConfirmationRow)):
        number, whom = given.get(row.id, (0, ""))
        if not number:
            yield 0, Text(f"参考数据 {row.id} 无人确认", f"row {row.id} was confirmed by nobody")
        elif not people.is_called(session, whom, row.confirmed_by):
            yield (
                number,
                Text(
                    f"参考数据 {row.id} 是 {whom} 确认的", f"row {row.id} was confirmed by {whom}"
                ),
            )
