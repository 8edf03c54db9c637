from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, midnight
from energy.tariffs.price_book import NO_ROW, PriceBook
from energy.tariffs.tariff import DAY_TYPES, TariffRow, hour_prices, row_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL_YEAR = tuple(range(1, 13))
VALLEY = TariffRow(
    "office", "electricity", date(2020, 1, 1), date.max, ALL_YEAR,
    "valley", 0, 420, 0, 300_000, "made up", "example",
)  # fmt: skip
DAY = replace(VALLEY, period="flat", from_minute=420, to_minute=1440, price_micro=800_000)
PEAK = replace(
    VALLEY, period="critical", months=(7, 8), from_minute=660, to_minute=780, priority=10,
    price_micro=1_700_000,
)  # fmt: skip
ROWS = (PEAK, VALLEY, DAY)


def period_at(text: str) -> str:
    row = row_at(ROWS, wall=datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))
    return row.period if row else "no price"


@pytest.mark.parametrize(
    ("wall", "period"),
    [
        ("2026-04-01T00:00", "valley"),
        ("2026-04-01T06:59", "valley"),
        ("2026-04-01T07:00", "flat"),
        ("2026-04-01T23:59", "flat"),
        ("2026-04-01T12:00", "flat"),
        ("2026-07-01T10:59", "flat"),
        ("2026-07-01T11:00", "critical"),
        ("2026-07-01T12:59", "critical"),
        ("2026-07-01T13:00", "flat"),
        ("2026-08-31T12:00", "critical"),
        ("2026-09-01T12:00", "flat"),
        ("2019-12-31T12:00", "no price"),
        ("2020-01-01T00:00", "valley"),
    ],
)
def test_a_minute_of_the_wall_clock_has_the_price_of_its_period(wall: str, period: str) -> None:
    assert period_at(wall) == period


@given(st.permutations(ROWS), st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_the_order_of_rows_with_different_priority_or_time_decides_nothing(
    rows: list[TariffRow], when: datetime
) -> None:
    wall = when.replace(tzinfo=SHANGHAI)

    assert row_at(rows, wall=wall) == row_at(ROWS, wall=wall)


def test_a_price_ends_before_the_day_the_next_one_begins() -> None:
    old = replace(DAY, valid_to=date(2026, 7, 1))
    new = replace(DAY, valid_from=date(2026, 7, 1), price_micro=900_000)

    prices = [
        row.price_micro
        for day in (date(2026, 6, 30), date(2026, 7, 1))
        if (row := row_at((old, new), wall=datetime(day.year, day.month, day.day, 12)))  # noqa: DTZ001
    ]

    assert prices == [800_000, 900_000]


def test_the_hours_of_a_day_are_priced_by_its_wall_clock() -> None:
    start = midnight(date(2026, 7, 1), SHANGHAI)

    rows = hour_prices(
        ROWS, starts=range(start, start + 24 * HOUR_MS, HOUR_MS), timezone="Asia/Shanghai"
    )

    assert [row.period for row in rows if row] == (
        ["valley"] * 7 + ["flat"] * 4 + ["critical"] * 2 + ["flat"] * 11
    )


def test_the_doubled_autumn_hour_is_priced_twice_and_the_skipped_one_never() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, length, valley in ((date(2026, 10, 25), 25, 8), (date(2026, 3, 29), 23, 6)):
        start = midnight(day, berlin)
        rows = hour_prices(
            ROWS, starts=range(start, start + length * HOUR_MS, HOUR_MS), timezone="Europe/Berlin"
        )
        assert sum(row is VALLEY for row in rows) == valley


def test_an_hour_without_a_row_has_no_price_rather_than_a_price_of_zero() -> None:
    start = midnight(date(2026, 7, 1), SHANGHAI)

    assert hour_prices([VALLEY], starts=[start + 12 * HOUR_MS], timezone="Asia/Shanghai") == [None]


CALENDAR = Calendar(
    "cn",
    {date(2026, 10, 1): DayType.HOLIDAY, date(2026, 10, 10): DayType.MAKEUP},
    date(2027, 1, 1),
)


@pytest.mark.parametrize(
    ("day", "day_type"),
    [(1, "holiday"), (2, "workday"), (3, "weekend"), (10, "workday")],
)
def test_a_row_may_hold_on_one_type_of_day_alone(day: int, day_type: str) -> None:
    rows = [replace(DAY, day_types=(one,), period=one) for one in DAY_TYPES]
    found = row_at(rows, wall=datetime(2026, 10, day, 12), calendar=CALENDAR)  # noqa: DTZ001
    assert found is not None
    assert found.period == day_type


@pytest.mark.parametrize(
    ("month", "day", "holds"),
    [(11, 14, False), (11, 15, True), (1, 1, True), (3, 15, True), (3, 16, False)],
)
def test_a_season_may_be_a_span_of_days_over_the_new_year(
    month: int, day: int, *, holds: bool
) -> None:
    heating = replace(DAY, days=((101, 315), (1115, 1231)))
    assert heating.holds_on(date(2026, month, day), "workday") is holds


SPANS = st.sampled_from([(), ((101, 315), (1115, 1231)), ((229, 229),), ((601, 831),)])
DATED = st.builds(
    lambda first, length, begins, lasts, months, types, days, priority: replace(
        VALLEY,
        from_minute=first,
        to_minute=min(1440, first + length),
        valid_from=begins,
        valid_to=begins + timedelta(days=lasts),
        months=tuple(sorted(months)),
        day_types=tuple(types),
        days=days,
        priority=priority,
    ),
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.dates(date(2023, 1, 1), date(2028, 1, 1)),
    st.integers(1, 2000),
    st.sets(st.integers(1, 12), min_size=1),
    st.sets(st.sampled_from(DAY_TYPES)),
    SPANS,
    st.integers(0, 3),
)


@given(st.lists(DATED, max_size=8), st.datetimes(datetime(2022, 12, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_a_book_opened_at_a_day_says_what_all_rows_say(
    rows: list[TariffRow], wall: datetime
) -> None:
    book = PriceBook(rows)
    place = book.day(wall.date(), CALENDAR).at(wall.hour * 60 + wall.minute)
    expected = row_at(rows, wall=wall, calendar=CALENDAR)
    assert (book.rows[place] if place != NO_ROW else None) == expected
