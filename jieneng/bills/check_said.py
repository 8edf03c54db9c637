"""What the check of a bill says to a person."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from analytics.statements.cost.reconcile import Reconciliation
from energy.bills.bill import Bill
from energy.kinds import KINDS
from energy.period import Stretch
from energy.registry import Registry
from energy.text import Text
from jieneng.bills.keeping import bill_line
from jieneng.imports.given_cells import MICRO

NOT_IN_FULL = Text(
    "需量、功率因数与容量未核对：", "demand, power factor and capacity are not compared: "
)
CHANGED = Text("账单期内户号所属计量点有变动", "the meters of its account changed within its days")
TOGETHER = Text("各户合并核对", "accounts are compared together")
WHOSE = Text(
    "同一机构有多组总表时，请在 bill_accounts.csv 中写明户号所属计量点。",
    " Say in bill_accounts.csv which meters are on which account.",
)


OF_NOTE = Text(
    "  退费或红字账单：与它冲减的账单合并核对",
    "  a refund or note: it is checked with the bills of its days",
)


def with_notes(names: str, whole: Bill) -> Text:
    """Return that a bill is compared together with the notes that correct it."""
    said = _amount_and_cost(whole)
    return Text(f"  连同 {names} 冲减后：{said.zh}", f"  with {names}, which correct it: {said.en}")


def _amount_and_cost(bill: Bill) -> Text:
    kind, amount = KINDS[bill.kind], "—"
    if bill.amount is not None:
        amount = f"{bill.amount / kind.base_per_display:,.3f} {kind.display_unit}"
    cost = f"{bill.cost / MICRO:,.2f}"
    return Text(f"{amount}，{cost} 元", f"{amount}, {cost} yuan")


def _untold(names: str) -> Text:
    return Text(
        f"  bill_accounts.csv 未区分户号 {names} 的计量点",
        f"  bill_accounts.csv does not tell the meters of accounts {names} apart",
    )


def apart(names: str) -> Text:
    """Return what is said where accounts share meters and no day."""
    return _untold(names) + Text(
        "，也没有各户账单都覆盖的日期：未核对",
        ", and no day is on bills of all of them: nothing is compared",
    )


def summed(names: str, total: Bill, days: Sequence[Stretch]) -> Text:
    """Return what is said where accounts are compared together."""
    said = _amount_and_cost(total)
    spans = ", ".join(f"{one.first} – {one.until - timedelta(days=1)}" for one in days)
    return _untold(names) + Text(
        f"，合并核对 {spans}：账单共 {said.zh}",
        f", so they are compared together over {spans}: bills {said.en}",
    )


def check_lines(checked: Reconciliation, registry: Registry) -> Iterator[Text]:
    """Yield what a reconciliation says: the bill, the meters, each effect."""
    bill, metered = checked.bill, checked.metered
    yield bill_line(bill, registry)
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
    if checked.difference is None and metered.cost is None:
        yield Text("  计量数据没有费用", "  the meters have no cost: is their tariff known?")
    if checked.difference is None:
        return
    total = _yuan(checked.difference)
    yield Text(f"  费用差异 {total.zh}，其中：", f"  difference in cost {total.en}, of which:")
    for effect in checked.effects:
        said = _yuan(effect.cost)
        yield Text(f"    {effect.item.zh} {said.zh}", f"    {effect.item.en} {said.en}")


def _yuan(micro: int) -> Text:
    number = f"{round(micro / MICRO, 2) or 0.0:+,.2f}"
    return Text(f"{number} 元", f"{number} yuan")
