"""A bill against what its tariff asks for what the meters say: the difference by its causes.

What a tariff asks depends on several quantities at once: the demand costs more where it is above
the contract, the power factor is taken on the demand, too. So a cause is weighed by the mean over
all orders in which the quantities of the bill may take the place of those of the meters (the value
of Shapley): none comes first, a quantity that is the same has no effect, and together they are what
the tariff asks for the bill's quantities less what it asks for the meters', exactly.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import factorial

from analytics.ledger.month_bill import MonthBill
from analytics.statements.cost.reconcile import (
    AMOUNT,
    CAPACITY,
    DEMAND,
    PERIOD,
    POWER_FACTOR,
    PRICE,
    REST,
    Effect,
    Reconciliation,
)
from analytics.statements.cost.year_said import year_said
from analytics.statements.figures import Figure
from energy.bills.bill import Bill
from energy.kinds import KINDS
from energy.tariffs.bill import bill_of, power_factor, power_factor_of
from energy.tariffs.bill_lines import ComputedBill, MonthUse
from energy.tariffs.terms import Tariff
from energy.text import Text

_HUNDREDTHS = 100
_THOUSAND = 1000
PRICE_ALONE = Text(
    "计量不全，用量、需量和功率因数取账单所载，只核对单价",
    "so amount, demand and power factor are taken as the bill has them, and its price alone is "
    "compared",
)
NO_PERIOD = Text("计量不全，未与期间台账比较", "it is not compared with the ledger of the period")
_CAUSES = {"amount": AMOUNT, "demand": DEMAND, "capacity": CAPACITY, "power_factor": POWER_FACTOR}


def reconcile_in_full(bill: Bill, metered: Figure, expected: MonthBill) -> Reconciliation:
    """Return what explains the difference between a bill and what its tariff asks.

    A quantity that the bill does not name, or that no meter tells, is the same on both sides; where
    the meters do not cover the days all of them are, for then only the price can be told. What is
    left when every quantity is the bill's is the price. Where the bill prints one, the price is its
    difference to the mean price of the tariff, for the amount of the bill, and what is left beside
    it is the rest; rounding to the cent is rest, too.

    Args:
        bill: The bill, with an amount.
        metered: What the own meters say of its days.
        expected: What the tariff asks for what the meters say of its days.
    """
    tariff, here = expected.tariff, _completed(expected.use, bill)
    there = _billed(bill, here)
    if not metered.is_whole:
        here = _with(here, there)
        there = _billed(bill, here)
    asked = _cost(tariff, here, there)
    computed = bill_of(tariff, here)
    difference = bill.cost - computed.total
    effects = [
        Effect(_CAUSES[name], round(share))
        for name, share in shares_of(tuple(there), asked).items()
    ]
    billed = bill_of(tariff, _with(here, there))
    price = bill.cost - billed.total if bill.price is None else _price(bill, tariff, billed)
    effects.append(Effect(PRICE, round(price)))
    rest = difference - sum(effect.cost for effect in effects)
    notes = (
        *(() if metered.is_whole else (PRICE_ALONE,)),
        *_compared(bill, expected.use),
        *year_said(expected),
        *computed.missing,
        *computed.least,
    )
    return Reconciliation(bill, metered, difference, (*effects, Effect(REST, rest)), notes)


def held_against(found: Reconciliation, booked: Figure) -> Reconciliation:
    """Return a reconciliation in full against the ledger of a period, not of the days of the bill.

    Args:
        found: Of the days of the bill.
        booked: What the ledger says of the period, with the charges of its months.
    """
    notes = (*found.notes, *booked.notes)
    if found.difference is None or booked.cost is None:
        return replace(found, difference=None, effects=(), notes=notes)
    if not found.metered.is_whole:
        return replace(found, notes=(*notes, NO_PERIOD))
    difference = found.bill.cost - booked.cost
    moved = Effect(PERIOD, difference - found.difference)
    return replace(found, difference=difference, effects=(moved, *found.effects), notes=notes)


def shares_of(
    names: tuple[str, ...], asked: Callable[[frozenset[str]], Fraction]
) -> dict[str, Fraction]:
    """Return the part of each name in what all of them change together, exactly.

    Args:
        names: What may change.
        asked: What is asked when some of them have changed.
    """
    found = dict.fromkeys(names, Fraction(0))
    for name in names:
        others = [one for one in names if one != name]
        for count in range(len(names)):
            orders = factorial(count) * factorial(len(names) - 1 - count)
            weight = Fraction(orders, factorial(len(names)))
            for before in combinations(others, count):
                changed = frozenset(before)
                found[name] += weight * (asked(changed | {name}) - asked(changed))
    return found


def _completed(metered: MonthUse, bill: Bill) -> MonthUse:
    """Return what was used by the meters, and by the bill where no meter tells it."""
    factor = power_factor_of(metered)
    demand, windows = metered.demand_w, metered.windows
    # A demand that may have been greater contradicts a bill that has less, and no other.
    if demand is None or (windows and bill.demand_w is not None and bill.demand_w >= demand):
        demand, windows = bill.demand_w, None
    return replace(
        metered,
        demand_w=demand,
        windows=windows,
        capacity_va=bill.capacity_va if metered.capacity_va is None else metered.capacity_va,
        power_factor=_factor_of(bill) if factor is None else factor,
    )


def _factor_of(bill: Bill) -> int | None:
    """Return the power factor of a bill [hundredths]: as printed, else by its reactive energy."""
    if bill.power_factor is not None:
        return round(bill.power_factor * _HUNDREDTHS)
    if bill.reactive is None or bill.amount is None:
        return None
    return power_factor(bill.amount, bill.reactive)


def _billed(bill: Bill, here: MonthUse) -> dict[str, MonthUse]:
    """Return, for each quantity that the bill names, what was used if that were right."""
    found: dict[str, MonthUse] = {}
    if bill.amount is not None and here.total:
        found["amount"] = _scaled(here, bill.amount)
    if bill.demand_w is not None and here.demand_w is not None:
        found["demand"] = replace(here, demand_w=bill.demand_w)
    if bill.capacity_va is not None and here.capacity_va is not None:
        found["capacity"] = replace(here, capacity_va=bill.capacity_va)
    billed = _factor_of(bill)
    if billed is not None and here.power_factor is not None:
        found["power_factor"] = replace(here, power_factor=billed)
    return found


_FIELDS: dict[str, tuple[str, ...]] = {
    "amount": ("amounts", "unpriced", "old_year"),
    "demand": ("demand_w",),
    "capacity": ("capacity_va",),
    "power_factor": ("power_factor",),
}


def _with(here: MonthUse, changed: Mapping[str, MonthUse]) -> MonthUse:
    """Return what was used with some of its quantities changed."""
    values = {
        field: getattr(use, field) for name, use in changed.items() for field in _FIELDS[name]
    }
    return replace(here, **values)


def _cost(
    tariff: Tariff, here: MonthUse, there: Mapping[str, MonthUse]
) -> Callable[[frozenset[str]], Fraction]:
    """Return what the tariff asks, exactly [1e-6 yuan], when these quantities are the bill's."""

    @cache
    def asked(changed: frozenset[str]) -> Fraction:
        use = _with(here, {name: there[name] for name in changed})
        computed = bill_of(tariff, use)
        return computed.total + computed.remainder

    return asked


