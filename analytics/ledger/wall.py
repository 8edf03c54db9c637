"""Hour cells on a wall clock: cut at UTC hours and at local midnights, so that days nest."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from energy.span import HOUR_MS, SECOND_MS, Span, local_date, midnight
from storage.admission import EARLIEST_MS, LATEST_MS

_MINUTE_MS = 60_000
_DAY_MS = 24 * HOUR_MS
_FIRST_YEAR = 2000


@dataclass(frozen=True)
class Days:
    """The local days of some whole years.

    Attributes:
        first: Date of day 0.
        start: Start of each day [ms], and the end of the last. Shape (days + 1,), int64.
        month_start: Start of the month that each day lies in [ms]. Shape (days,), int64.
        year_start: Start of the year that each day lies in [ms]. Shape (days,), int64.
        month: Number of that month, 1 to 12. Shape (days,), int64.
    """

    first: date
    start: np.ndarray
    month_start: np.ndarray
    year_start: np.ndarray
    month: np.ndarray

    @cached_property
    def lasts_s(self) -> np.ndarray:
        """How long each day lasts [s]: 23, 24 or 25 hours. Shape (days,), int64."""
        return np.diff(self.start) // SECOND_MS

    @cached_property
    def month_bounds(self) -> np.ndarray:
        """Start of each month [ms], and the end of the last. Shape (months + 1,), int64."""
        return np.append(np.unique(self.month_start), self.start[-1])

    @cached_property
    def year_bounds(self) -> np.ndarray:
        """Start of each year [ms], and the end of the last. Shape (years + 1,), int64."""
        return np.append(np.unique(self.year_start), self.start[-1])

    def of(self, times: np.ndarray) -> np.ndarray:
        """Return the number of the day that each time [ms] lies in."""
        if len(times) > len(self.start) and (times[1:] >= times[:-1]).all():
            # Many in order: the days are found among the times sooner than each among the days.
            begins = np.searchsorted(times, self.start)
            length = np.diff(begins, prepend=0, append=len(times))
            return np.repeat(np.arange(-1, len(self.start)), length)
        return np.asarray(np.searchsorted(self.start, times, side="right") - 1)

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=int(day))


def days_around(timezone: str, start: int, end: int) -> Days:
    """Return the whole local years that touch a time from ``start`` to ``end`` [ms]."""
    return _days(timezone, _year_of(start, timezone), _year_of(max(start, end), timezone))


def _year_of(time: int, timezone: str) -> int:
    """Return the local year of a time [ms]."""
    years = _new_years(timezone)
    place = bisect_right(years, time)
    if 0 < place < len(years):
        return _FIRST_YEAR + place - 1
    return local_date(time, ZoneInfo(timezone)).year


@lru_cache(maxsize=32)
def _new_years(timezone: str) -> list[int]:
    """Return when the years from _FIRST_YEAR on begin [ms]; asked for thousands of meters."""
    zone = ZoneInfo(timezone)
    return [midnight(date(year, 1, 1), zone) for year in range(_FIRST_YEAR, _FIRST_YEAR + 100)]


@lru_cache(maxsize=32)
def _days(timezone: str, first_year: int, last_year: int) -> Days:
    zone = ZoneInfo(timezone)
    first = date(first_year, 1, 1)
    count = (date(last_year + 1, 1, 1) - first).days
    dates = [first + timedelta(days=number) for number in range(count + 1)]
    start = np.array([midnight(day, zone) for day in dates], dtype=np.int64)
    month_at = [(day.replace(day=1) - first).days for day in dates[:-1]]
    year_at = [(date(day.year, 1, 1) - first).days for day in dates[:-1]]
    months = np.array([day.month for day in dates[:-1]], dtype=np.int64)
    return Days(first, start, start[month_at], start[year_at], months)


def whole_days(span: Span, timezone: str) -> Span:
    """Return the local days that a span touches; where it has no start or no end, nor have they.

    Args:
        span: From EARLIEST_MS on if it has no start, until LATEST_MS if it has no end.
        timezone: Wall clock.
    """
    start, end = span.start, span.end
    if start > EARLIEST_MS:
        days = days_around(timezone, start, start)
        start = int(days.start[_day_of(days, start)])
    if end < LATEST_MS:
        days = days_around(timezone, end - 1, end - 1)
        end = int(days.start[_day_of(days, end - 1) + 1])
    return Span(start, end)


def open_days(span: Span, *, frozen_before: int, timezone: str) -> Span | None:
    """Return those local days that a span touches which lie behind a time; None if none does.

    Args:
        span: As for whole_days.
        frozen_before: Time [ms]; EARLIEST_MS for every day. The day it cuts is not behind it.
        timezone: Wall clock.
    """
    whole = whole_days(span, timezone)
    if frozen_before > EARLIEST_MS:
        first = whole_days(Span(frozen_before - 1, frozen_before), timezone).end
        whole = Span(max(whole.start, first), max(whole.end, first))
    return whole if whole.end > whole.start else None


def month_and_year(time: int, timezone: str) -> tuple[int, int]:
    """Return where the local month and the local year of a time begin [ms]."""
    days = days_around(timezone, time, time)
    day = _day_of(days, time)
    return int(days.month_start[day]), int(days.year_start[day])


def _day_of(days: Days, time: int) -> int:
    return int(days.of(np.array([time]))[0])


@dataclass(frozen=True)
class Wall:
    """Consecutive hour cells on one wall clock.

    Attributes:
        edges: Start of each cell [ms], and the end of the last. Shape (n + 1,), int64.
        days: The local days.
        day: Number of the local day of each cell. Shape (n,), int64.
        minute: Minute of the wall clock at the start of each cell, 0 to 1439. Shape (n,), int64.
    """

    edges: np.ndarray
    days: Days
    day: np.ndarray
    minute: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """Start of each cell [ms]."""
        return self.edges[:-1]

    @cached_property
    def opening(self) -> np.ndarray:
        """Number of the first cell of the local day of each cell. Shape (n,), int64."""
        return np.asarray(np.searchsorted(self.day, self.day))

    @cached_property
    def opens(self) -> np.ndarray:
        """Whether each cell is the first of its local day. Shape (n,), bool."""
        return np.asarray(np.diff(self.day, prepend=-1) != 0)


def wall_of(timezone: str, start: int, end: int) -> Wall:
    """Return the hour cells from a local midnight or UTC hour until ``end`` [ms].

    The last cell is whole: it ends at or after ``end``.
    """
    # Meters are read within seconds of each other, and their hours are the same.
    return _wall(timezone, start, -(-end // HOUR_MS) * HOUR_MS)


@lru_cache(maxsize=16)
def _wall(timezone: str, start: int, last: int) -> Wall:
    days = days_around(timezone, start, last)
    edges = np.arange(start // HOUR_MS * HOUR_MS, last + 1, HOUR_MS, dtype=np.int64)
    inside = days.start[(days.start >= start) & (days.start < last)]
    edges = np.union1d(edges[edges > start], np.append(inside, start))
    starts = edges[:-1]
    instants = pd.DatetimeIndex(starts.astype("datetime64[ms]")).tz_localize("UTC")
    local = instants.tz_convert(timezone).tz_localize(None).as_unit("ms").asi8
    minute = np.asarray(local) % _DAY_MS // _MINUTE_MS
    return Wall(edges, days, days.of(starts), minute)
