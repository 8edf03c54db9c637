import math
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.tariffs.bill import bill_of, power_factor, rounded
from energy.tariffs.bill_lines import (
    NO_CAPACITY,
    NO_DEMAND,
    NO_QUOTA,
    NO_REACTIVE,
    ComputedBill,
    MonthUse,
)
from energy.tariffs.rows import rows_of
from energy.tariffs.tariff import TariffRow
from energy.tariffs.terms import PowerFactorRule, Rounding, Tariff, Tiers
from storage.reference.files import read_reference

VERSIONS = read_reference(Path("reference")).full_tariffs
SINGLE = VERSIONS["beijing_single_1kv"][-1]
TWO_PART = VERSIONS["beijing_two_part"][-1]
WATER = VERSIONS["beijing_water_quota"][0]


def used(tariff: Tariff, **kwh: int) -> tuple[tuple[TariffRow, int], ...]:
    """Return amounts by the first row of each period that is named."""
    rows = {row.period: row for row in reversed(rows_of(tariff))}
    return tuple((rows[period], amount * 1000) for period, amount in kwh.items())


def yuan(bill: ComputedBill, component: str, period: str = "") -> Fraction:
    found = [
        line.micro for line in bill.lines if (line.component, line.period) == (component, period)
    ]
    return sum(found, Fraction(0)) / 1_000_000


MONTH = used(SINGLE, peak=100, flat=200, valley=300, critical=10)


def test_a_single_part_bill_is_components_by_period() -> None:
    bill = bill_of(SINGLE, MonthUse(amounts=MONTH))
    assert yuan(bill, "agent_purchase", "peak") == 100 * Fraction("0.55") * Fraction("1.8")
    assert yuan(bill, "transmission", "critical") == 10 * Fraction("0.25") * Fraction("2.16")
    assert yuan(bill, "agent_purchase", "valley") == 300 * Fraction("0.55") * Fraction("0.3")
    funds = sum(yuan(bill, "funds", period) for period in ("peak", "flat", "valley", "critical"))
    assert funds == 610 * Fraction("0.03")
    floating = 100 * Fraction("1.44") + 200 * Fraction("0.80") + 300 * Fraction("0.24")
    expected = floating + 10 * Fraction("1.728") + 610 * Fraction("0.08")
    assert bill.total == rounded(expected * 1_000_000, 2)
    assert bill.missing == ()


def test_every_line_names_the_rows_it_was_computed_by_in_both_languages() -> None:
    bill = bill_of(SINGLE, MonthUse(amounts=MONTH))
    assert all(line.rows and line.label.zh and line.label.en for line in bill.lines)
    assert bill.lines[0].label.zh == "代理购电价格（高峰）"
    assert bill.lines[0].label.en == "agent purchase, peak"
    assert bill.lines[0].rows == ("beijing_single_1kv 2023-09 peak 10:00-13:00 2023-09-01",)


AMOUNTS = st.lists(
    st.tuples(st.integers(0, len(rows_of(SINGLE)) - 1), st.integers(0, 10**9)), max_size=12
)


@given(amounts=AMOUNTS, decimals=st.integers(0, 6), by_component=st.booleans())
def test_the_lines_are_the_cost_of_their_rows_and_the_remainder_is_what_rounding_took(
    amounts: list[tuple[int, int]], decimals: int, *, by_component: bool
) -> None:
    rows = rows_of(SINGLE)
    use = MonthUse(amounts=tuple((rows[place], amount) for place, amount in amounts))
    rounding = Rounding(by_component=by_component, decimals=decimals)
    bill = bill_of(replace(SINGLE, rounding=rounding), use)
    exact = Fraction(sum(amount * rows[place].price_micro for place, amount in amounts), 1000)
    assert sum(line.micro for line in bill.lines) == exact
    assert bill.total + bill.remainder == exact
    parts = len(bill.charges) if by_component else 1
    assert abs(bill.remainder) <= Fraction(10 ** (6 - decimals), 2) * max(1, parts)
    assert by_component or bill.total == rounded(exact, decimals)


