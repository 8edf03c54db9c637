"""The bill of a month by its tariff, at the command line: asked for and told."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.ledger.month_bill import MonthBill, month_bill, tariff_of
from analytics.statements.cost.contracts import account_of
from analytics.statements.cost.used_before import Told
from analytics.statements.cost.year_said import year_said
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.period import Stretch, period_of
from energy.provenance import SourceRow, confidence_text
from energy.tariffs.bill_lines import BillLine, MonthUse
from energy.tariffs.tariff import MICRO_YUAN
from energy.tariffs.terms import HOUSEHOLD, PERSON, Tariff
from energy.text import Text
from storage.records import bills, earlier_ledger
from storage.records import reference as reference_records
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.wiring import House

_THOUSAND = 1000
_TERM_OF = {HOUSEHOLD: "households", PERSON: "persons"}
"""What each of the tiers is of, to the term that says how many there are."""

_NUMBER, _WHOLE_NUMBER = Text("数", "number"), Text("整数", "whole number")
_PERCENT = 10_000
"""Of 1e-6."""


def computed(
    house: "House",
    meters: Sequence[str],
    month: str,
    terms: Mapping[str, str],
    *,
    by_capacity: bool,
) -> MonthBill:
    """Return the bill of a month.

    Raises:
        ConfigError: If a meter is not known, it is no month, or a number cannot be read.
    """
    with house.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        earlier = earlier_ledger.in_force(session)
        billed = bills.in_force(session)
    for name in meters:
        if name not in registry.meter:
            raise ConfigError(Text(f"没有计量点 {name!r}。", f"There is no meter {name!r}."))
    period = period_of(month)
    if period.sort != "month":
        raise ConfigError(
            Text(f"请写月份，如 2026-07，而不是 {month!r}。", f"{month!r} is no month.")
        )
    group = [registry.meter[name] for name in dict.fromkeys(meters)]
    kind = group[0].kind
    per_unit = KINDS[kind].base_per_display if kind in KINDS else 1
    days = Stretch(period.first, period.until)
    account = account_of(registry, group, days)
    use = MonthUse(
        amounts=(),
        contract_w=_given_or(number_of(terms, "contract", _THOUSAND), account.contract_w),
        capacity_va=_given_or(number_of(terms, "capacity", _THOUSAND), account.capacity_va),
        reactive=number_of(terms, "reactive", _THOUSAND),
        quota=_given_or(number_of(terms, "quota", per_unit), account.quota),
        households=_given_or(number_of(terms, "households", 1), account.households),
        persons=_given_or(number_of(terms, "persons", 1), account.persons),
        is_by_capacity=by_capacity,
        unused=account.unused,
    )
    tariff = tariff_of(group, period, reference)
    _refuse_unused(terms, tariff)
    before = Told(house.store, registry, billed, earlier).before(
        group, days, tariff, given=number_of(terms, "used-before", per_unit)
    )
    found = month_bill(
        group,
        period,
        registry=registry,
        reference=reference,
        store=house.store,
        terms=use,
        before=before,
    )
    if not found.is_told:
        raise ConfigError(
            Text(
                f"{period.key} 没有任何读数，无法出账；请核对月份与计量点（jieneng status）。",
                f"There is no reading of {period.key}, so there is nothing to bill; compare month "
                "and meters (jieneng status).",
            )
        )
    return found


def _refuse_unused(terms: Mapping[str, str], tariff: Tariff) -> None:
    """Refuse what tiers would depend on, where these tiers do not, or where it is nonsense.

    Raises:
        ConfigError: If a quota, households or persons change nothing, or are no such number.
    """
    tiers = tariff.tiers
    of = "" if tiers is None else "quota" if tiers.of_quota else _TERM_OF.get(tiers.per, "")
    for name in ("quota", *_TERM_OF.values()):
        if not terms.get(name):
            continue
        if name != of:
            raise ConfigError(
                Text(
                    f"{tariff.tariff} {tariff.version} 的价格与 --{name} 无关；请去掉它，或核对 "
                    "[tiers] 的 of（docs/howto/tariffs.md）。",
                    f"The price of {tariff.tariff} {tariff.version} does not depend on --{name}: "
                    "leave it out, or look at 'of' in its [tiers] (docs/howto/tariffs.md).",
                )
            )
        may_break = name == "quota"
        if not number_of(terms, name, MICRO_YUAN) or not (may_break or terms[name].isdecimal()):
            number = _NUMBER if may_break else _WHOLE_NUMBER
            raise ConfigError(
                Text(
                    f"--{name} {terms[name]!r} 不是大于 0 的{number.zh}。",
                    f"--{name} {terms[name]!r} is no {number.en} above 0.",
                )
            )


def _given_or(given: int | None, registered: int | None) -> int | None:
    return registered if given is None else given


def number_of(terms: Mapping[str, str], name: str, factor: int) -> int | None:
    """Return a number that a person wrote, times a factor; None if they wrote none.

    Raises:
        ConfigError: If it is no number or below zero.
    """
    text = terms.get(name, "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        problem = Text(f"--{name} {text!r} 不是不小于 0 的数。", f"--{name} {text!r} is no number.")
        raise ConfigError(problem)
    return int(number * factor)


def yuan_text(micro: Fraction, decimals: int = 6) -> str:
    """Return yuan with decimals, as people write them."""
    return f"{round(float(micro / MICRO_YUAN), decimals) or 0.0:,.{decimals}f}"


def lines_of(found: MonthBill) -> Iterator[Text]:
    """Yield the bill as lines of text."""
    for line in found.bill.lines:
        yield _line(line)
    bill = found.bill
    total, rest = yuan_text(Fraction(bill.total), 2), yuan_text(bill.remainder)
    zh, en = ("合计至少", "total at least") if found.is_least else ("合计", "total")
    yield Text(
        f"{zh} {total} 元（舍入差额 {rest} 元）", f"{en} {total} yuan (rounding left {rest})"
    )
    share = f"{found.measured / _PERCENT:.2f} %"
    yield Text(f"实测时间 {share}", f"measured {share} of the time")
    if found.demand:
        windows = f"{found.demand.measured:,} / {found.demand.windows:,}"
        power = f"{found.demand.power_w / _THOUSAND:,.3f} kW"
        zh, en = ("至少 ", "at least ") if found.demand.is_least else (" ", "")
        yield Text(
            f"最大需量{zh}{power}，实测时段 {windows}",
            f"greatest demand {en}{power}, windows measured {windows}",
        )
    yield from year_said(found)
    for lacking in lacking_of(found):
        yield Text("缺：", "missing: ") + lacking
    if found.unconfirmed:
        yield unconfirmed_said(found.unconfirmed)


def lacking_of(found: MonthBill) -> Iterator[Text]:
    """Yield what is not in a bill, and what is the least that it can be, and why."""
    yield from found.bill.missing
    yield from found.bill.least
    if not found.is_whole:
        yield Text(
            "本月并非全部时间都有读数，用量只是下限；月份结束并补齐读数后再算。",
            "not all of its time has readings, so the amount is the least it can be; ask again "
            "when the month is over and the readings are complete.",
        )


def unconfirmed_said(rows: Sequence[SourceRow]) -> Text:
    """Return that nobody has confirmed the prices that a cost leans on, and what to do."""
    sure = [(row.id, confidence_text(row.confidence)) for row in rows]
    zh = "、".join(f"{row}（{said.zh}）" for row, said in sure)
    named = ", ".join(f"{row} ({said.en})" for row, said in sure)
    return Text(
        f"未经确认的价格：{zh}。与账单或电价表核对后运行 jieneng reference confirm。",
        f"Prices nobody has confirmed: {named}. Compare them with the bill or the price list, and "
        "run jieneng reference confirm.",
    )


def _line(line: BillLine) -> Text:
    quantity = f"{float(line.quantity):,.3f} {line.unit}"
    price = f"{float(line.price / MICRO_YUAN):.6f}"
    said = f"  {quantity} x {price} = {yuan_text(line.micro)}"
    by = "; ".join(line.rows)
    return Text(f"{line.label.zh}{said} 元  [{by}]", f"{line.label.en}{said} yuan  [{by}]")


def json_of(found: MonthBill) -> dict[str, object]:
    """Return the bill for machines; money as exact fractions of 1e-6 yuan in text."""
    bill = found.bill
    return {
        "total_micro": bill.total,
        "remainder_micro": str(bill.remainder),
        "measured_ppm": found.measured,
        "demand_w": found.demand.power_w if found.demand else None,
        "used_before": found.use.year_before,
        "used_before_unknown": list(found.use.year_unknown),
        "used_before_by": {by: list(months) for by, months in found.year.by.items()},
        "missing": [one.en for one in lacking_of(found)],
        "is_least": found.is_least,
        "unconfirmed": [row.id for row in found.unconfirmed],
        "charges": [
            {"component": one.component, "micro": str(one.micro), "asked_micro": str(one.asked)}
            for one in bill.charges
        ],
        "lines": [
            {
                "component": line.component,
                "zh": line.label.zh,
                "en": line.label.en,
                "period": line.period,
                "quantity": str(line.quantity),
                "unit": line.unit,
                "price_micro": str(line.price),
                "micro": str(line.micro),
                "rows": list(line.rows),
            }
            for line in bill.lines
        ],
    }
