"""What a month of a group of meters costs by its tariff, line by line, as a supplier would ask it.

Everything is exact until the one rounding that the tariff names; what it took or gave is shown.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from energy.kinds import KINDS
from energy.tariffs.bill_lines import (
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
from energy.tariffs.demand import demand_lines
from energy.tariffs.tariff import MICRO_YUAN
from energy.tariffs.terms import HOUSEHOLD, PERIODS, PERSON, PowerFactorRule, Tariff
from energy.text import Text

_NOBODY = {HOUSEHOLD: NO_HOUSEHOLDS, PERSON: NO_PERSONS}


def bill_of(tariff: Tariff, use: MonthUse) -> ComputedBill:
    """Return the bill of a month.

    Args:
        tariff: The version in force at its end: its tiers, minimum and rounding hold. Rows, demand
            and power factor of an earlier one keep their own terms.
        use: What was used.
    """
    lines = [*_energy(tariff, use), *_tiers(tariff, use), *demand_lines(tariff, use)]
    lines += _power_factor(tariff, use, lines)
    lines += _minimum(tariff, lines)
    charges = _charges(tariff, use, lines)
    exact = sum((line.micro for line in lines), Fraction(0))
    asked = sum((charge.asked for charge in charges), Fraction(0))
    total = int(rounded(asked, tariff.rounding.decimals))
    has_terms = any(version.demand or version.tiers for version, _ in use.versions(tariff))
    unused = use.unused if has_terms else ()
    missing, least = (*unused, *_missing(tariff, use)), tuple(_least(tariff, use))
    return ComputedBill(tuple(lines), charges, total, exact - total, missing, least)


def rounded(micro: Fraction, decimals: int) -> Fraction:
    """Round to decimals of a yuan, half away from zero [1e-6 yuan]."""
    step = Fraction(MICRO_YUAN, 10**decimals)
    halves = int(abs(micro) / step * 2)
    return (halves + 1) // 2 * step * (1 if micro >= 0 else -1)


def _energy(tariff: Tariff, use: MonthUse) -> Iterator[BillLine]:
    """One line for each component, period, price and rule, in the order of the tariff."""
    amounts: dict[tuple[str, str, int, PowerFactorRule | None], int] = {}
    rows: dict[tuple[str, str, int, PowerFactorRule | None], dict[str, None]] = {}
    versions = {version.version: version for version, _ in use.versions(tariff)}
    for row, amount in use.amounts:
        version = versions.get(row.version, tariff)
        exempt = {one.name for one in version.components if not one.is_adjusted}
        for component, price in row.parts or ((tariff.kind, row.price_micro),):
            rule = None if component in exempt else version.power_factor
            key = component, row.period, price, rule
            amounts[key] = amounts.get(key, 0) + amount
            rows.setdefault(key, {})[row.name] = None
    kind = KINDS[tariff.kind]
    order = [*_names(tariff, use)]
    for key in sorted(amounts, key=lambda key: order.index(key[0]) if key[0] in order else -1):
        component, period, price, rule = key
        quantity = Fraction(amounts[key], kind.base_per_display)
        label = _label(tariff, use, component)
        if period != "all":
            named = PERIODS.get(period, Text(period, period))
            label = Text(f"{label.zh}（{named.zh}）", f"{label.en}, {named.en}")
        names = tuple(rows[key])
        yield BillLine(
            component, label, period, quantity, kind.display_unit, Fraction(price), names, rule
        )


def _names(tariff: Tariff, use: MonthUse) -> dict[str, Text]:
    """Return the components and what they are called, those of the end of the month first."""
    versions = [tariff, *(version for version, _ in reversed(use.versions(tariff)))]
    found: dict[str, Text] = {}
    for one in (one for version in versions for one in version.components):
        found.setdefault(one.name, Text(one.zh, one.en))
    return found


def _label(tariff: Tariff, use: MonthUse, component: str) -> Text:
    return (LABELS | _names(tariff, use)).get(component, Text(component, component))


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
                _section(tariff, rows), tariff.power_factor,
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
    """One line for each rule, on the lines of the versions that have it."""
    found = power_factor_of(use)
    if found is None:
        return
    rules = {version.power_factor: version for version, _ in use.versions(tariff)}
    for rule, version in rules.items():
        if rule is None:
            continue
        number, share = next(
            (number, share)
            for number, (least, share) in enumerate(rule.steps, start=1)
            if found >= least
        )
        adjusted = sum((line.micro for line in lines if line.adjusted_by == rule), Fraction(0))
        label = LABELS[POWER_FACTOR]
        told = Text(f"{label.zh}（{found / 100:.2f}）", f"{label.en} at {found / 100:.2f}")
        rows = _section(version, f"power_factor.steps[{number}]")
        yield BillLine(POWER_FACTOR, told, "", adjusted / MICRO_YUAN, "yuan", Fraction(share), rows)


def _minimum(tariff: Tariff, lines: list[BillLine]) -> Iterator[BillLine]:
    lacking = tariff.minimum - sum((line.micro for line in lines), Fraction(0))
    if tariff.minimum and lacking > 0:
        rows = _section(tariff, MINIMUM)
        yuan = lacking / MICRO_YUAN
        yield BillLine(MINIMUM, LABELS[MINIMUM], "", yuan, "yuan", Fraction(MICRO_YUAN), rows)


def _charges(tariff: Tariff, use: MonthUse, lines: list[BillLine]) -> tuple[Charge, ...]:
    sums: dict[str, Fraction] = {}
    for line in lines:
        sums[line.component] = sums.get(line.component, Fraction(0)) + line.micro
    rounding = tariff.rounding
    return tuple(
        Charge(
            component,
            _label(tariff, use, component),
            micro,
            rounded(micro, rounding.decimals) if rounding.by_component else micro,
        )
        for component, micro in sums.items()
    )


def _missing(tariff: Tariff, use: MonthUse) -> Iterator[Text]:
    versions = [version for version, _ in use.versions(tariff)]
    demands = [version.demand for version in versions if version.demand]
    if use.unpriced:
        kind = KINDS[tariff.kind]
        amount = f"{use.unpriced / kind.base_per_display:,.3f} {kind.display_unit}"
        yield NO_ROW + Text(amount, amount)
    if demands and not use.is_by_capacity and use.demand_w is None:
        yield NO_DEMAND
    needs_capacity = any(use.is_by_capacity or one.relief_kwh_per_kva for one in demands)
    if needs_capacity and use.capacity_va is None:
        yield NO_CAPACITY
    if any(version.power_factor for version in versions) and power_factor_of(use) is None:
        yield NO_REACTIVE
    if tariff.tiers and _scale(tariff, use) is None:
        yield NO_QUOTA if tariff.tiers.of_quota else _NOBODY[tariff.tiers.per]
    for version, days in use.versions(tariff):
        if version.tiers and version.tiers != tariff.tiers:
            name = f"{version.tariff} {version.version}"
            yield Text(
                f"{name}（{days} 天）的阶梯未计：全月按月末版本计。",
                f"the tiers of {name} ({days} days) are left out: those of the end of the month "
                "hold for all of it.",
            )


def _least(tariff: Tariff, use: MonthUse) -> Iterator[Text]:
    """Yield what was computed as the least that it can be."""
    has_demand = any(version.demand for version, _ in use.versions(tariff))
    if has_demand and use.windows and use.demand_w is not None and not use.is_by_capacity:
        measured, windows = use.windows
        yield Text(
            f"需量时段实测 {measured:,} / {windows:,}：容（需）量电费只是下限",
            f"Of {windows:,} windows of demand {measured:,} were measured: its charge is the "
            "least it can be",
        )
    if tariff.tiers and use.year_unknown and _scale(tariff, use) is not None:
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
