"""A bill against its tariff in full: each cause has its own effect, and they add up exactly."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.month_bill import MonthBill
from analytics.statements.cost.bill import reconcile_in_full, shares_of
from analytics.statements.cost.reconcile import Reconciliation
from analytics.statements.figures import OWN, Figure
from energy.bills.bill import Bill
from energy.tariffs.bill import bill_of
from energy.tariffs.bill_lines import MonthUse
from tests.energy.test_tariff_bill import SINGLE, TWO_PART, used

KWH, KW = 1000, 1000
USE = MonthUse(
    amounts=used(TWO_PART, peak=20_000, flat=30_000, valley=50_000),
    demand_w=300 * KW,
    capacity_va=630 * KW,
    power_factor=90,
)
EXPECTED = MonthBill(TWO_PART, USE, bill_of(TWO_PART, USE), None, 1_000_000)
YUAN = 1_000_000
BILL = Bill(
    bill="A-1",
    institution="town",
    kind="electricity",
    first=date(2026, 5, 1),
    until=date(2026, 6, 1),
    amount=100_000 * KWH,
    cost=EXPECTED.bill.total,
    demand_w=300 * KW,
    capacity_va=630 * KW,
    power_factor=Fraction(90, 100),
)
METERED = Figure(OWN, USE.total)


def found(bill: Bill, expected: MonthBill = EXPECTED) -> Reconciliation:
    return reconcile_in_full(bill, METERED, expected)


def effects(checked: Reconciliation) -> dict[str, int]:
    """Return the effects that are not 0."""
    return {one.item.en: one.cost for one in checked.effects if one.cost}


def asked(use: MonthUse) -> int:
    return bill_of(TWO_PART, use).total


def test_a_bill_as_the_tariff_asks_it_differs_in_nothing() -> None:
    checked = found(BILL)
    assert checked.difference == 0
    assert effects(checked) == {}


def test_a_wrong_demand_has_only_the_demand_effect() -> None:
    bill = replace(BILL, demand_w=340 * KW, cost=asked(replace(USE, demand_w=340 * KW)))
    assert effects(found(bill)) == {"demand": 40 * 51 * YUAN}


def test_a_wrong_power_factor_has_only_its_own_effect() -> None:
    bill = replace(BILL, power_factor=Fraction(85, 100), cost=asked(replace(USE, power_factor=85)))
    (name, cost), *others = effects(found(bill)).items()
    assert (name, others) == ("power factor", [])
    adjusted = EXPECTED.bill.total - 100_000 * 30_000  # government funds are not adjusted
    assert abs(cost - adjusted * 0.025) < 0.01 * YUAN


def test_another_price_than_the_tariffs_is_the_price() -> None:
    assert effects(found(replace(BILL, cost=BILL.cost + 500 * YUAN))) == {"price": 500 * YUAN}


def test_a_printed_price_leaves_the_rest_apart() -> None:
    per_kwh = 750_000
    energy = sum(line.micro for line in EXPECTED.bill.lines if line.component != "demand")
    bill = replace(BILL, price=per_kwh, cost=BILL.cost + 500 * YUAN)
    price = 100_000 * per_kwh - energy
    assert effects(found(bill)) == {"price": price, "rest": 500 * YUAN - price}


def test_another_amount_keeps_the_course_of_the_day_that_the_meters_saw() -> None:
    double = replace(USE, amounts=tuple((row, 2 * own) for row, own in USE.amounts))
    cost = bill_of(TWO_PART, double).total
    bill = replace(BILL, amount=200_000 * KWH, cost=cost)
    # Twice as many kWh are more than 260 a kVA: then demand costs a tenth less.
    assert effects(found(bill)) == {"amount": cost - BILL.cost}
    assert cost - BILL.cost < sum(
        line.micro for line in EXPECTED.bill.lines if line.component != "demand"
    )


def test_capacity_has_an_effect_where_it_is_paid() -> None:
    use = replace(USE, is_by_capacity=True)
    expected = MonthBill(TWO_PART, use, bill_of(TWO_PART, use), None, 1_000_000)
    cost = bill_of(TWO_PART, replace(use, capacity_va=800 * KW)).total
    bill = replace(BILL, capacity_va=800 * KW, cost=cost)
    assert effects(found(bill, expected)) == {"capacity": 170 * 32 * YUAN}


def test_what_neither_meters_nor_bill_tell_is_said_and_what_only_the_bill_tells_is_the_same() -> (
    None
):
    use = replace(USE, demand_w=None, power_factor=None)
    expected = MonthBill(TWO_PART, use, bill_of(TWO_PART, use), None, 1_000_000)
    assert effects(found(BILL, expected)) == {}
    said = [note.en for note in found(BILL, expected).notes]
    assert said == [
        "greatest demand: meters -, bill 300.000 kW",
        "capacity: meters 630.000 kVA, bill 630.000 kVA",
        "power factor: meters -, bill 0.900",
    ]
    silent = replace(BILL, demand_w=None, power_factor=None)
    assert "the demand charge is left out" in " ".join(
        note.en for note in found(silent, expected).notes
    )


AMOUNTS = st.integers(0, 10**9)
POWERS = st.none() | st.integers(0, 10**7)


@given(
    kwh=st.tuples(*[st.integers(0, 10**6)] * 4),
    demand=POWERS,
    contract=POWERS,
    capacity=POWERS,
    factor=st.none() | st.integers(30, 100),
    bill=st.builds(
        lambda amount, cost, demand, capacity, factor, price: replace(
            BILL, amount=amount, cost=cost, demand_w=demand, capacity_va=capacity, price=price,
            power_factor=None if factor is None else Fraction(factor, 100),
        ),
        AMOUNTS, st.integers(-(10**12), 10**12), POWERS, POWERS,
        st.none() | st.integers(30, 100), st.none() | st.integers(0, 10**7),
    ),
    by_capacity=st.booleans(),
)  # fmt: skip
def test_the_effects_add_up_to_the_difference_exactly(
    *,
    kwh: tuple[int, ...],
    demand: int | None,
    contract: int | None,
    capacity: int | None,
    factor: int | None,
    bill: Bill,
    by_capacity: bool,
) -> None:
    names = ("peak", "flat", "valley", "critical")
    use = MonthUse(
        amounts=used(TWO_PART, **dict(zip(names, kwh, strict=True))),
        demand_w=demand,
        contract_w=contract,
        capacity_va=capacity,
        power_factor=factor,
        is_by_capacity=by_capacity,
    )
    expected = MonthBill(TWO_PART, use, bill_of(TWO_PART, use), None, 1_000_000)
    checked = found(bill, expected)
    assert checked.difference is not None
    assert sum(one.cost for one in checked.effects) == checked.difference
    if bill.price is None:  # what is left is half a cent a component, on each side
        assert abs(checked.effects[-1].cost) <= 0.1 * YUAN


def test_a_single_part_bill_is_amount_and_price() -> None:
    use = MonthUse(amounts=used(SINGLE, flat=100))
    expected = MonthBill(SINGLE, use, bill_of(SINGLE, use), None, 1_000_000)
    price = int(expected.bill.total / 100)
    bill = replace(BILL, amount=120 * KWH, cost=expected.bill.total + 30 * price)
    assert effects(found(bill, expected)) == {"amount": 20 * price, "price": 10 * price}


@given(st.lists(st.integers(-100, 100), min_size=16, max_size=16))
def test_causes_share_what_they_change_together_whatever_the_order(values: list[int]) -> None:
    names = ("a", "b", "c", "d")

    def worth(changed: frozenset[str]) -> Fraction:
        return Fraction(values[sum(2 ** names.index(name) for name in changed)])

    shares = shares_of(names, worth)
    assert sum(shares.values()) == worth(frozenset(names)) - worth(frozenset())
    assert shares_of(names[::-1], worth) == shares


def test_of_meters_that_do_not_cover_the_days_the_price_alone_is_compared() -> None:
    # A fifth of the days is missing: 80,000 of 100,000 kWh, and 240 of 300 kW at least.
    part = replace(
        USE,
        amounts=tuple((row, own * 4 // 5) for row, own in USE.amounts),
        demand_w=240 * KW,
        windows=(2400, 2976),
        power_factor=None,
    )
    expected = MonthBill(TWO_PART, part, bill_of(TWO_PART, part), None, 800_000)
    metered = Figure(OWN, part.total, measured_s=80, due_s=100)
    checked = reconcile_in_full(BILL, metered, expected)
    assert effects(checked) == {}
    dearer = reconcile_in_full(replace(BILL, cost=BILL.cost + 500 * YUAN), metered, expected)
    assert effects(dearer) == {"price": 500 * YUAN}
    said = [note.en for note in checked.notes]
    assert "its price alone is compared" in said[0]
    assert said[1] == (
        "greatest demand (by the meters at least): meters 240.000 kW, bill 300.000 kW"
    )


def test_a_demand_that_is_at_least_so_much_contradicts_a_bill_with_less() -> None:
    part = replace(USE, windows=(2970, 2976))
    expected = MonthBill(TWO_PART, part, bill_of(TWO_PART, part), None, 990_000)
    more = replace(BILL, demand_w=340 * KW, cost=asked(replace(USE, demand_w=340 * KW)))
    assert effects(found(more, expected)) == {}
    less = replace(BILL, demand_w=260 * KW, cost=asked(replace(USE, demand_w=260 * KW)))
    assert effects(found(less, expected)) == {"demand": -40 * 51 * YUAN}
