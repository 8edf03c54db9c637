"""Bills against the meters, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analytics.ledger.mains import begun_of
from analytics.statements.figures import OWN, Figure, joined_figures
from analytics.statements.own import Asked, own_figures
from analytics.statements.reconcile import Reconciliation, reconcile
from analytics.statements.signing import mains_of
from energy.bill import Bill
from energy.kinds import KINDS
from energy.period import Period, Stretch, period_of
from energy.registry import Registry
from energy.text import Text
from jieneng.billing import bill_line
from jieneng.imports.given_cells import MICRO
from jieneng.printing import printable
from storage.readings import ReadingStore
from storage.records import bills
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.desk import Desk


def check_bills(desk: "Desk", institution: str, key: str) -> None:
    """Tell of each bill how far it is from the meters, and why.

    Args:
        desk: Where it is told.
        institution: Only its bills; "" for all.
        key: Key of a period whose ledger they are compared with; "" for the days of each bill.

    Raises:
        ConfigError: If the key is no period.
    """
    period = period_of(key) if key else None
    house = desk.stores
    with house.records.reading() as session:
        registry = registry_records.load(session)
        found = bills.in_force(session, institution)
    if period is not None:
        found = [one for one in found if one.first < period.until and period.first < one.until]
    for bill in found:
        checked = checked_bill(house.store, registry, bill, period, now_ms=house.clock())
        for line in check_lines(checked):
            desk.tell(line)
    if not found:
        desk.tell(Text("没有可核对的账单。", "There is no bill to check."))


def checked_bill(
    store: ReadingStore, registry: Registry, bill: Bill, period: Period | None, *, now_ms: int
) -> Reconciliation:
    """Return a bill against the main meters of its kind, and the ledger of a period if asked."""
    place = registry.institution.get(bill.institution)
    if place is None:  # a later registry may have let go of it
        return reconcile(bill, Figure(OWN, None))
    asked = Asked(registry.site[place.site].zone, now_ms, begun_of(store))
    mains = mains_of(registry, bill.institution).get(bill.kind, []) if not bill.use else []

    def own(stretches: list[Stretch]) -> Figure:
        figures = list(own_figures(store, mains, stretches, asked).values())
        return joined_figures(figures) if figures else Figure(OWN, None)

    metered = own([Stretch(bill.first, bill.until)])
    return reconcile(bill, metered, own(list(period.stretches())) if period else None)


def check_lines(checked: Reconciliation) -> Iterator[Text]:
    """Yield what a reconciliation says: the bill, the meters, each effect."""
    bill, metered = checked.bill, checked.metered
    line = printable(bill_line(bill))
    yield Text(line, line)
    kind = KINDS[bill.kind]
    if metered.amount is None:
        yield Text("  没有总表数据可供核对", "  no main meter says anything of its days")
        return
    amount = f"{metered.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    yield Text(f"  计量 {amount}", f"  meters {amount}")
    if not metered.is_whole:
        yield Text("  计量数据不完整", "  the meters do not cover all of its days")
    if checked.difference is None:
        yield Text("  计量数据没有费用", "  the meters have no cost: is their tariff known?")
        return
    total = _yuan(checked.difference)
    yield Text(f"  费用差异 {total}，其中：", f"  difference in cost {total}, of which:")
    for effect in checked.effects:
        said = _yuan(effect.cost)
        yield Text(f"    {effect.item.zh} {said}", f"    {effect.item.en} {said}")


def _yuan(micro: int) -> str:
    return f"{micro / MICRO:+,.2f} CNY"