@given(AMOUNTS, st.data())
def test_an_amount_split_in_two_costs_the_same(
    amounts: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows = rows_of(SINGLE)
    whole = tuple((rows[place], amount) for place, amount in amounts)
    split = []
    for row, amount in whole:
        part = data.draw(st.integers(0, amount))
        split += [(row, part), (row, amount - part)]
    one = bill_of(SINGLE, MonthUse(amounts=whole))
    assert bill_of(SINGLE, MonthUse(amounts=tuple(split))) == one


@pytest.mark.parametrize(
    ("yuan_text", "decimals", "asked"),
    [("1.005", 2, "1.01"), ("1.0049", 2, "1"), ("-1.005", 2, "-1.01"), ("0.5", 0, "1")],
)
def test_half_a_cent_is_rounded_away_from_zero(yuan_text: str, decimals: int, asked: str) -> None:
    assert rounded(Fraction(yuan_text) * 1_000_000, decimals) == Fraction(asked) * 1_000_000


def test_a_component_is_rounded_alone_where_the_tariff_says_so() -> None:
    row = replace(
        rows_of(SINGLE)[0], parts=(("agent_purchase", 5_000), ("funds", 5_000)), price_micro=10_000
    )
    use = MonthUse(amounts=((row, 1000),))
    each = bill_of(replace(SINGLE, rounding=Rounding(by_component=True)), use)
    total = bill_of(replace(SINGLE, rounding=Rounding(by_component=False)), use)
    assert [each.total, each.remainder] == [20_000, -10_000]
    assert [total.total, total.remainder] == [10_000, 0]


TWO = used(TWO_PART, flat=100_000)


@pytest.mark.parametrize(
    ("demand_w", "contract_w", "yuan_text"),
    [
        (400_000, None, "20400"),
        (400_000, 500_000, "25500"),
        (525_000, 500_000, "25500"),
        (535_000, 500_000, "26520"),
    ],
)
def test_demand_above_105_percent_of_the_contract_costs_double(
    demand_w: int, contract_w: int | None, yuan_text: str
) -> None:
    use = MonthUse(amounts=TWO, demand_w=demand_w, contract_w=contract_w, reactive=0)
    bill = bill_of(TWO_PART, replace(use, capacity_va=1_000_000))
    assert yuan(bill, "demand") == Fraction(yuan_text)


@pytest.mark.parametrize(("kwh", "price"), [(259_999, "51"), (260_000, "45.9")])
def test_demand_is_a_tenth_cheaper_from_260_kwh_for_each_kva(kwh: int, price: str) -> None:
    use = MonthUse(amounts=used(TWO_PART, flat=kwh), demand_w=100_000, capacity_va=1_000_000)
    assert yuan(bill_of(TWO_PART, use), "demand") == 100 * Fraction(price)


def test_capacity_is_paid_in_place_of_demand_where_that_was_chosen() -> None:
    use = MonthUse(amounts=TWO, demand_w=400_000, capacity_va=630_000, is_by_capacity=True)
    assert yuan(bill_of(TWO_PART, use), "demand") == 630 * 32


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_the_power_factor_is_the_cosine_to_two_decimals(active: int, reactive: int) -> None:
    found = power_factor(active, reactive)
    exact = active / math.hypot(active, reactive) if active or reactive else 1
    assert abs(found - exact * 100) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("reactive", "factor", "percent"),
    [
        (0, "1.00", "-0.75"),
        (484_000, "0.90", "0"),
        (512_000, "0.89", "0.5"),
        (3_000_000, "0.32", "81"),
    ],
)
def test_the_adjustment_is_taken_on_all_but_government_funds(
    reactive: int, factor: str, percent: str
) -> None:
    use = MonthUse(amounts=used(TWO_PART, flat=1000), demand_w=10_000, reactive=reactive)
    bill = bill_of(TWO_PART, use)
    adjusted = 1000 * Fraction("0.85") + 10 * 51
    assert yuan(bill, "power_factor") == adjusted * Fraction(percent) / 100
    assert factor in bill.lines[-1].label.en


def test_what_is_not_known_is_left_out_and_said() -> None:
    bill = bill_of(TWO_PART, MonthUse(amounts=TWO, unpriced=1500))
    assert bill.missing[1:] == (NO_DEMAND, NO_CAPACITY, NO_REACTIVE)
    assert "1.500 kWh" in bill.missing[0].en
    assert {line.component for line in bill.lines} == {one.name for one in TWO_PART.components}


def water(litres: int, before: int = 0, quota: int | None = 1_000_000) -> ComputedBill:
    amounts = ((rows_of(WATER)[0], litres),)
    return bill_of(WATER, MonthUse(amounts=amounts, year_before=before, quota=quota))


