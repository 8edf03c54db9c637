"""The hours of a span with what the people in the building would call them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from energy.calendars import Calendar, DayType
from energy.meter import Site
from energy.reference import Reference
from energy.span import HOUR_MS

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Clock:
    """Consecutive hours on one wall clock, with the day types of one calendar.

    Attributes:
        start: Start of each hour [ms since 1970 UTC]. Shape (n,), int64, an hour apart.
        hour: Hour of the wall clock, 0 to 23. Shape (n,), int64.
        day: Number of the local day, 0 for the day of the first hour. Shape (n,), int64.
        first_day: The local date of day 0.
        off: Whether each DAY is a weekend or holiday; a make-up workday is not. Shape (days,).
    """

    start: np.ndarray
    hour: np.ndarray
    day: np.ndarray
    first_day: date
    off: np.ndarray

    @property
    def days(self) -> int:
        """How many local days the hours touch."""
        return len(self.off)

    @cached_property
    def end(self) -> int:
        """End of the last hour [ms]."""
        return int(self.start[-1]) + HOUR_MS

    @cached_property
    def day_start(self) -> np.ndarray:
        """Start of the first hour of each day [ms], and the end of the last. Shape (days + 1,)."""
        first = np.searchsorted(self.day, np.arange(self.days))
        return np.append(self.start[first], self.end)

    @cached_property
    def off_hour(self) -> np.ndarray:
        """Whether each HOUR lies in a weekend or holiday. Shape (n,)."""
        return np.asarray(self.off[self.day])

    def date_of(self, day: int) -> date:
        """Return the local date of a day by its number."""
        return self.first_day + timedelta(days=int(day))


def calendar_of(reference: Reference, site: Site) -> Calendar:
    """Return the site's calendar; one without exceptions where the reference data has none."""
    known = reference.calendars.get(site.calendar)
    return Calendar(site.calendar, {}, EPOCH) if known is None else known


def clock_of(*, start: int, end: int, timezone: str, calendar: Calendar) -> Clock:
    """Return the whole hours from ``start`` until ``end`` [ms] on a wall clock.

    Raises:
        ValueError: If there is no whole hour between them.
    """
    starts = np.arange(start, end - HOUR_MS + 1, HOUR_MS, dtype=np.int64)
    if not len(starts):
        raise ValueError(f"There is no whole hour from {start} to {end}.")
    wall = pd.DatetimeIndex(pd.to_datetime(starts, unit="ms", utc=True)).tz_convert(timezone)
    midnight = wall.tz_localize(None).normalize().to_numpy().astype("datetime64[D]")
    number = midnight.astype(np.int64)
    first = EPOCH + timedelta(days=int(number[0]))
    days = number - number[0]
    kinds = (calendar.day_type(first + timedelta(days=n)) for n in range(int(days[-1]) + 1))
    off = np.array([kind in (DayType.WEEKEND, DayType.HOLIDAY) for kind in kinds], bool)
    return Clock(starts, wall.hour.to_numpy().astype(np.int64), days, first, off)


def daily_mean(amount: np.ndarray, clock: Clock, *, hours: np.ndarray, at_least: int) -> np.ndarray:
    """Return the mean of some hours of each day; NaN where too few of them were measured.

    Args:
        amount: Amount of each hour; NaN = not measured. Shape (n,).
        clock: The hours.
        hours: Which hours count, bool. Shape (n,).
        at_least: How many measured hours a day needs.

    Returns:
        Mean amount of an hour. Shape (days,).
    """
    used = hours & np.isfinite(amount)
    day = clock.day[used]
    count = np.bincount(day, minlength=clock.days)
    total = np.bincount(day, weights=amount[used], minlength=clock.days)
    return np.where(count >= max(at_least, 1), total / np.maximum(count, 1), np.nan)
