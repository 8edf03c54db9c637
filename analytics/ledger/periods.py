"""From hours to local days, months and years: sums, and how long each period is so far."""

from typing import NamedTuple

import numpy as np

from analytics.ledger.rows import Rows, joined, summed_by
from analytics.ledger.wall import Days, days_around
from energy.span import HOUR_MS, SECOND_MS


class Rollup(NamedTuple):
    """The longer periods of one meter or place.

    Attributes:
        day: Local days.
        month: Local months.
        year: Local years.
    """

    day: Rows
    month: Rows
    year: Rows


def rollup(hours: Rows, earlier_days: Rows, *, timezone: str, horizon: int) -> Rollup:
    """Return days, months and years from hours.

    Args:
        hours: Hours from a local midnight on.
        earlier_days: Days before that, from the start of its local year on.
        timezone: Wall clock in which days are cut.
        horizon: Time [ms] up to which a period has lasted so far.

    Returns:
        Days of the hours alone; months and years from the earliest day on. The length of a period
        is that of one meter.
    """
    if not len(hours) and not len(earlier_days):
        return Rollup(hours, hours, hours)
    first = earlier_days if len(earlier_days) else hours
    last = hours if len(hours) else earlier_days
    days = days_around(timezone, int(first.start[0]), int(last.start[-1]))
    day = summed_by(hours, days.start[days.of(hours.start)])
    all_days = joined(earlier_days, day)
    number = days.of(all_days.start)
    month = summed_by(all_days, days.month_start[number])
    year = summed_by(all_days, days.year_start[number])
    return Rollup(
        _lasting(day, _ends(day, days.start, days), horizon),
        _lasting(month, _ends(month, days.month_start, days), horizon),
        _lasting(year, _ends(year, days.year_start, days), horizon),
    )


def horizon_of(hours: Rows) -> int:
    """Return the end of the last hour [ms]; 0 without hours."""
    if not len(hours):
        return 0
    return (int(hours.start[-1]) // HOUR_MS + 1) * HOUR_MS


def _ends(rows: Rows, starts: np.ndarray, days: Days) -> np.ndarray:
    """Return the end of each period: the start of the next one."""
    bounds = np.append(np.unique(starts), days.start[-1])
    return np.asarray(bounds[np.searchsorted(bounds, rows.start, side="right")])


def _lasting(rows: Rows, ends: np.ndarray, horizon: int) -> Rows:
    lasted = np.maximum(np.minimum(ends, horizon) - rows.start, 0)
    return rows.with_period(lasted // SECOND_MS)
