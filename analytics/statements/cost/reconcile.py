"""A bill against the meters: the difference in yuan, explained to the millionth."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.statements.figures import Figure
from energy.bills.bill import Bill
from energy.text import Text

AMOUNT, PRICE = Text("用量差异", "amount"), Text("单价差异", "price")
PERIOD, REST = Text("账期差异", "period"), Text("其余", "rest")
DEMAND, POWER_FACTOR = Text("需量电费差异", "demand"), Text("力调电费差异", "power factor")
CAPACITY = Text("容量电费差异", "capacity")


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of a bill that does not follow the amount.

    Attributes:
        item: DEMAND, POWER_FACTOR or CAPACITY.
        billed: As the bill has it [1e-6 yuan].
        computed: As the tariff has it [1e-6 yuan]; contained in the cost of the meters.
    """

    item: Text
    billed: int
    computed: int


@dataclass(frozen=True, slots=True)
class Effect:
    """A part of the difference.

    Attributes:
        item: What makes it.
        cost: How much [1e-6 yuan].
    """

    item: Text
    cost: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A bill against the meters.

    Attributes:
        bill: The bill.
        metered: What the own meters say of its days.
        difference: Cost of the bill less that of the ledger [1e-6 yuan]; None if the cost of the
            meters is not known, or is without a part of their amount.
        effects: What makes it; they add up to it exactly.
        notes: What was compared besides, where the tariff is in full, or why it was not, and what
            a reader has to know.
        preface: What is compared, where that is not the bill alone.
    """

    bill: Bill
    metered: Figure
    difference: int | None
    effects: tuple[Effect, ...]
    notes: tuple[Text, ...] = ()
    preface: tuple[Text, ...] = ()


def reconcile(
    bill: Bill, metered: Figure, booked: Figure | None = None, charges: Sequence[Charge] = ()
) -> Reconciliation:
    """Return what explains the difference between a bill and the ledger.

    The amount is weighed by the mean of both prices and the price by the mean of both amounts, so
    that neither comes first and nothing is left between them; the rest is what rounding leaves, or
    what cannot be told apart because an amount is not known or 0.

    Args:
        bill: The bill.
        metered: What the own meters say of its days.
        booked: What the ledger says of the period it is compared with; None for its own days.
        charges: Parts of the bill that do not follow the amount.
    """
    ledger = metered if booked is None else booked
    if metered.cost is None or ledger.cost is None:
        return Reconciliation(bill, metered, None, ())
    unpriced = sorted({*metered.unpriced, *ledger.unpriced})
    if unpriced:
        return Reconciliation(bill, metered, None, (), (_without_price(unpriced),))
    difference = bill.cost - ledger.cost
    effects = [Effect(charge.item, charge.billed - charge.computed) for charge in charges]
    if booked is not None:
        effects.insert(0, Effect(PERIOD, metered.cost - ledger.cost))
    effects += _by_amount(
        (bill.amount, bill.cost - sum(charge.billed for charge in charges)),
        (metered.amount, metered.cost - sum(charge.computed for charge in charges)),
    )
    rest = difference - sum(effect.cost for effect in effects)
    return Reconciliation(bill, metered, difference, (*effects, Effect(REST, rest)))


def _without_price(meters: Sequence[str]) -> Text:
    zh, en = "、".join(meters), ", ".join(meters)
    return Text(
        f"{zh} 全部或部分用量没有价格：费用无法比较。请在 meters.csv 中写明 tariff，或补全其价格。",
        f"{en} {'has' if len(meters) == 1 else 'have'} no price for all or a part of the amount: "
        "costs cannot be compared. Write the tariff in meters.csv, or complete its prices.",
    )


def _by_amount(billed: tuple[int | None, int], metered: tuple[int | None, int]) -> list[Effect]:
    """Return the effects of amount and price on two pairs of amount and cost."""
    if not billed[0] or not metered[0]:
        return []
    there, here = Fraction(billed[1], billed[0]), Fraction(metered[1], metered[0])
    amount = (billed[0] - metered[0]) * (there + here) / 2
    price = (there - here) * Fraction(billed[0] + metered[0], 2)
    return [Effect(AMOUNT, round(amount)), Effect(PRICE, round(price))]