def _scaled(use: MonthUse, amount: int) -> MonthUse:
    """Return the same course with another amount; the cumulative is floored, so nothing is lost."""
    total, before, scaled = use.total, 0, []
    for row, own in use.amounts:
        part = (before + own) * amount // total - before * amount // total
        scaled.append((row, part))
        before += own
    rest = amount - before * amount // total
    old_year = None if use.old_year is None else use.old_year * amount // total
    return replace(use, amounts=tuple(scaled), unpriced=rest, old_year=old_year)


def _price(bill: Bill, tariff: Tariff, billed: ComputedBill) -> Fraction:
    """Return what the printed price of the amount makes of the bill [1e-6 yuan].

    Args:
        bill: Prints a price.
        tariff: The tariff.
        billed: What it asks for the quantities of the bill.
    """
    per = KINDS[tariff.kind].base_per_display
    names = {one.name for one in tariff.components}
    energy = sum((line.micro for line in billed.lines if line.component in names), Fraction(0))
    return Fraction((bill.price or 0) * (bill.amount or 0), per) - energy


def _compared(bill: Bill, metered: MonthUse) -> Iterator[Text]:
    """Yield the quantities beside the amount, by the meters and by the bill."""
    metered_factor, billed_factor = _thousandths(power_factor_of(metered)), _factor_of(bill)
    demand = Text("最大需量", "greatest demand")
    if metered.windows:
        demand += Text("（计量值为下限）", " (by the meters at least)")
    said: list[tuple[Text, str, int | None, int | None]] = [
        (demand, " kW", metered.demand_w, bill.demand_w),
        (Text("容量", "capacity"), " kVA", metered.capacity_va, bill.capacity_va),
        (Text("功率因数", "power factor"), "", metered_factor, _thousandths(billed_factor)),
    ]
    for name, unit, here, there in said:
        if here is not None or there is not None:
            yield name + Text(
                f"：计量 {_shown(here, unit)}，账单 {_shown(there, unit)}",
                f": meters {_shown(here, unit)}, bill {_shown(there, unit)}",
            )


def _thousandths(hundredths: int | None) -> int | None:
    return None if hundredths is None else 10 * hundredths


def _shown(thousandths: int | None, unit: str) -> str:
    return "-" if thousandths is None else f"{thousandths / _THOUSAND:,.3f}{unit}"
