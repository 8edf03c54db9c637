"""What a building meets hour by hour: clock, kind of day, season and weather."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from energy.calendars import Calendar, DayType
from energy.meter import Site
from energy.span import HOUR_MS, from_ms

Noise = Callable[[str, float], np.ndarray]
"""Name of a purpose and spread to hourly factors around 1."""

_OPEN = (DayType.WORKDAY, DayType.MAKEUP)


@dataclass(frozen=True)
class Conditions:
    """Hourly conditions of one site. Every array has shape (n,), one entry an hour.

    Attributes:
        starts: Start of the hour [ms since 1970 UTC].
        hour: Hour of the local wall clock, 0 to 23.
        workday: Whether the local day is a workday or a make-up workday.
        holiday: Whether it is a statutory holiday.
        vacation: Whether schools are on vacation.
        heating: Whether the day lies in the heating season.
        temperature_c: Outdoor temperature [degC].
        always_on: Whether plant that should rest at night runs through (a planted waste).
    """

    starts: np.ndarray
    hour: np.ndarray
    workday: np.ndarray
    holiday: np.ndarray
    vacation: np.ndarray
    heating: np.ndarray
    temperature_c: np.ndarray
    always_on: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)


def _is_vacation(day: date) -> bool:
    """Tell whether Beijing's schools rest; dates chosen: about the published school years."""
    summer = date(day.year, 7, 12) <= day <= date(day.year, 8, 31)
    winter = (day.month, day.day) >= (1, 20) and (day.month, day.day) <= (2, 20)
    return summer or winter


def _is_heating(day: date) -> bool:
    """Tell whether district heating runs: 15 November to 15 March in Beijing."""
    return (day.month, day.day) >= (11, 15) or (day.month, day.day) <= (3, 15)


def local_clock(starts: np.ndarray, site: Site) -> tuple[list[date], np.ndarray]:
    """Return local date and hour of the wall clock of each hour [ms], which follow one another."""
    first = int(starts[0]) if len(starts) else 0
    return _clock(first, len(starts), site.timezone)


@lru_cache(maxsize=8)
def _clock(first: int, count: int, timezone: str) -> tuple[list[date], np.ndarray]:
    zone = ZoneInfo(timezone)
    walls = [from_ms(first + k * HOUR_MS).astimezone(zone) for k in range(count)]
    return [wall.date() for wall in walls], np.array([wall.hour for wall in walls], np.int64)


def conditions_of(
    *, origin: int, count: int, site: Site, calendar: Calendar, temperature_c: np.ndarray
) -> Conditions:
    """Return the conditions of a site for a number of hours from the origin."""
    starts = origin + np.arange(count, dtype=np.int64) * HOUR_MS
    days, hour = local_clock(starts, site)
    kinds = {day: calendar.day_type(day) for day in set(days)}
    return Conditions(
        starts=starts,
        hour=hour,
        workday=np.array([kinds[day] in _OPEN for day in days], bool),
        holiday=np.array([kinds[day] is DayType.HOLIDAY for day in days], bool),
        vacation=np.array([_is_vacation(day) for day in days], bool),
        heating=np.array([_is_heating(day) for day in days], bool),
        temperature_c=temperature_c,
        always_on=np.zeros(count, bool),
    )
