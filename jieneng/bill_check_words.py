"""How a bill that was held against the meters is told at the command line."""

from collections.abc import Iterator

from analytics.statements.reconcile import Reconciliation
from energy.kinds import KINDS
from energy.text import Text
from jieneng.billing import bill_line
from jieneng.imports.given_cells import MICRO
from jieneng.printing import printable


def check_lines(checked: Reconciliation) -> Iterator[Text]:
    """Yield what a reconciliation says: the bill, the meters, each effect."""
    bill, metered = checked.bill, checked.metered
    line = printable(bill_line(bill))
    yield Text(line, line)
    yield from checked.preface
    kind = KINDS[bill.kind]
    if metered.amount is None:
        if not checked.preface:
            yield Text("  没有总表数据可供核对", "  no main meter says anything of its days")
        return
    amount = f"{metered.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    yield Text(f"  计量 {amount}", f"  meters {amount}")
    if not metered.is_whole:
        yield Text("  计量数据不完整", "  the meters do not cover all of its days")
    for note in checked.notes:
        yield Text("  ", "  ") + note
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
