"""Bills, earlier totals and the signed basis at the command line: judged, kept, listed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.closing.closed_notes import closed_beside
from analytics.statements.figures import BASES
from analytics.statements.printed.entries import USE_LABELS
from analytics.statements.signing import metered_since
from api.task import institution_called
from energy.bills.bill import Bill
from energy.errors import Mistake, RegistryError
from energy.kinds import KINDS
from energy.registry import Registry
from energy.signing import Basis
from energy.span import local_date
from energy.text import Text
from jieneng.imports.bill_rows import BILLS, Entry, bill_of, doubts_in, judge_bills, read_earlier
from jieneng.imports.given_cells import MICRO, Cells
from jieneng.printing import printable
from storage.records import bases, bills, earlier_ledger
from storage.records import registry as registry_records
from storage.records.session import Session

if TYPE_CHECKING:
    from jieneng.desk import Desk

TYPED = Text("输入", "entry")
ENTRY = "—"


def entry_of(desk: "Desk", session: Session, by: str) -> Entry:
    """Return who enters something now."""
    registry, now = registry_records.load(session), desk.stores.clock()
    today = {
        one.institution: local_date(now, registry.site[one.site].zone)
        for one in registry.institutions
    }
    return Entry(by, now, today)


def take_bills(desk: "Desk", file: str, *, by: str, is_dry: bool) -> None:
    """Import a file of bills, or only say what would become of it.

    Raises:
        RegistryError: All mistakes at once; nothing is kept then.
    """
    with desk.stores.records.session() as session:
        judged = judge_bills(
            desk.path(file), entry_of(desk, session, by), bills.in_force_to_change(session)
        )
        if judged.mistakes:
            raise RegistryError(judged.mistakes, BILLS)
        if not is_dry:
            bills.add_new(session, judged.new)
        closed = list(closed_beside(session, judged.new))
    for name, doubt in judged.doubts:
        desk.tell(Text(f"账单 {name}：", f"bill {name}: ") + doubt)
    for name in judged.same:
        desk.tell(Text(f"重复：账单 {name} 已经存在", f"duplicate: bill {name} is there already"))
    verb = Text("可导入", "would import") if is_dry else Text("已导入", "imported")
    new, same = len(judged.new), len(judged.same)
    desk.tell(verb + Text(f" {new} 张账单，重复 {same} 张", f" {new} bills, {same} duplicates"))
    for note in closed:
        desk.tell(note)


def take_earlier(desk: "Desk", file: str, *, by: str, is_dry: bool) -> None:
    """Import a file of earlier totals, or only say what would become of it.

    Raises:
        RegistryError: All mistakes at once; nothing is kept then.
    """
    path = desk.path(file)
    with desk.stores.records.session() as session:
        metered = metered_since(desk.stores.store, registry_records.load(session))
        totals = read_earlier(path, replace(entry_of(desk, session, by), metered=metered))
        if totals and not is_dry:
            earlier_ledger.add(session, totals, author=by, source=path.name)
    verb = Text("可导入", "would import") if is_dry else Text("已导入", "imported")
    desk.tell(
        verb + Text(f" {len(totals)} 个月的历史台账", f" {len(totals)} months of earlier totals")
    )


def add_bill(
    desk: "Desk", cells: Mapping[str, str], *, by: str, reason: str, is_dry: bool
) -> tuple[Bill, list[Text]]:
    """Keep one typed bill; with a reason as a new version of one that is there.

    Returns:
        The bill, and what a person should look at in it all the same.

    Raises:
        RegistryError: All mistakes at once.
        ConfigError: If it is there already or overlaps another.
    """
    with desk.stores.records.session() as session:
        bill = _typed(desk, session, cells, by)
        bills.refuse_unfit(session, bill, reason=reason)
        counted = bills.in_force(session, bill.institution)
        if not is_dry:
            bills.add(session, bill, reason=reason)
        return bill, doubts_in(bill, counted, entry_of(desk, session, by))


def asked_bill(desk: "Desk", cells: Mapping[str, str], *, by: str) -> Bill:
    """Return the bill that somebody types, judged by itself.

    Raises:
        RegistryError: All mistakes at once.
    """
    with desk.stores.records.reading() as session:
        return _typed(desk, session, cells, by)


def _typed(desk: "Desk", session: Session, cells: Mapping[str, str], by: str) -> Bill:
    mistakes: list[Mistake] = []
    bill = bill_of(Cells(ENTRY, 0, cells, {}, mistakes), entry_of(desk, session, by))
    if bill is None or mistakes:
        raise RegistryError(mistakes, TYPED)
    return bill


def set_basis(desk: "Desk", cells: Mapping[str, str], *, by: str) -> Basis:
    """Keep which figure an institution signs.

    Raises:
        RegistryError: All mistakes at once.
    """
    mistakes: list[Mistake] = []
    asked = Cells(ENTRY, 0, cells, {}, mistakes)
    with desk.stores.records.session() as session:
        entry = entry_of(desk, session, by)
        institution = asked.one_of("institution", entry.today)
        kind, month = asked.kind(), asked.month("from")
        basis, reason = asked.one_of("basis", BASES), asked.word("reason", needed=True)
        if mistakes or month is None:
            raise RegistryError(mistakes, TYPED)
        chosen = Basis(
            institution=institution, kind=kind, valid_from=month, basis=basis, author=by,
            reason=reason, entered_at=entry.at,
        )  # fmt: skip
        bases.add(session, chosen)
    return chosen


def bill_line(bill: Bill, registry: Registry) -> Text:
    """Return a bill in one line.

    Args:
        bill: The bill.
        registry: Knows what people call its institution.
    """
    kind = KINDS[bill.kind]
    amount = "—"
    if bill.amount is not None:
        amount = f"{bill.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    whose = institution_called(registry, bill.institution)
    head, days = f"{printable(bill.bill)}  ", f"  {bill.first} – {bill.last}  {amount}  "
    cost, author = f"{bill.cost / MICRO:,.2f}", printable(bill.author)
    return (
        Text(head, head)
        + Text(printable(whose.zh), printable(whose.en))
        + Text("  ", "  ")
        + kind_called(bill.kind, bill.use)
        + Text(f"{days}{cost} 元  {author}", f"{days}{cost} yuan  {author}")
    )


def kind_called(kind: str, use: str = "") -> Text:
    """Return what people call a kind, with its use where it is for one."""
    label = Text(KINDS[kind].zh, KINDS[kind].en)
    return label + Text(" · ", ", ") + USE_LABELS[use] if use else label
