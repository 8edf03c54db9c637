"""A bill against the meters: the parts of the difference add up exactly."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analytics.statements.cost.reconcile import (
    AMOUNT,
    DEMAND,
    PERIOD,
    PRICE,
    REST,
    Charge,
    reconcile,
)
from analytics.statements.figures import OWN, Figure
from tests.energy.test_bill import BILL

MONEY = st.integers(-(10**12), 10**12)
AMOUNTS = st.none() | st.integers(0, 10**12)
FIGURES = st.builds(Figure, basis=st.just(OWN), amount=AMOUNTS, cost=MONEY)


@given(
    amount=AMOUNTS,
    cost=MONEY,
    metered=FIGURES,
    booked=st.none() | FIGURES,
    charges=st.lists(st.builds(Charge, item=st.just(DEMAND), billed=MONEY, computed=MONEY)),
)
def test_the_effects_add_up_to_the_difference_exactly(
    amount: int | None,
    cost: int,
    metered: Figure,
    booked: Figure | None,
    charges: list[Charge],
) -> None:
    bill = replace(BILL, kind="heat", amount=amount, cost=cost)

    found = reconcile(bill, metered, booked, charges)

    assert found.difference == cost - ((metered if booked is None else booked).cost or 0)
    assert sum(effect.cost for effect in found.effects) == found.difference
    if amount and metered.amount:
        assert abs(found.effects[-1].cost) <= 1  # what rounding leaves


def test_a_difference_is_told_apart_as_by_hand() -> None:
    # The bill: 100 at 8, of which 50 for demand; the meters: 80 at 6 and 40; the month: 500.
    bill = replace(BILL, amount=100, cost=850)
    metered, month = Figure(OWN, 80, cost=520), Figure(OWN, 70, cost=500)

    found = reconcile(bill, metered, month, [Charge(DEMAND, 50, 40)])

    assert found.difference == 350
    assert {effect.item.en: effect.cost for effect in found.effects} == {
        PERIOD.en: 20,  # 520 - 500
        DEMAND.en: 10,
        AMOUNT.en: 140,  # 20 more at 7
        PRICE.en: 180,  # 2 more for 90
        REST.en: 0,
    }


def test_nothing_is_explained_where_the_meters_have_no_cost() -> None:
    found = reconcile(BILL, Figure(OWN, 80))

    assert (found.difference, found.effects) == (None, ())
