"""Cost, coal and CO2 of a day: floored once on all of it, so that its hours lose nothing."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.pricing import pricing_of
from analytics.ledger.wall import Wall, wall_of
from analytics.ledger.worth import cost_of, weight_of
from energy.span import HOUR_MS, midnight
from energy.tariffs.price_book import PriceBook
from tests.analytics.ledgers import factor, price
from tests.builders import NORTH

START = midnight(date(2026, 5, 1), NORTH.zone)
WALL: Wall = wall_of(NORTH.timezone, START, START + 96 * HOUR_MS)
AMOUNTS = st.lists(st.integers(0, 10**7), min_size=96, max_size=96)


def of_days(each: np.ndarray) -> list[int]:
    return [int(day.sum()) for day in np.split(each, 4)]


@given(AMOUNTS, st.integers(1, 3_000_000))
def test_the_hours_of_a_day_cost_its_amount_at_the_price_floored_once(
    amounts: list[int], micro: int
) -> None:
    book = PriceBook([replace(price("all", 0, 1440, 1), price_micro=micro)])
    amount = np.array(amounts, dtype=np.int64)

    cost, known = cost_of(amount, pricing_of(book, WALL), kind="electricity", wall=WALL)

    assert known.all()
    assert of_days(cost) == [day * micro // 1000 for day in of_days(amount)]


@given(AMOUNTS, st.fractions(0, 3, max_denominator=10**4))
def test_the_hours_of_a_day_weigh_its_amount_at_the_factor_floored_once(
    amounts: list[int], per_kwh: Fraction
) -> None:
    row = factor("chosen", str(per_kwh))
    amount = np.array(amounts, dtype=np.int64)

    weight, known = weight_of(amount, [row], kind="electricity", region="", wall=WALL)

    assert known.all()
    assert of_days(weight) == [int(day * per_kwh * 1000 // 1) for day in of_days(amount)]


def test_a_factor_holds_from_local_midnight_on_in_every_hour() -> None:
    rows = [
        replace(factor("chosen", "0.5"), valid_to=date(2026, 5, 3)),
        factor("chosen", "0.25", begin=date(2026, 5, 3)),
    ]
    amount = np.full(96, 1000, dtype=np.int64)

    weight, _ = weight_of(amount, rows, kind="electricity", region="", wall=WALL)

    assert weight.tolist() == [500_000] * 48 + [250_000] * 48


def test_what_has_no_factor_on_a_day_is_not_known_to_weigh_anything() -> None:
    row = factor("chosen", "0.5", begin=date(2026, 5, 3))
    amount = np.full(96, 1000, dtype=np.int64)

    _, known = weight_of(amount, [row], kind="electricity", region="", wall=WALL)

    assert known.tolist() == [False] * 48 + [True] * 48


def test_an_hour_of_which_a_part_has_no_price_has_no_known_cost() -> None:
    until_half_past_eleven = price("all", 0, 23 * 60 + 30, 1)
    pricing = pricing_of(PriceBook([until_half_past_eleven]), WALL)
    amount = np.full(len(pricing.row), 1000, dtype=np.int64)

    _, known = cost_of(amount, pricing, kind="electricity", wall=WALL)

    assert known.tolist() == ([True] * 23 + [False]) * 4
