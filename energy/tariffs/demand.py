"""What a month costs for power: capacity, or the contracted or actual demand, by days of a version.

Source: docs/decisions/0092-a-demand-price-holds-for-its-days.md.
"""

from collections.abc import Iterator
from fractions import Fraction

from energy.tariffs.bill_lines import DEMAND, LABELS, BillLine, Held, MonthUse
from energy.tariffs.terms import DemandCharge, PowerFactorRule, Tariff
from energy.text import Text

_THOUSAND = 1000
_Terms = tuple[DemandCharge, PowerFactorRule | None]


def demand_lines(tariff: Tariff, use: MonthUse) -> Iterator[BillLine]:
    """Yield capacity; or the contracted demand and what is above it; or the actual demand.

    Where a price of power holds on some days of the month only, it is paid for these.
    """
    prices: dict[_Terms, Held] = {}
    for version, days in use.versions(tariff):
        if version.demand is not None:
            terms = version.demand, version.power_factor
            before = prices.get(terms)
            prices[terms] = Held(version, days + (before.days if before else 0))
    for (demand, _), held in prices.items():
        yield from _of_version(held, demand, use)


def _of_version(held: Held, demand: DemandCharge, use: MonthUse) -> Iterator[BillLine]:
    version, label = held.tariff, _labelled(held, use)
    share = Fraction(held.days, use.days)

    def line(label: Text, quantity: Fraction, unit: str, price: Fraction) -> BillLine:
        rows = (f"{version.tariff} {version.version} {DEMAND}",)
        rule = version.power_factor
        return BillLine(DEMAND, label, "", quantity, unit, price * share, rows, rule)

    if use.is_by_capacity:
        if use.capacity_va is not None:
            yield line(label, Fraction(use.capacity_va, _THOUSAND), "kVA", Fraction(demand.per_kva))
        return
    if use.demand_w is None:
        return
    price = Fraction(demand.per_kw)
    if _is_relieved(demand, use):
        price *= Fraction(demand.relief_percent, 100)
    if use.contract_w is None:
        yield line(label, Fraction(use.demand_w, _THOUSAND), "kW", price)
        return
    yield line(label, Fraction(use.contract_w, _THOUSAND), "kW", price)
    over = use.demand_w - Fraction(use.contract_w * demand.over_percent, 100)
    if over > 0:
        more = label + Text("（超过合同）", ", above the contract")
        yield line(more, over / _THOUSAND, "kW", price * demand.over_times)


def _labelled(held: Held, use: MonthUse) -> Text:
    label = LABELS[DEMAND]
    if use.windows is not None and not use.is_by_capacity:
        label += Text("（至少）", ", at least")
    if held.days < use.days:
        label += Text(f"（{use.days} 天中的 {held.days} 天）", f", {held.days} of {use.days} days")
    return label


def _is_relieved(demand: DemandCharge, use: MonthUse) -> bool:
    """Tell whether so much was used for each kVA that demand is cheaper; Wh/VA is kWh/kVA."""
    least = demand.relief_kwh_per_kva
    return bool(least and use.capacity_va and use.total >= least * use.capacity_va)
