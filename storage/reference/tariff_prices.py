"""The prices of a tariff in full: components, each with what it costs between dates."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from energy.kinds import KINDS
from energy.tariffs.tariff import MICRO_YUAN
from energy.tariffs.terms import Component, DatedPrice
from energy.text import Text
from energy.units import base_units, units_of
from storage.toml_tables import Table

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def per_display(table: Table, kind: str) -> Fraction:
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


def micro_of(table: Table, key: str, amount: Fraction) -> int:
    """Return an amount in millionths."""
    micro = amount * MICRO_YUAN
    if micro.denominator != 1:
        problem = Text("比百万分之一还细，请四舍五入。", "it is finer than a millionth; round it.")
        table.mistake(key, problem)
    return round(micro)


def component_of(table: Table, per_unit: Fraction, valid_from: date, valid_to: date) -> Component:
    """Return a component; a price without an end of its own holds until the next.

    Args:
        table: The component.
        per_unit: What per_display told.
        valid_from: First day of the version.
        valid_to: First day it no longer holds.
    """
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
            (period, micro_of(own, period, price * per_unit))
            for period, price in own.numbers().items()
        )
    return (("all", micro_of(table, "price", table.number("price") * per_unit)),)
