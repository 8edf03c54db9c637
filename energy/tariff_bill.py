"""What a month of a group of meters costs by its tariff, line by line, as a supplier would ask it.

Everything is exact until the one rounding that the tariff names; what it took or gave is shown.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from energy.kinds import KINDS
from energy.tariff import MICRO_YUAN
from energy.tariff_bill_lines import (
    DEMAND,
    LABELS,
    MINIMUM,
    NO_CAPACITY,
    NO_DEMAND,
    NO_HOUSEHOLDS,
    NO_PERSONS,
    NO_QUOTA,
    NO_REACTIVE,
    NO_ROW,
    POWER_FACTOR,
    TIERS,
    BillLine,
    Charge,
    ComputedBill,
    MonthUse,
)  # fmt: skip
from energy.tariff_terms import HOUSEHOLD, PERIODS, PERSON, Tariff
from energy.text import Text

_NOBODY = {HOUSEHOLD: NO_HOUSEHOLDS, PERSON: NO_PERSONS}


def bill_of(tariff: Tariff, use: MonthUse) -> ComputedBill:
    """Return the bill of a month.

    Args:
        tariff: The version in force at its end; rows of an earlier one keep their own prices.
        use: What was used.
    """
    lines = [*_energy(tariff, use), *_tiers(tariff, use), *_demand(tariff, use)]
    lines += _power_factor(tariff, use, lines)
    lines += _minimum(tariff, lines)
    charges = _charges(tariff, lines)
    exact = sum((line.micro for line in lines), Fraction(0))
    asked = sum((charge.asked for charge in charges), Fraction(0))
    total = int(rounded(asked, tariff.rounding.decimals))
    return ComputedBill(tuple(lines), charges, total, exact - total, tuple(_missing(tariff, use)))


def rounded(micro: Fraction, decimals: int) -> Fraction:
    """Round to decimals of a yuan, half away from zero [1e-6 yuan]."""
    step = Fraction(MICRO_YUAN, 10**decimals)
    halves = int(abs(micro) / step * 2)
    return (halves + 1) // 2 * step * (1 if micro >= 0 else -1)


def _energy(tariff: Tariff, use: MonthUse) -> Iterator[BillLine]:
    """One line for each component, period and price, in the order of the tariff."""
    amounts: dict[tuple[str, str, int], int] = {}
    rows: dict[tuple[str, str, int], dict[str, None]] = {}
    for row, amount in use.amounts:
        for component, price in row.parts or ((tariff.kind, row.price_micro),):
            key = component, row.period, price
            amounts[key] = amounts.get(key, 0) + amount
            rows.setdefault(key, {})[row.name] = None
    kind = KINDS[tariff.kind]
    order = [one.name for one in tariff.components]
    for key in sorted(amounts, key=lambda key: order.index(key[0]) if key[0] in order else -1):
        component, period, price = key
        quantity = Fraction(amounts[key], kind.base_per_display)
        label = _label(tariff, component)
        if period != "all":
            named = PERIODS.get(period, Text(period, period))
            label = Text(f"{label.zh}（{named.zh}）", f"{label.en}, {named.en}")
        names = tuple(rows[key])
        yield BillLine(
            component, label, period, quantity, kind.display_unit, Fraction(price), names
        )


def _label(tariff: Tariff, component: str) -> Text:
    known = {one.name: Text(one.zh, one.en) for one in tariff.components}
    return (LABELS | known).get(component, Text(component, component))


def _section(tariff: Tariff, name: str) -> tuple[str, ...]:
    return (f"{tariff.tariff} {tariff.version} {name}",)


def _tiers(tariff: Tariff, use: MonthUse) -> Iterator[BillLine]:
    """What of the month lies between two bounds of a year costs the surcharge of the lower.

    The year begins anew at a New Year within a bill.
    """
    label = LABELS[TIERS]
    of_first = Text(f"{label.zh}（至少）", f"{label.en}, at least") if use.year_unknown else label
    if use.old_year is None:
        yield from _tiers_of_year(tariff, use, of_first, use.year_before, use.total)
        return
    anew = Text(f"{label.zh}（新年起）", f"{label.en}, from New Year on")
    yield from _tiers_of_year(tariff, use, of_first, use.year_before, use.old_year)
    yield from _tiers_of_year(tariff, use, anew, 0, use.total - use.old_year)


def _tiers_of_year(
    tariff: Tariff, use: MonthUse, label: Text, before: int, used: int
) -> Iterator[BillLine]:
    """Yield the tiers of what was used in one year, after what was used before in it."""
    tiers, scale = tariff.tiers, _scale(tariff, use)
    if tiers is None or scale is None:
        return
    end = Fraction(before + used)
    bounds = [(bound * scale, add) for bound, add in tiers.steps]
    for number, ((lower, add), (upper, _)) in enumerate(pairwise([*bounds, (end, 0)]), start=1):
        part = min(end, upper) - max(Fraction(before), lower)
        if part > 0:
            kind = KINDS[tariff.kind]
            quantity, rows = part / kind.base_per_display, f"tiers.steps[{number}]"
            yield BillLine(
                TIERS, label, "", quantity, kind.display_unit, Fraction(add),
                _section(tariff, rows),
            )  # fmt: skip


def _scale(tariff: Tariff, use: MonthUse) -> Fraction | None:
    """Return what a bound of the tiers is times to be base units a year; None if nobody knows."""
    tiers = tariff.tiers
    if tiers is None:
        return None
    if tiers.of_quota:
        return None if use.quota is None else Fraction(use.quota, MICRO_YUAN)
    times = {HOUSEHOLD: use.households, PERSON: use.persons}.get(tiers.per, 1)
    return None if times is None else Fraction(times)


def _demand(tariff: Tariff, use: MonthUse) -> Iterator[BillLine]:
    """Capacity; or the contracted demand and what is above it; or the actual demand."""
    demand = tariff.demand
    if demand is None:
        return
    rows, label = _section(tariff, DEMAND), LABELS[DEMAND]
    if use.is_by_capacity:
        if use.capacity_va is not None:
            capacity = Fraction(use.capacity_va, 1000)
            yield BillLine(DEMAND, label, "", capacity, "kVA", Fraction(demand.per_kva), rows)
        return
    if use.demand_w is None:
        return
    price = Fraction(demand.per_kw)
    if _is_relieved(tariff, use):
        price *= Fraction(demand.relief_percent, 100)
    if use.contract_w is None:
        yield BillLine(DEMAND, label, "", Fraction(use.demand_w, 1000), "kW", price, rows)
        return
    yield BillLine(DEMAND, label, "", Fraction(use.contract_w, 1000), "kW", price, rows)
    over = use.demand_w - Fraction(use.contract_w * demand.over_percent, 100)
    if over > 0:
        more = Text(f"{label.zh}（超过合同）", f"{label.en}, above the contract")
        yield BillLine(DEMAND, more, "", over / 1000, "kW", price * demand.over_times, rows)


def _is_relieved(tariff: Tariff, use: MonthUse) -> bool:
    """Tell whether so much was used for each kVA that demand is cheaper; Wh/VA is kWh/kVA."""
    least = tariff.demand.relief_kwh_per_kva if tariff.demand else 0
    return bool(least and use.capacity_va and use.total >= least * use.capacity_va)


def power_factor(active: int, reactive: int) -> int:
    """Return the mean power factor of a month in hundredths, rounded half up.

    Args:
        active: Active energy [Wh].
        reactive: Reactive energy [varh].
    """
    square = active**2 + reactive**2
    # h is reached if active / sqrt(square) >= (h - 1/2) / 100; exact in integers.
    reached = (h for h in range(100, 0, -1) if 40_000 * active**2 >= (2 * h - 1) ** 2 * square)
    return next(reached, 0) if square else 100


def power_factor_of(use: MonthUse) -> int | None:
    """Return the mean power factor of what was used [hundredths]; None if it is not known."""
    if use.power_factor is not None or use.reactive is None:
        return use.power_factor
    return power_factor(use.total, use.reactive)


def _power_factor(tariff: Tariff, use: MonthUse, lines: list[BillLine]) -> Iterator[BillLine]:
    rule, found = tariff.power_factor, power_factor_of(use)
    if rule is None or found is None:
        return
    number, share = next(
        (number, share)
        for number, (least, share) in enumerate(rule.steps, start=1)
        if found >= least
    )
    exempt = {one.name for one in tariff.components if not one.is_adjusted}
    adjusted = sum((line.micro for line in lines if line.component not in exempt), Fraction(0))
    label = LABELS[POWER_FACTOR]
    told = Text(f"{label.zh}（{found / 100:.2f}）", f"{label.en} at {found / 100:.2f}")
    rows = _section(tariff, f"power_factor.steps[{number}]")
    yield BillLine(POWER_FACTOR, told, "", adjusted / MICRO_YUAN, "yuan", Fraction(share), rows)


def _minimum(tariff: Tariff, lines: list[BillLine]) -> Iterator[BillLine]:
    lacking = tariff.minimum - sum((line.micro for line in lines), Fraction(0))
    if tariff.minimum and lacking > 0:
        rows = _section(tariff, MINIMUM)
        yuan = lacking / MICRO_YUAN
        yield BillLine(MINIMUM, LABELS[MINIMUM], "", yuan, "yuan", Fraction(MICRO_YUAN), rows)


def _charges(tariff: Tariff, lines: list[BillLine]) -> tuple[Charge, ...]:
    sums: dict[str, Fraction] = {}
    for line in lines:
        sums[line.component] = sums.get(line.component, Fraction(0)) + line.micro
    rounding = tariff.rounding
    return tuple(
        Charge(
            component,
            _label(tariff, component),
            micro,
            rounded(micro, rounding.decimals) if rounding.by_component else micro,
        )
        for component, micro in sums.items()
    )


def _missing(tariff: Tariff, use: MonthUse) -> Iterator[Text]:
    demand, tiers = tariff.demand, tariff.tiers
    if use.unpriced:
        kind = KINDS[tariff.kind]
        amount = f"{use.unpriced / kind.base_per_display:,.3f} {kind.display_unit}"
        yield NO_ROW + Text(amount, amount)
    if demand and not use.is_by_capacity and use.demand_w is None:
        yield NO_DEMAND
    needs_capacity = demand and (use.is_by_capacity or demand.relief_kwh_per_kva)
    if needs_capacity and use.capacity_va is None:
        yield NO_CAPACITY
    if tariff.power_factor and power_factor_of(use) is None:
        yield NO_REACTIVE
    if tiers and _scale(tariff, use) is None:
        yield NO_QUOTA if tiers.of_quota else _NOBODY[tiers.per]
    elif tiers and use.year_unknown:
        kind = KINDS[tariff.kind]
        amount = f"{use.year_before / kind.base_per_display:,.3f} {kind.display_unit}"
        months = ", ".join(use.year_unknown)
        yield Text(
            f"本年此前的用量只知道 {amount}，{months} 不完整：加价只是下限；"
            "请给出此前的用量（tariff bill --used-before），或录入这些月份的账单或历史台账。",
            f"of what was used this year before, {amount} is known, and not all of {months}: the "
            "surcharge is the least it can be; give what was used (tariff bill --used-before), or "
            "enter the bills or earlier totals of these months.",
        )
