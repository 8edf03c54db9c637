from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.consumption.course import Course
from analytics.consumption.edges import cells_between
from analytics.ledger.pricing import pricing_of
from analytics.ledger.wall import wall_of
from analytics.ledger.worth import cost_of
from energy.span import HOUR_MS, to_ms
from energy.tariffs.price_book import NO_ROW, PriceBook
from energy.tariffs.tariff import TariffRow, hour_prices
from tests.analytics.ledgers import price

MINUTE_MS = 60_000
START = to_ms(datetime(2026, 3, 27, tzinfo=UTC))
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu"])

ROWS = st.builds(
    lambda first, length, months, begin, lasts, priority, yuan: replace(
        price("any", first, min(1440, first + length), yuan, priority),
        months=tuple(months),
        valid_from=date(2026, 3, begin),
        valid_to=date(2026, 4, lasts),
    ),
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.sets(st.integers(3, 4), min_size=1),
    st.integers(20, 31),
    st.integers(1, 5),
    st.integers(0, 2),
    st.integers(0, 5),
)


@given(st.lists(ROWS, max_size=6), ZONES)
@settings(max_examples=40)
def test_every_minute_has_the_price_it_has_when_asked_for_alone(
    rows: list[TariffRow], zone: str
) -> None:
    wall = wall_of(zone, START, START + 80 * HOUR_MS)
    pricing = pricing_of(PriceBook(rows), wall)
    minutes = np.arange(wall.edges[0], wall.edges[-1], MINUTE_MS)
    piece = np.searchsorted(pricing.edges, minutes, side="right") - 1
    found = [rows[place] if place != NO_ROW else None for place in pricing.row[piece].tolist()]
    assert found == hour_prices(rows, starts=minutes.tolist(), timezone=zone)


RISES = st.lists(st.integers(0, 4_000), min_size=30, max_size=30)
CUTS = st.lists(st.integers(1, 1439), max_size=5, unique=True)


def course_of(rises: list[int]) -> Course:
    """Return a register read every 50 minutes: never on the minute a price changes."""
    time = START + np.arange(len(rises) + 1, dtype=np.int64) * 50 * MINUTE_MS
    count = np.append(0, np.cumsum(rises)).astype(np.int64)
    return Course(time, count, np.zeros(len(rises), dtype=np.int8))


def costs(course: Course, rows: list[TariffRow], zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the cost of each hour, and the local day each lies in."""
    wall = wall_of(zone, START, int(course.time[-1]))
    pricing = pricing_of(PriceBook(rows), wall)
    pieces = cells_between(course, pricing.edges, base_per_step=Fraction(1))
    cost, priced = cost_of(pieces.amount, pricing, kind="electricity", wall=wall)
    assert priced.all()
    return cost, wall.day


def periods_cut_at(cuts: list[int], yuan: list[int]) -> list[TariffRow]:
    edges = [0, *sorted(cuts), 1440]
    return [
        price("any", first, last, cost)
        for first, last, cost in zip(edges, edges[1:], yuan, strict=False)
    ]


@given(RISES, CUTS, st.lists(st.integers(0, 3), min_size=6, max_size=6), ZONES)
@settings(max_examples=40)
def test_the_hours_of_a_day_cost_what_its_minutes_cost(
    rises: list[int], cuts: list[int], yuan: list[int], zone: str
) -> None:
    course, rows = course_of(rises), periods_cut_at(cuts, yuan)
    cost, day = costs(course, rows, zone)
    minutes = np.arange(START, int(course.time[-1]) + 1, MINUTE_MS, dtype=np.int64)
    amounts = cells_between(course, minutes, base_per_step=Fraction(1)).amount.tolist()
    priced = hour_prices(rows, starts=minutes[:-1].tolist(), timezone=zone)
    exact = np.array([
        amount * (row.price_micro if row else 0)
        for amount, row in zip(amounts, priced, strict=True)
    ])  # fmt: skip
    wall = wall_of(zone, START, int(course.time[-1]))
    of_minute = wall.day[np.searchsorted(wall.start, minutes[:-1], side="right") - 1]
    for one in np.unique(day):
        assert cost[day == one].sum() == exact[of_minute == one].sum() // 1000


@given(RISES, CUTS, st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True), ZONES)
@settings(max_examples=40)
def test_a_period_written_as_two_costs_the_same(
    rises: list[int], cuts: list[int], more: list[int], zone: str
) -> None:
    course, yuan = course_of(rises), [1, 3, 0, 2, 1, 5]
    rows = periods_cut_at(cuts, yuan)
    split = [
        replace(row, from_minute=first, to_minute=last)
        for row in rows
        for first, last in _pieces(row, more)
    ]
    np.testing.assert_array_equal(costs(course, rows, zone)[0], costs(course, split, zone)[0])


def _pieces(row: TariffRow, cuts: list[int]) -> list[tuple[int, int]]:
    inside = sorted(cut for cut in cuts if row.from_minute < cut < row.to_minute)
    return list(zip([row.from_minute, *inside], [*inside, row.to_minute], strict=True))


def test_half_an_hour_of_peak_is_priced_as_half_an_hour() -> None:
    rows = [price("flat", 0, 1440, 1), price("peak", 9 * 60 + 30, 11 * 60, 3, 1)]
    course = Course(
        START + np.arange(2) * 24 * HOUR_MS, np.array([0, 24_000]), np.zeros(1, dtype=np.int8)
    )
    cost, _ = costs(course, rows, "UTC")
    assert cost[8:12].tolist() == [1_000_000, 2_000_000, 3_000_000, 1_000_000]
