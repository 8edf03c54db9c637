"""A year of hours, and meters whose every dependence on time and weather is known."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.clock import Clock, clock_of
from analytics.modelling.conditions import conditions_of_days, conditions_of_hours
from energy.calendars import Calendar, DayType

NEW_YEAR = date(2025, 1, 1)
HOLIDAYS = Calendar(
    "here",
    dict.fromkeys([date(2025, 1, 1), date(2025, 5, 1), date(2025, 10, 1)], DayType.HOLIDAY),
    date(2027, 1, 1),
)


def clock(days: int = 365, timezone: str = "Asia/Shanghai", first: date = NEW_YEAR) -> Clock:
    """Return the hours of some local days from a date on."""
    zone = ZoneInfo(timezone)
    start, end = (
        int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
        for day in (first, first + timedelta(days=days))
    )
    return clock_of(start=start, end=end, timezone=timezone, calendar=HOLIDAYS)


def warmth(hours: Clock, *, seed: int = 1) -> np.ndarray:
    """Return a temperature for each hour: a year, a day, and weather of some days [degC]."""
    chance = np.random.default_rng(seed)
    number = (hours.start - hours.start[0]) / 3_600_000
    fronts = np.repeat(chance.normal(0, 3, len(number) // 60 + 1), 60)[: len(number)]
    year, day = np.cos(2 * np.pi * number / 8766), np.cos(2 * np.pi * (hours.hour - 15) / 24)
    return np.asarray(13 - 14 * year + 4 * day + fronts)


def hours_of(hours: Clock, temperature_c: np.ndarray | None) -> pd.DataFrame:
    """Return their conditions."""
    return conditions_of_hours(hours, HOLIDAYS, temperature_c)


def days_of(hours: Clock, temperature_c: np.ndarray) -> pd.DataFrame:
    """Return the conditions of their days."""
    mean = pd.Series(temperature_c).groupby(hours.day).mean().to_numpy()
    return conditions_of_days(hours.first_day, hours.days, HOLIDAYS, mean)


def office(hours: Clock, temperature_c: np.ndarray) -> np.ndarray:
    """Return what an office uses each hour: 100, 300 while open, cooling above 20 degC [Wh]."""
    is_open = (hours.hour >= 8) & (hours.hour < 18) & ~hours.off_hour
    cooling = np.maximum(temperature_c - 20, 0) * np.where(is_open, 12, 2)
    return np.asarray(100.0 + 200 * is_open + cooling)
