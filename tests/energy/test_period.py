"""Periods by their keys."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.errors import ConfigError
from energy.period import Period, Stretch, period_of
from energy.span import HOUR_MS

SEASONS = {"2025-2026": Stretch(date(2025, 11, 15), date(2026, 3, 16))}


def test_a_month_a_quarter_and_a_year_begin_and_end_where_the_calendar_says() -> None:
    assert period_of("2026-12") == Period(date(2026, 12, 1), date(2027, 1, 1), "2026-12", "month")
    assert period_of("2026-Q4") == Period(date(2026, 10, 1), date(2027, 1, 1), "2026-Q4", "quarter")
    assert period_of("2026") == Period(date(2026, 1, 1), date(2027, 1, 1), "2026", "year")


def test_a_heating_season_begins_and_ends_within_months() -> None:
    season = period_of("2025-2026", SEASONS)
    assert [stretch.days for stretch in season.stretches()] == [16, 31, 31, 28, 15]
    assert season.key == "2025-2026"


def test_a_heating_season_nobody_knows_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ConfigError, match="2025-2026"):
        period_of("2031-2032", SEASONS)


@pytest.mark.parametrize(
    "key",
    ["2026-13", "2026-00", "2026-Q5", "26-05", "", "2026-5", "0000", "2025-2027", "2026-2025"],
)
def test_what_is_no_period_is_refused_with_how_to_write_one(key: str) -> None:
    with pytest.raises(ConfigError, match="2026-05 for a month"):
        period_of(key)


@given(year=st.integers(1990, 2100), quarter=st.integers(1, 4))
def test_the_months_of_a_period_follow_each_other_and_fill_it(year: int, quarter: int) -> None:
    for key in (f"{year:04d}", f"{year:04d}-Q{quarter}"):
        period = period_of(key)
        stretches = list(period.stretches())
        assert stretches[0].first == period.first
        assert stretches[-1].until == period.until
        assert all(one.until == two.first for one, two in pairwise(stretches))
        assert sum(one.days for one in stretches) == (period.until - period.first).days


def test_the_year_before_of_a_month_is_the_same_month() -> None:
    assert period_of("2024-02").year_before() == period_of("2023-02")
    with pytest.raises(ConfigError):
        period_of("2025-2026", SEASONS).year_before()


def test_a_month_in_which_the_clock_is_put_forward_is_an_hour_shorter() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = period_of("2026-03").span(berlin)
    assert span.end - span.start == (31 * 24 - 1) * HOUR_MS