def test_water_over_the_quota_of_the_year_costs_more_step_by_step() -> None:
    bill = water(700_000, before=900_000)
    steps = [
        (int(line.quantity), int(line.price)) for line in bill.lines if line.component == "tiers"
    ]
    assert steps == [(200, 9_500_000), (200, 19_000_000), (200, 28_500_000)]
    assert bill.total == (700 * 9_500_000) + 200 * (9_500_000 + 19_000_000 + 28_500_000)


def test_water_without_a_known_quota_says_so() -> None:
    assert water(1_000, quota=None).missing == (NO_QUOTA,)


@given(months=st.lists(st.integers(0, 400_000), max_size=12), of_quota=st.booleans())
def test_the_surcharge_of_the_months_is_that_of_the_year(
    months: list[int], *, of_quota: bool
) -> None:
    steps = ((100, 3), (120, 7), (140, 20))
    scale = 10_000
    tiers = Tiers(of_quota, tuple((bound * scale, add) for bound, add in steps))
    tariff = replace(WATER, tiers=tiers)

    def surcharge(litres: int, before: int) -> Fraction:
        use = MonthUse(amounts=((rows_of(WATER)[0], litres),), year_before=before, quota=1_000_000)
        lines = bill_of(tariff, use).lines
        return sum((line.micro for line in lines if line.component == "tiers"), Fraction(0))

    by_month = sum(surcharge(one, sum(months[:place])) for place, one in enumerate(months))
    assert by_month == surcharge(sum(months), 0)
    over = [max(0, sum(months) - bound * scale) for bound, _ in steps]
    adds = [add for _, add in steps]
    rises = [adds[0], adds[1] - adds[0], adds[2] - adds[1]]
    assert by_month == sum(
        Fraction(one * rise, 1000) for one, rise in zip(over, rises, strict=True)
    )


def test_a_month_of_less_than_the_minimum_is_filled_up() -> None:
    bill = bill_of(replace(SINGLE, minimum=50_000_000), MonthUse(amounts=used(SINGLE, flat=10)))
    assert bill.total == 50_000_000
    assert yuan(bill, "minimum") == 50 - 10 * Fraction("0.88")
    assert (
        bill_of(replace(SINGLE, minimum=8_800_000), MonthUse(amounts=used(SINGLE, flat=10))).total
        == 8_800_000
    )


def test_a_power_factor_below_every_step_takes_the_last() -> None:
    rule = PowerFactorRule(90, ((90, 0), (0, 50_000)))
    tariff = replace(TWO_PART, power_factor=rule)
    use = MonthUse(amounts=used(TWO_PART, flat=0), demand_w=1000, reactive=5)
    assert yuan(bill_of(tariff, use), "power_factor") == 51 * Fraction("0.05")


def test_rows_of_one_figure_are_one_line() -> None:
    row = TariffRow(
        "beijing_heat", "heat", date(2009, 1, 1), date.max, tuple(range(1, 13)),
        "all", 0, 1440, 0, 62_000_000, "bill", "example",
    )  # fmt: skip
    heat = VERSIONS["beijing_heat_by_gigajoule"][0]
    bill = bill_of(heat, MonthUse(amounts=((row, 2_500_000),)))
    (line,) = bill.lines
    assert (line.component, line.period, line.quantity) == ("heat", "all", Fraction(5, 2))
    assert bill.total == 155_000_000


def test_tiers_begin_anew_at_a_new_year_within_a_bill() -> None:
    # 3,845.28 kWh before, 159.84 in December above 2,880, and 182.40 in January of no tier:
    # 159.84 x 0.05 = 7.992 yuan, and not 342.24 x 0.05.
    steps = ((2_880_000, 50_000), (4_800_000, 300_000))
    tariff = replace(SINGLE, tiers=Tiers(of_quota=False, steps=steps))
    amounts = ((rows_of(SINGLE)[0], 342_240),)
    use = MonthUse(amounts=amounts, year_before=3_845_280, old_year=159_840)
    assert yuan(bill_of(tariff, use), "tiers") == Fraction("7.992")
    # A January that reaches a tier by itself pays it, whatever December had reached.
    low = replace(tariff, tiers=Tiers(of_quota=False, steps=((100_000, 50_000),)))
    assert yuan(bill_of(low, use), "tiers") == Fraction("0.05") * (
        Fraction("159.84") + Fraction("82.40")
    )
