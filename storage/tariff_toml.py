"""Tariffs in full in the reference files: one TOML file a version."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from energy.errors import Mistake
from energy.kinds import KINDS
from energy.tariff import MICRO_YUAN
from energy.tariff_faults import faults_between, faults_of
from energy.tariff_terms import (
    PHASES,
    SINGLE,
    Component,
    DatedPrice,
    DemandCharge,
    PowerFactorRule,
    Rounding,
    Tariff,
    Tiers,
)
from energy.text import Text
from energy.units import base_units, units_of
from storage.tariff_clock import periods_of, seasons_of
from storage.toml_tables import Table, read_toml

FORMAT = 2
"""Tariffs of format 1 are the rows of tariffs/*.csv."""

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_PERCENT = 10_000
"""Of 1e-6."""


def read_full_tariffs(
    folder: Path, taken: Collection[str], confidences: Collection[str], mistakes: list[Mistake]
) -> dict[str, tuple[Tariff, ...]]:
    """Return the versions of each tariff of a folder, in order of time.

    Args:
        folder: Holds TOML files of any name.
        taken: Names of tariffs that rows of CSV files define.
        confidences: What a confidence may be.
        mistakes: Where every mistake of every file is kept.
    """
    found: dict[str, list[tuple[Table, Tariff]]] = {}
    for path in sorted(folder.glob("*.toml")):
        before = len(mistakes)
        table = read_toml(path, mistakes)
        if table is None:
            continue
        tariff = _tariff(table, confidences)
        if tariff.tariff in taken:
            problem = Text(
                "CSV 文件中已有这个价格表；请改名。", "a CSV file defines it; rename one."
            )
            table.mistake("tariff", problem)
        if len(mistakes) == before:
            for key, fault in faults_of(tariff):
                table.mistake(key, fault)
            found.setdefault(tariff.tariff, []).append((table, tariff))
    for entries in found.values():
        _judge_together(entries)
    return {name: _in_order([one for _, one in entries]) for name, entries in found.items()}


def _judge_together(entries: Sequence[tuple[Table, Tariff]]) -> None:
    tables = {id(tariff): table for table, tariff in entries}
    for tariff, (key, fault) in faults_between([tariff for _, tariff in entries]):
        tables[id(tariff)].mistake(key, fault)


def _in_order(versions: Sequence[Tariff]) -> tuple[Tariff, ...]:
    return tuple(sorted(versions, key=lambda version: version.valid_from))


def _tariff(table: Table, confidences: Collection[str]) -> Tariff:
    if table.value("format") != FORMAT:
        problem = Text(f"请写 format = {FORMAT}。", f"write format = {FORMAT}.")
        table.mistake("format", problem)
    kind = table.one_of("kind", tuple(KINDS))
    valid_from = table.day("valid_from")
    valid_to = table.day("valid_to", date.max)
    if valid_from >= valid_to:
        problem = Text(
            f"{valid_to} 不晚于 valid_from {valid_from}。",
            f"{valid_to} is not after valid_from {valid_from}.",
        )
        table.mistake("valid_to", problem)
    per_unit = _per_display(table, kind)
    tariff = Tariff(
        tariff=table.name("tariff"),
        version=table.name("version"),
        kind=kind,
        region=table.text("region"),
        user_class=table.text("user_class"),
        voltage=table.text("voltage", ""),
        phase=table.one_of("phase", PHASES, SINGLE),
        valid_from=valid_from,
        valid_to=valid_to,
        components=tuple(
            _component(one, per_unit, valid_from, valid_to) for one in table.tables("components")
        ),
        periods=periods_of(table),
        seasons=seasons_of(table),
        ratios=_ratios(table.table("ratios")),
        demand=_demand(table.table("demand")),
        power_factor=_power_factor(table.table("power_factor")),
        tiers=_tiers(table.table("tiers"), kind, per_unit),
        minimum=_micro(table, "minimum", table.number("minimum", Fraction(0))),
        rounding=_rounding(table.table("rounding")),
        currency=table.text("currency", "CNY"),
        is_taxed=table.flag("tax_included", default=True),
        source=table.text("source"),
        source_date=table.day("source_date"),
        confidence=table.one_of("confidence", confidences),
        confirmed_by=table.text("confirmed_by", ""),
    )
    table.close()
    return tariff


def _per_display(table: Table, kind: str) -> Fraction:
    """Return how many of the unit of the prices are in a display unit of the kind."""
    unit = table.text("unit")
    money, _, per = unit.partition("/")
    if money == "yuan" and per in units_of(kind):
        return KINDS[kind].base_per_display / base_units(kind=kind, unit=per)
    right = f"yuan/{KINDS[kind].display_unit}"
    problem = Text(
        f"{unit!r} 不是 {kind} 的价格单位；请写 {right}。",
        f"{unit!r} does not price {kind}; write {right}.",
    )
    table.mistake("unit", problem)
    return Fraction(1)


def _micro(table: Table, key: str, amount: Fraction) -> int:
    """Return an amount in millionths."""
    micro = amount * MICRO_YUAN
    if micro.denominator != 1:
        problem = Text("比百万分之一还细，请四舍五入。", "it is finer than a millionth; round it.")
        table.mistake(key, problem)
    return round(micro)


def _component(table: Table, per_unit: Fraction, valid_from: date, valid_to: date) -> Component:
    entries = table.tables("prices")
    if not entries and not table.has("price"):
        problem = Text(
            "没有价格；请写 price 或 prices。", "it has no price; write price or prices."
        )
        table.mistake("", problem)
    prices = [_dated(one, per_unit, valid_to) for one in entries]
    prices.sort(key=lambda price: price.valid_from)
    if table.has("price"):
        prices.append(DatedPrice(valid_from, valid_to, _prices(table, per_unit)))
    name = table.name("name")
    component = Component(
        name=name,
        zh=table.text("zh", name),
        en=table.text("en", name),
        floats=table.flag("tou_applies", default=False),
        is_adjusted=table.flag("power_factor_applies", default=True),
        prices=_until_the_next(prices),
    )
    table.close()
    return component


def _dated(table: Table, per_unit: Fraction, valid_to: date) -> DatedPrice:
    if table.has("month"):
        month = _MONTH.fullmatch(table.text("month"))
        if month is None:
            table.mistake("month", Text('请写成 "2026-01"。', 'write it like "2026-01".'))
        year, number = (int(month[1]), int(month[2])) if month else (2000, 1)
        begin = date(max(year, 1), number, 1)
        end = date(begin.year + number // 12, number % 12 + 1, 1)
    else:
        begin = table.day("from")
        end = table.day("to", date.max if valid_to == date.max else valid_to)
    price = DatedPrice(begin, end, _prices(table, per_unit))
    table.close()
    return price


def _until_the_next(prices: Sequence[DatedPrice]) -> tuple[DatedPrice, ...]:
    """A price without an end of its own ends where the next begins."""
    last = max((price.valid_to for price in prices), default=date.max)
    ends = [*(price.valid_from for price in prices[1:]), last]
    return tuple(
        DatedPrice(price.valid_from, end if price.valid_to == last else price.valid_to, price.micro)
        for price, end in zip(prices, ends, strict=True)
    )


def _prices(table: Table, per_unit: Fraction) -> tuple[tuple[str, int], ...]:
    if isinstance(table.value("price"), dict) and (own := table.table("price")) is not None:
        return tuple(
            (period, _micro(own, period, price * per_unit))
            for period, price in own.numbers().items()
        )
    return (("all", _micro(table, "price", table.number("price") * per_unit)),)


def _ratios(table: Table | None) -> tuple[tuple[str, int], ...]:
    found = table.numbers() if table else {}
    return tuple((period, _micro(table, period, ratio)) for period, ratio in found.items() if table)


def _demand(table: Table | None) -> DemandCharge | None:
    if table is None:
        return None
    demand = DemandCharge(
        per_kw=_micro(table, "per_kw", table.number("per_kw")),
        per_kva=_micro(table, "per_kva", table.number("per_kva")),
        window_minutes=table.whole("window_minutes", least=1, most=60, default=15),
        over_percent=table.whole("over_percent", least=100, most=1000, default=105),
        over_times=table.whole("over_times", least=1, most=10, default=2),
        relief_kwh_per_kva=table.whole("relief_kwh_per_kva", least=0, most=744, default=0),
        relief_percent=table.whole("relief_percent", least=0, most=100, default=100),
    )
    table.close()
    return demand


def _power_factor(table: Table | None) -> PowerFactorRule | None:
    if table is None:
        return None
    steps = [
        (_hundredths(table, least), _micro(table, "steps", percent / 100))
        for least, percent in _pairs(table, "steps")
    ]
    rule = PowerFactorRule(_hundredths(table, table.number("target")), tuple(steps))
    table.close()
    return rule


def _hundredths(table: Table, factor: Fraction) -> int:
    if factor > 1 or (factor * 100).denominator != 1:
        problem = Text("请写 0 到 1 的两位小数。", "write 0 to 1 with two decimals.")
        table.mistake("", problem)
    return round(factor * 100)


def _pairs(table: Table, key: str) -> list[tuple[Fraction, Fraction]]:
    """Return a list of pairs of numbers, of which the second may be negative."""
    found = table.value(key)
    if not isinstance(found, list) or not all(
        isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004  a pair
        for pair in found
    ):
        table.mistake(key, Text("请写成 [[0.95, -0.75], ...]。", "write [[0.95, -0.75], ...]."))
        return []
    return [
        (table.exact(key, one), table.exact(key, other, below_zero=True)) for one, other in found
    ]


def _tiers(table: Table | None, kind: str, per_unit: Fraction) -> Tiers | None:
    if table is None:
        return None
    of_quota = table.one_of("of", ("quota_percent", "year_amount")) == "quota_percent"
    base = KINDS[kind].base_per_display
    steps = []
    for step in table.tables("steps"):
        above = step.number("above")
        # An amount stands in the unit of the prices.
        bound = above * _PERCENT if of_quota else above * base / per_unit
        steps.append((round(bound), _micro(step, "add", step.number("add") * per_unit)))
        step.close()
    table.close()
    return Tiers(of_quota, tuple(steps))


def _rounding(table: Table | None) -> Rounding:
    if table is None:
        return Rounding()
    rounding = Rounding(
        by_component=table.one_of("of", ("component", "total"), "total") == "component",
        decimals=table.whole("decimals", least=0, most=6, default=2),
        price_decimals=table.whole("price_decimals", least=0, most=6, default=6),
    )
    table.close()
    return rounding
