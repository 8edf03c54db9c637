from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.consumption.course import Course, Known
from analytics.consumption.edges import cells_between
from analytics.ledger.billing import Demand, amounts_by_row, greatest_demand
from analytics.ledger.pricing import pricing_of
from analytics.ledger.wall import wall_of
from analytics.ledger.worth import cost_of
from energy.span import HOUR_MS
from energy.tariffs.bill import bill_of
from energy.tariffs.bill_lines import MonthUse
from energy.tariffs.price_book import PriceBook
from storage.reference.files import read_reference
from tests.analytics.ledger.test_ledger_pricing import RISES, START, course_of
from tests.analytics.ledgers import price

QUARTER_MS = HOUR_MS // 4
SHIPPED = read_reference(Path("reference"))


def quarters(watts: list[int], known: list[int] | None = None) -> Course:
    """Return a register of Wh read every quarter of an hour."""
    count = np.append(0, np.cumsum([power // 4 for power in watts])).astype(np.int64)
    time = START + np.arange(len(watts) + 1, dtype=np.int64) * QUARTER_MS
    return Course(time, count, np.array(known or [0] * len(watts), dtype=np.int8))


WATTS = st.lists(st.integers(0, 10_000).map(lambda power: power * 4), min_size=4, max_size=40)


@given(WATTS)
def test_the_demand_is_the_greatest_mean_power_of_a_quarter_of_an_hour(watts: list[int]) -> None:
    found = greatest_demand([quarters(watts)], start=START, end=START + len(watts) * QUARTER_MS)
    most = max(watts)
    place = watts.index(most)
    assert found == Demand(most, START + place * QUARTER_MS, len(watts), len(watts))


@given(WATTS, WATTS)
def test_the_demand_of_a_group_is_that_of_its_sum_and_not_the_sum_of_demands(
    one: list[int], other: list[int]
) -> None:
    length = min(len(one), len(other))
    courses = [quarters(one[:length]), quarters(other[:length])]
    found = greatest_demand(courses, start=START, end=START + length * QUARTER_MS)
    assert found is not None
    assert found.power_w == max(map(sum, zip(one, other, strict=False)))


def test_a_gap_is_a_demand_of_its_mean_and_no_more() -> None:
    # 8,000 and 0 W in a gap of half an hour: 4,000 W on average, however it was spread.
    gap = [Known.MEASURED, Known.ESTIMATED, Known.MEASURED, Known.UNRESOLVED]
    time = START + np.array([0, 1, 3, 4, 5], dtype=np.int64) * QUARTER_MS
    count = np.array([0, 100, 2100, 2300, 2300], dtype=np.int64)
    course = Course(time, count, np.array([int(one) for one in gap], dtype=np.int8))
    found = greatest_demand([course], start=START, end=START + 5 * QUARTER_MS)
    assert found == Demand(4000, START + QUARTER_MS, 2, 5)
    assert found.is_least


def test_480_kwh_in_a_gap_of_six_hours_prove_a_demand_of_80_kw() -> None:
    quarter = [0, 1, 25, 26]  # 4 kW, a gap of 24 windows, 4 kW
    time = START + np.array(quarter, dtype=np.int64) * QUARTER_MS
    count = np.array([0, 1000, 481_000, 482_000], dtype=np.int64)
    known = np.array([Known.MEASURED, Known.ESTIMATED, Known.MEASURED], dtype=np.int8)
    gap = Course(time, count, known)
    end = START + 26 * QUARTER_MS
    assert greatest_demand([gap], start=START, end=end) == Demand(80_000, START + QUARTER_MS, 2, 26)
    # Beside a meter that was read all the time it is the sum, and of the gap alone its mean.
    steady = quarters([4000] * 26)
    both = greatest_demand([gap, steady], start=START, end=end)
    assert both == Demand(84_000, START + QUARTER_MS, 2, 26)
    # What was read all the time is the least of both where the gap has no end.
    open_gap = Course(time[:2], count[:2], known[:1])
    peak = quarters([4000] * 20 + [90_000] + [4000] * 5)
    both = greatest_demand([open_gap, peak], start=START, end=end)
    assert both == Demand(90_000, START + 20 * QUARTER_MS, 1, 26)


def test_a_gap_over_the_end_of_a_month_proves_nothing_of_it() -> None:
    course = quarters([400, 800, 40_000, 40_000], [0, 0, 1, 1])
    # The gap has no reading at the end that is asked for.
    gap = Course(course.time[[0, 1, 2, 4]], course.count[[0, 1, 2, 4]], course.known[[0, 1, 2]])
    found = greatest_demand([gap], start=START, end=START + 3 * QUARTER_MS)
    assert found == Demand(800, START + QUARTER_MS, 2, 3)


def test_a_month_of_which_nothing_is_measured_has_no_demand() -> None:
    time = START + np.array([0, 4], dtype=np.int64) * QUARTER_MS
    course = Course(time, np.array([0, 400]), np.array([Known.ESTIMATED], dtype=np.int8))
    within = {"start": START + QUARTER_MS, "end": START + 3 * QUARTER_MS}
    assert greatest_demand([course], **within) is None
    assert greatest_demand([], start=START, end=START + HOUR_MS) is None


def test_a_window_of_half_an_hour_is_the_mean_of_its_quarters() -> None:
    course = quarters([400, 800, 4000, 0])
    found = greatest_demand([course], start=START, end=START + HOUR_MS, window_minutes=30)
    assert found == Demand(2000, START + 2 * QUARTER_MS, 2, 2)


@given(RISES)
@settings(max_examples=30)
def test_the_bill_of_days_is_the_cost_of_their_hours(rises: list[int]) -> None:
    course = course_of(rises)
    book = SHIPPED.price_book("beijing_single_1kv", "electricity")
    wall = wall_of("Asia/Shanghai", START - 16 * HOUR_MS, int(course.time[-1]))
    pricing = pricing_of(book, wall, SHIPPED.calendars["cn"])
    pieces = cells_between(course, pricing.edges, base_per_step=Fraction(1))
    cost, _ = cost_of(pieces.amount, pricing, kind="electricity", wall=wall)
    amounts, unpriced = amounts_by_row(pieces.amount, pricing)
    bill = bill_of(SHIPPED.full_tariffs[book.rows[0].tariff][-1], MonthUse(amounts=amounts))
    exact = sum((line.micro for line in bill.lines), Fraction(0))
    days = len(np.unique(wall.day))
    # Each day is floored to a millionth of a yuan once, the bill nowhere before its end.
    assert 0 <= exact - int(cost.sum()) < days
    assert unpriced == 0


def test_what_no_row_prices_is_counted_apart() -> None:
    course = quarters([4000] * 96)
    wall = wall_of("UTC", START, START + 24 * HOUR_MS)
    pricing = pricing_of(PriceBook([price("all", 0, 600, 1)]), wall)
    pieces = cells_between(course, pricing.edges, base_per_step=Fraction(1))
    ((row, amount),), unpriced = amounts_by_row(pieces.amount, pricing)
    assert (row.period, amount, unpriced) == ("all", 40_000, 56_000)
