"""What hours and days were like, as far as a baseline may know: when they were, and how warm.

A frame of conditions is the X of scikit-learn's ``fit`` and ``predict``: a row an hour or a day.
"""

from datetime import date, timedelta
from enum import IntEnum
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.clock import EPOCH, Clock
from energy.calendars import Calendar, DayType

SATURDAY, SUNDAY = 5, 6
_FRIDAY = 4
_LONGEST_BRIDGE = 3
"""Workdays in a row that people take off between a holiday and the next day off; chosen: with four
a whole week is left, which is worked."""

HOUR_COLUMNS = ("day", "week_day", "special", "hour", "temperature_c")
DAY_COLUMNS = ("day", "week_day", "special", "temperature_c")


class Special(IntEnum):
    """Days that may not be what their day of the week says."""

    ORDINARY = 0
    HOLIDAY = 1
    """A public holiday that is not at a weekend."""
    BRIDGE = 2
    """One of few workdays between a holiday and the next day off."""


def conditions_of_hours(
    clock: Clock, calendar: Calendar, temperature_c: np.ndarray | None
) -> pd.DataFrame:
    """Return the conditions of consecutive hours.

    Args:
        clock: The hours.
        calendar: Holidays and make-up workdays.
        temperature_c: Outdoor temperature [degC], NaN where unknown; None without any. Shape (n,).

    Returns:
        Columns HOUR_COLUMNS: number of the local day since 1970, day of the week as it is worked
        (0 Monday to 6 Sunday; a make-up workday is a Monday or Friday), what is special of it,
        hour of the wall clock, temperature.
    """
    week_day, special = kinds_of_days(clock.first_day, clock.days, calendar)
    return pd.DataFrame(
        {
            "day": clock.day + (clock.first_day - EPOCH).days,
            "week_day": week_day[clock.day],
            "special": special[clock.day],
            "hour": clock.hour,
            "temperature_c": _or_nan(temperature_c, len(clock.start)),
        }
    )


def conditions_of_days(
    first_day: date, count: int, calendar: Calendar, temperature_c: np.ndarray | None
) -> pd.DataFrame:
    """Return the conditions of consecutive days: columns DAY_COLUMNS, as those of hours.

    Args:
        first_day: The first of the days.
        count: How many there are.
        calendar: Holidays and make-up workdays.
        temperature_c: Mean outdoor temperature of each [degC], NaN where unknown; None without
            any. Shape (count,).
    """
    week_day, special = kinds_of_days(first_day, count, calendar)
    return pd.DataFrame(
        {
            "day": np.arange(count) + (first_day - EPOCH).days,
            "week_day": week_day,
            "special": special,
            "temperature_c": _or_nan(temperature_c, count),
        }
    )


def kinds_of_days(first_day: date, count: int, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """Return the day of the week as it is worked, and what is special, of consecutive days.

    Returns:
        Day of the week, 0 Monday to 6 Sunday, int64. Shape (count,).
        Special of each, int64. Shape (count,).
    """
    # Days around them tell what is a bridge at their ends.
    margin = _LONGEST_BRIDGE + 1
    days = [first_day + timedelta(days=n - margin) for n in range(count + 2 * margin)]
    kinds = [calendar.day_type(day) for day in days]
    week_day = np.array(
        [_as_worked(day, kind) for day, kind in zip(days, kinds, strict=True)], np.int64
    )
    holiday = np.array([kind is DayType.HOLIDAY for kind in kinds], bool)
    special = np.zeros(len(days), np.int64)
    special[_bridges(week_day, holiday)] = Special.BRIDGE
    special[holiday & (week_day < SATURDAY)] = Special.HOLIDAY
    inside = slice(margin, margin + count)
    return week_day[inside], special[inside]


def _as_worked(day: date, kind: DayType) -> int:
    if kind is DayType.MAKEUP:
        return 0 if day.weekday() == SUNDAY else _FRIDAY
    return day.weekday()


def _bridges(week_day: np.ndarray, holiday: np.ndarray) -> np.ndarray:
    """Return which days lie in a short run of workdays that a holiday and a day off shut in."""
    is_off = holiday | (week_day >= SATURDAY)
    found = np.zeros(len(is_off), bool)
    ends = np.flatnonzero(is_off)
    for before, after in pairwise(ends.tolist()):
        is_short = 0 < after - before - 1 <= _LONGEST_BRIDGE
        found[before + 1 : after] = is_short and (holiday[before] or holiday[after])
    return found


def _or_nan(temperature_c: np.ndarray | None, count: int) -> np.ndarray:
    return np.full(count, np.nan) if temperature_c is None else np.asarray(temperature_c, float)
