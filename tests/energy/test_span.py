from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.span import (
    HOUR_MS,
    Span,
    from_ms,
    hours,
    local_date,
    local_days,
    local_months,
    local_years,
    midnight,
    next_month,
    next_year,
    to_ms,
    without,
)

BERLIN = ZoneInfo("Europe/Berlin")
# Whole hours, half hours, a quarter, a day that was skipped, midnights that were skipped.
ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "America/Asuncion",
    "America/Havana",
    "Pacific/Apia",
]
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
days = st.dates(date(1990, 1, 2), date(2037, 12, 30))
instants = st.integers(to_ms(datetime(1990, 1, 2, tzinfo=UTC)), 2**31 * 1000)


def day_span(day: date, zone: ZoneInfo) -> Span:
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


@pytest.mark.parametrize(
    ("zone", "day", "length_h"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 10, 26), 24),
        ("Asia/Shanghai", date(2026, 10, 25), 24),
        ("Asia/Shanghai", date(1988, 4, 17), 23),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Beirut", date(2022, 3, 27), 23),
        ("America/Asuncion", date(2023, 10, 1), 23),
    ],
)
def test_a_local_day_is_as_long_as_the_clock_on_the_wall_says(
    zone: str, day: date, length_h: float
) -> None:
    span = day_span(day, ZoneInfo(zone))

    assert span.seconds == length_h * 3600


@pytest.mark.parametrize(
    ("zone", "day", "first_wall"),
    [
        ("Asia/Beirut", date(2022, 3, 27), "01:00"),
        ("America/Asuncion", date(2023, 10, 1), "01:00"),
        ("Asia/Shanghai", date(2026, 1, 1), "00:00"),
    ],
)
def test_where_midnight_is_skipped_the_day_begins_at_the_first_minute_there_is(
    zone: str, day: date, first_wall: str
) -> None:
    start = midnight(day, ZoneInfo(zone))

    assert from_ms(start).astimezone(ZoneInfo(zone)).strftime("%H:%M") == first_wall
    assert local_date(start - 1, ZoneInfo(zone)) == day - timedelta(days=1)


def test_where_midnight_comes_twice_the_day_begins_at_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    span = day_span(date(2026, 11, 1), havana)  # at 1:00 the clock goes back to 0:00

    assert span.seconds == 25 * 3600
    assert local_date(span.start - 1, havana) == date(2026, 10, 31)


def test_a_midnight_of_a_half_hour_zone_lies_half_an_hour_beside_the_utc_hours() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")

    assert from_ms(midnight(date(2026, 1, 1), kolkata)).strftime("%H:%M") == "18:30"


def test_a_day_that_a_country_left_out_is_no_day() -> None:
    apia = ZoneInfo("Pacific/Apia")
    around = Span(midnight(date(2011, 12, 29), apia), midnight(date(2012, 1, 1), apia))

    dates = [local_date(span.start, apia) for span in local_days(around, apia)]

    assert dates == [date(2011, 12, 29), date(2011, 12, 31)]


@given(zones, instants)
def test_every_instant_lies_in_the_day_that_the_wall_shows(zone: ZoneInfo, time: int) -> None:
    day = local_date(time, zone)

    assert time in day_span(day, zone)


@given(zones, instants, st.integers(1, 90 * 24 * HOUR_MS))
def test_the_days_of_a_span_follow_each_other_and_all_touch_it(
    zone: ZoneInfo, start: int, length: int
) -> None:
    span = Span(start, start + length)

    found = list(local_days(span, zone))

    assert all(one.overlaps(span) for one in found)
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    assert found[0].start <= span.start
    assert span.end <= found[-1].end


@given(zones, days)
def test_days_nest_in_months_and_months_in_years(zone: ZoneInfo, day: date) -> None:
    first = date(day.year, 1, 1)
    year = Span(midnight(first, zone), midnight(next_year(day), zone))

    months = list(local_months(year, zone))
    all_days = [one for month in months for one in local_days(month, zone)]

    assert list(local_years(year, zone)) == [year]
    assert len(months) == 12
    assert sum(one.seconds for one in all_days) == year.seconds
    assert {month.start for month in months} <= {one.start for one in all_days}


@given(days)
def test_the_next_month_begins_with_the_first_day_after_the_last(day: date) -> None:
    following = next_month(day)

    assert following.day == 1
    assert (following - timedelta(days=1)).month == day.month


def test_a_span_without_length_touches_no_day() -> None:
    assert list(local_days(Span(5, 5), BERLIN)) == []


def test_hours_are_those_that_the_span_touches() -> None:
    span = Span(HOUR_MS + 1, 3 * HOUR_MS)

    assert list(hours(span)) == [HOUR_MS, 2 * HOUR_MS]


def test_a_span_holds_its_start_and_not_its_end() -> None:
    span = Span(10, 20)

    assert 10 in span
    assert 19 in span
    assert 20 not in span


def test_spans_that_only_meet_do_not_overlap() -> None:
    assert Span(0, 10).overlaps(Span(9, 11))
    assert not Span(0, 10).overlaps(Span(10, 20))


def test_a_span_never_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="must not end"):
        Span(2, 1)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is refused


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones))  # noqa: DTZ001
def test_a_time_survives_its_milliseconds_but_for_what_is_finer(when: datetime) -> None:
    lost = when.astimezone(UTC) - from_ms(to_ms(when))

    assert timedelta(0) <= lost < timedelta(milliseconds=1)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=5).map(
    lambda drawn: [Span(start, start + length) for start, length in drawn]
)


@given(SPANS, SPANS)
def test_what_lies_in_some_spans_and_in_none_of_others_is_left(
    some: list[Span], others: list[Span]
) -> None:
    left = without(some, others)

    def is_in(spans: list[Span], time: int) -> bool:
        return any(time in span for span in spans)

    assert [time for time in range(40) if is_in(left, time)] == [
        time for time in range(40) if is_in(some, time) and not is_in(others, time)
    ]
    assert left == sorted(left)
    assert all(span.end > span.start for span in left)
