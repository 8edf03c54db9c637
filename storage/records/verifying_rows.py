"""Holds rows of other tables to the links of the chain that repeat them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session, defer

from energy.canonical import sha256_of
from energy.text import Text
from storage.records import chain, people
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.bases import BasisRow
from storage.records.bills import BillRow
from storage.records.chain import Link
from storage.records.earlier_ledger import EarlierTotalRow
from storage.records.evidence import EvidenceRow
from storage.records.finding_steps import FindingStepRow
from storage.records.reference_sources import (
    CONFIRMED,
    WORDINGS,
    ConfirmationRow,
    hash_of_wording,
)
from storage.records.schema import Row
from storage.records.tied_rows import (
    ROWS,
    TABLES,
    bytes_of,
    cells_told,
    hash_of_table,
    key_of,
    told_columns,
    told_rows,
    told_tables,
    who_told,
)

UPGRADED, TIED = "upgrade", "rows of before tied"
Said = Mapping[str, Any]
"""What a link repeats of a row: table, key, cells, and who did it."""
Found = tuple[int, Text]
"""Number of the link that does not hold any more, 0 where it is none, and what differs."""

_TIED: tuple[type[Row], ...] = (
    BillRow,
    BasisRow,
    EarlierTotalRow,
    EvidenceRow,
    FindingStepRow,
)
_WHOLE: Mapping[str, type[Row]] = {
    one.__tablename__: one for one in (*registry_records.TABLES, *reference_records.TABLES)
}
_CALLED = {
    "bills": Text("账单版本", "bill version"),
    "bases": Text("填报依据", "choice of a basis"),
    "earlier_totals": Text("平台上线前的月总量", "total of an earlier ledger"),
    "evidence": Text("凭证", "evidence"),
    "finding_steps": Text("异常处置步骤", "step of a finding"),
}


def repeats_rows(link: Link) -> bool:
    """Tell whether a link repeats rows or tables, or says that reference data was confirmed."""
    is_of_confirmations = link.what == CONFIRMED or WORDINGS in link.told
    return ROWS in link.told or TABLES in link.told or is_of_confirmations


def problem_of_tied(session: Session, links: Sequence[Link]) -> Found | None:
    """Return the first row that says otherwise, is gone or that nobody entered; None if none.

    Args:
        session: Of the records.
        links: Those of which ``repeats_rows`` is true.
    """
    return next(_problems(session, links), None)


def _problems(session: Session, links: Sequence[Link]) -> Iterator[Found]:
    for table in _TIED:
        yield from _of_table(session, table, _named(links, table))
    yield from _of_whole_tables(session, links)
    yield from _of_evidence(session)
    yield from _of_confirmations(session, links)


def _named(links: Sequence[Link], table: type[Row]) -> dict[object, tuple[Link, Said]]:
    """Return the rows of a table that links repeat, by key."""
    return {
        said["key"]: (link, said)
        for link in links
        for said in link.told.get(ROWS, ())
        if said["table"] == table.__tablename__
    }


def tie_those_of_before(session: Session) -> None:
    """Add a link that repeats what was entered before links did; nothing where all is tied.

    From then on a change of it is seen; what was changed earlier nobody can tell.
    """
    links = [link for link in chain.every(session) if repeats_rows(link)]
    rows: list[Row] = []
    for table in _TIED:
        named = _named(links, table)
        rows += (row for row in session.scalars(_told_of(table)) if key_of(row) not in named)
    held = {name for link in links for name in link.told.get(TABLES, ())}
    tables = [
        table
        for name, table in _WHOLE.items()
        if name not in held and session.scalar(select(func.count()).select_from(table))
    ]
    if rows or tables:
        told = {ROWS: told_rows(session, rows), TABLES: told_tables(session, tables)}
        chain.append(session, who=UPGRADED, what=TIED, detail=told)


def tie_wordings_of_before(session: Session) -> None:
    """Add a link that says what rows read that were confirmed before links said it; none if none.

    From then on another wording under a confirmation is seen; what was changed earlier nobody can
    tell.
    """
    told = {name for link in chain.every(session) for name in link.told.get(WORDINGS, ())}
    kept = session.scalars(select(ConfirmationRow).order_by(ConfirmationRow.id))
    untold = {one.id: hash_of_wording(one.content) for one in kept if one.id not in told}
    if untold:
        chain.append(session, who=UPGRADED, what=TIED, detail={WORDINGS: untold})


def _of_table(
    session: Session,
    table: type[Row],
    said: Mapping[object, tuple[Link, Said]],
) -> Iterator[Found]:
    """Yield rows of a table that say otherwise, that are gone, and that no link names."""
    called, seen = _CALLED[table.__tablename__], set()
    for row in session.scalars(_told_of(table)):
        key = key_of(row)
        seen.add(key)
        if key in said:
            link, its = said[key]
            problem = _difference(session, row, its)
            if problem is not None:
                yield link.number, called + Text(f" {key} ", f" {key} ") + problem
        else:
            yield 0, called + Text(f" {key} 无人录入", f" {key} was entered by nobody")
    for lost in said.keys() - seen:
        link, _ = said[lost]
        yield link.number, called + Text(f" {lost} 已被删去", f" {lost} is gone")


def _told_of(table: type[Row]) -> Select[Any]:
    """Return what asks for the rows of a table without their bytes."""
    left_out = (defer(getattr(table, name)) for name in bytes_of(table))
    return select(table).options(*left_out).order_by(*inspect(table).primary_key)


def _difference(session: Session, row: Row, said: Said) -> Text | None:
    now = cells_told(row)
    for name, cell in said["cells"].items():
        if name in now and now[name] != cell:
            return Text(
                f"的 {name} 应为 {cell}，现为 {now[name]}",
                f"had the {name} {cell}, and has {now[name]}",
            )
    for name, who in who_told(row).items():
        person = said["who"][name]
        if not people.is_called(session, person, who):
            return Text(f"的 {name} 应为 {person}", f"was of {person}, as {name}")
    return None


def _of_whole_tables(session: Session, links: Sequence[Link]) -> Iterator[Found]:
    """Yield tables of registry and reference data that say otherwise than when they were given.

    One that no link speaks of was empty whenever links were made, so whatever it holds was put in.
    """
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

    for name, table in _WHOLE.items():
        if name not in last and session.scalar(select(func.count()).select_from(table)):
            yield (
                0,
                Text(f"表 {name} 的内容无人导入", f"nobody imported what the table {name} holds"),
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
    wordings: dict[str, tuple[int, str]] = {}
    for link in links:
        wordings |= {
            name: (link.number, said) for name, said in link.told.get(WORDINGS, {}).items()
        }
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
        elif row.id in wordings and wordings[row.id][1] != hash_of_wording(row.content):
            yield (
                wordings[row.id][0],
                Text(
                    f"参考数据 {row.id} 确认时的内容不是这样",
                    f"row {row.id} read otherwise when it was confirmed",
                ),
            )
