from dataclasses import fields, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.span import HOUR_MS, from_ms, midnight
from simulators.conditions import local_clock, offsets_ms
from simulators.weather.climate import BEIJING
from simulators.weather.generator import draw_weather
from simulators.weather.sun import above_air_w_m2, daylight_hours, declination
from simulators.weather.weather import Weather, without_gaps

ZONE = ZoneInfo("Asia/Shanghai")
ORIGIN = midnight(date(2026, 1, 1), ZONE)
QUARTER_MS = HOUR_MS // 4
LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
MONTH = np.repeat(np.arange(12), np.array(LENGTHS) * 24)


def drawn(count: int, *, slot_ms: int = HOUR_MS, seed: int = 3) -> Weather:
    return draw_weather(
        BEIJING, origin=ORIGIN, count=count, slot_ms=slot_ms, seed=seed, name="north"
    )


def by_month(values: np.ndarray) -> np.ndarray:
    return np.array([values[month == MONTH].mean() for month in range(12)])


@settings(max_examples=20)
@given(
    short=st.integers(0, 900),
    more=st.integers(0, 900),
    slot_ms=st.sampled_from([HOUR_MS, QUARTER_MS]),
)
def test_more_weather_begins_with_the_less(short: int, more: int, slot_ms: int) -> None:
    few, many = drawn(short, slot_ms=slot_ms), drawn(short + more, slot_ms=slot_ms)
    for entry in fields(Weather):
        assert np.array_equal(getattr(few, entry.name), getattr(many, entry.name)[:short])


def test_the_months_of_many_years_are_the_published_normals() -> None:
    years = [drawn(8760, seed=seed) for seed in range(30)]
    degrees = np.mean([by_month(year.temperature_c) for year in years], axis=0)
    normal = (np.array(BEIJING.high_c) + np.array(BEIJING.low_c)) / 2
    assert np.abs(degrees - normal).max() < 1.0
    humid = np.mean([by_month(year.humidity) for year in years], axis=0)
    assert np.abs(humid - np.array(BEIJING.humidity)).max() < 0.05
    assert abs(degrees.mean() - normal.mean()) < 0.3


def test_beijing_has_as_much_sun_as_its_sunshine_hours_say() -> None:
    # About 2,671 h of sunshine a year; FAO 56 makes 5.6 to 6.1 GJ of it, 1,550 to 1,700 kWh/m2.
    assert sum(BEIJING.sunshine_h) == pytest.approx(2670.8)
    years = [drawn(8760, seed=seed).sun_w_m2.sum() / 1000 for seed in range(10)]
    assert 1550 < np.mean(years) < 1700


def test_the_warmest_hour_is_in_the_afternoon_and_the_dampest_before_dawn() -> None:
    day = drawn(8760)
    degrees = day.temperature_c.reshape(-1, 24).mean(axis=0)
    damp = day.humidity.reshape(-1, 24).mean(axis=0)
    assert 13 <= int(degrees.argmax()) <= 16
    assert 1 <= int(damp.argmax()) <= 5
    assert 9 < degrees.max() - degrees.min() < 12


def test_dull_days_have_less_sun_and_less_swing() -> None:
    year = drawn(8760)
    days = slice(181 * 24, 212 * 24)
    sun = year.sun_w_m2[days].reshape(-1, 24).sum(axis=1)
    swing = np.ptp(year.temperature_c[days].reshape(-1, 24), axis=1)
    dull, bright = sun < np.quantile(sun, 0.3), sun > np.quantile(sun, 0.7)
    assert swing[dull].mean() < swing[bright].mean()


def test_no_sun_shines_at_night_and_none_exceeds_what_reaches_the_air() -> None:
    year = drawn(8760 * 4, slot_ms=QUARTER_MS)
    clock = local_clock(ORIGIN, len(year), QUARTER_MS, "Asia/Shanghai").clock
    assert (year.sun_w_m2[(clock < 4) | (clock > 21)] == 0).all()
    assert year.sun_w_m2.min() >= 0
    assert year.sun_w_m2.max() < 1100
    assert year.humidity.min() > 0
    assert year.humidity.max() <= 1


def test_the_sun_stands_where_almanacs_say() -> None:
    # Solstices and equinoxes; Beijing has 15 h of light in June and 9 h 20 min in December.
    assert np.degrees(declination(np.array([172]))) == pytest.approx(23.45, abs=0.1)
    assert np.degrees(declination(np.array([355]))) == pytest.approx(-23.45, abs=0.1)
    assert daylight_hours(39.9, np.array([172])) == pytest.approx(14.9, abs=0.15)
    assert daylight_hours(39.9, np.array([355])) == pytest.approx(9.2, abs=0.15)
    # At 116.4 E the sun of 3 November, 16 minutes ahead, is highest at 11:58 of Beijing's clock.
    minutes = np.arange(24 * 60)
    above = above_air_w_m2(39.9, 116.4, np.full(len(minutes), 307), minutes / 60)
    assert int(above.argmax()) == pytest.approx(3 * 60 + 58, abs=2)


@given(
    st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/St_Johns"]),
    st.integers(0, 8760),
)
def test_the_wall_clock_is_that_of_the_zone(name: str, start: int) -> None:
    zone = ZoneInfo(name)
    times = ORIGIN + (start + np.arange(60)) * HOUR_MS + QUARTER_MS
    told = [from_ms(time).astimezone(zone).utcoffset() for time in times.tolist()]
    assert offsets_ms(times, zone).tolist() == [one.total_seconds() * 1000 for one in told if one]


def test_a_day_of_23_hours_skips_one_on_the_wall() -> None:
    zone = ZoneInfo("Europe/Berlin")
    local = local_clock(midnight(date(2026, 3, 29), zone), 23, HOUR_MS, zone.key)
    assert local.days == [date(2026, 3, 29)]
    assert local.clock.astype(int).tolist() == [0, 1, *range(3, 24)]


def test_a_gap_of_the_weather_is_bridged_from_the_past_only() -> None:
    assert without_gaps(np.array([np.nan, 3.0, np.nan, 5.0])).tolist() == [0.0, 3.0, 3.0, 5.0]


def test_a_brighter_climate_has_more_sun() -> None:
    brighter = replace(BEIJING, sunshine_h=tuple(1.2 * one for one in BEIJING.sunshine_h))
    more = draw_weather(brighter, origin=ORIGIN, count=8760, slot_ms=HOUR_MS, seed=3, name="north")
    assert more.sun_w_m2.sum() > 1.05 * drawn(8760).sun_w_m2.sum()
