"""A month in which one version of a tariff follows another: each line keeps its own terms."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from energy.tariffs.bill import bill_of
from energy.tariffs.bill_lines import ComputedBill, Held, MonthUse
from energy.tariffs.rows import rows_of
from energy.tariffs.tariff import TariffRow
from energy.tariffs.terms import (
    Component,
    DatedPrice,
    DemandCharge,
    PowerFactorRule,
    Tariff,
    Tiers,
)
from tests.energy.test_tariff_bill import TWO_PART, yuan

RULE = PowerFactorRule(90, ((95, -7_500), (90, 0), (0, 100_000)))
CHANGE = date(2026, 3, 16)


def component(name: str, micro: int, *, is_adjusted: bool = True) -> Component:
    price = DatedPrice(date(2025, 1, 1), date.max, (("all", micro),))
    zh = {"funds": "基金"}.get(name, name)
    return Component(name, zh, name, floats=False, is_adjusted=is_adjusted, prices=(price,))


def version(name: str, per_kw: int | None, *components: Component) -> Tariff:
    begins = name == "A"
    return replace(
        TWO_PART,
        tariff="two",
        version=name,
        valid_from=date(2025, 1, 1) if begins else CHANGE,
        valid_to=CHANGE if begins else date.max,
        components=components,
        periods=(replace(TWO_PART.periods[0], period="all", from_minute=0, to_minute=1440,
                         season="", day_types=(), priority=0),),
        seasons=(),
        ratios=(),
        demand=None if per_kw is None else DemandCharge(per_kw * 1_000_000, 30_000_000),
        power_factor=RULE,
        rounding=replace(TWO_PART.rounding, by_component=False),
    )  # fmt: skip


A = version("A", 40, component("energy", 500_000), component("funds", 30_000, is_adjusted=False))
B = version("B", 50, component("energy", 700_000), component("sys", 20_000))
SINGLE = replace(B, demand=None)


def march(
    a_kwh: str, b_kwh: str, *held: Held, demand_w: int | None = None, power_factor: int
) -> ComputedBill:
    amounts: list[tuple[TariffRow, int]] = [
        (rows_of(one)[0], int(Fraction(kwh) * 1000)) for one, kwh in ((A, a_kwh), (B, b_kwh))
    ]
    last = held[-1].tariff
    use = MonthUse(amounts=tuple(amounts), held=held, days=31, demand_w=demand_w)
    return bill_of(last, replace(use, power_factor=power_factor))


def test_components_that_the_earlier_version_exempts_stay_exempt() -> None:
    # 19,380.060 kWh by A and 20,000 by B: 0.50 and 0.03, 0.70 and 0.02 yuan, without a demand.
    a, b = replace(A, demand=None), SINGLE
    bill = march("19380.060", "20000", Held(a, 15), Held(b, 16), power_factor=100)
    adjusted = Fraction("19380.060") * Fraction("0.5") + 20_000 * Fraction("0.72")
    assert yuan(bill, "power_factor") == adjusted * Fraction("-0.0075")
    assert yuan(bill, "funds", "all") == Fraction("581.4018")
    (funds,) = [line for line in bill.lines if line.component == "funds"]
    assert funds.label.zh == "基金"


def test_the_lines_of_the_end_of_the_month_come_first() -> None:
    bill = march("1", "1", Held(A, 15), Held(B, 16), demand_w=1000, power_factor=90)
    names = list(dict.fromkeys(line.component for line in bill.lines))
    assert names == ["energy", "sys", "funds", "demand", "power_factor"]


def test_a_demand_price_holds_for_its_days_of_the_month() -> None:
    bill = march("0", "0", Held(A, 15), Held(B, 16), demand_w=84_000, power_factor=90)
    # 84 kW x (40 x 15 + 50 x 16) / 31 days = 84 x 1,400 / 31.
    assert yuan(bill, "demand") == Fraction(84 * 1400, 31)
    labels = [line.label.en for line in bill.lines if line.component == "demand"]
    assert labels == ["demand charge, 15 of 31 days", "demand charge, 16 of 31 days"]


def test_a_two_part_tariff_that_ends_within_a_month_is_paid_for_its_days() -> None:
    bill = march("0", "0", Held(A, 15), Held(SINGLE, 16), demand_w=4_000, power_factor=90)
    assert yuan(bill, "demand") == Fraction(4 * 40 * 15, 31)
    unknown = march("0", "0", Held(A, 15), Held(SINGLE, 16), power_factor=90)
    assert any("the demand charge is left out" in one.en for one in unknown.missing)


def test_versions_with_the_same_price_of_demand_are_one_line() -> None:
    alike = replace(B, demand=A.demand)
    bill = march("0", "0", Held(A, 15), Held(alike, 16), demand_w=84_000, power_factor=90)
    (line,) = [line for line in bill.lines if line.component == "demand"]
    assert line.micro == 84 * 40_000_000
    assert line.label.en == "demand charge"


def test_each_rule_of_the_power_factor_is_taken_on_the_lines_of_its_version() -> None:
    b = replace(SINGLE, power_factor=None)
    bill = march("100", "100", Held(A, 15), Held(b, 16), demand_w=0, power_factor=80)
    assert yuan(bill, "power_factor") == 100 * Fraction("0.5") * Fraction("0.1")


def test_tiers_that_end_within_the_month_are_named() -> None:
    a = replace(A, tiers=Tiers(of_quota=False, steps=((0, 100_000),)))
    bill = march("1", "1", Held(a, 15), Held(SINGLE, 16), demand_w=0, power_factor=90)
    (lacking,) = bill.missing
    assert lacking.en.startswith("the tiers of two A (15 days) are left out")


def test_a_demand_that_may_be_greater_is_at_least_so_much() -> None:
    use = MonthUse(amounts=(), demand_w=80_000, windows=(2952, 2976), power_factor=90)
    bill = bill_of(B, use)
    (line,) = [line for line in bill.lines if line.component == "demand"]
    assert line.label.en == "demand charge, at least"
    assert line.micro == 80 * 50_000_000
    assert [one.en for one in bill.least] == [
        "Of 2,976 windows of demand 2,952 were measured: its charge is the least it can be"
    ]
