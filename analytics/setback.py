"""How much lies above an attainable setback, a year, with its interval.

Source: docs/rules.md, "Waste of a missing setback".
"""

from dataclasses import dataclass

import numpy as np

from analytics.clock import Clock
from analytics.daytime import FEWEST_HOURS, WEEK_DAYS, DayLoads, is_dark, is_open
from analytics.rule import YEAR_HOURS, Z80

SETBACK_SHARE = 0.5
SEASON_SPREAD = 0.2
PAST_DAYS = 56
FEWEST_WORKDAYS = 10
_YEAR_DAYS = 364
_SLOTS = 48


@dataclass(frozen=True)
class Waste:
    """Waste a year with its 80 % interval [base units], and the hours it is wasted in.

    Attributes:
        base: Waste a year.
        low: Lower bound.
        high: Upper bound.
        hours: Hours that count. Shape (n,).
    """

    base: float
    low: float
    high: float
    hours: np.ndarray


def _usual_before(
    amount: np.ndarray, clock: Clock, loads: DayLoads, since: int
) -> np.ndarray | None:
    """Return what each hour used before, as a share of working hours; None with too short a past.

    Shape (n,): by hour of the wall clock and by day off or not, over the eight weeks before.
    """
    past = np.zeros(clock.days, bool)
    past[max(since - PAST_DAYS, 0) : since] = True
    work = loads.work[loads.occupied & past]
    if len(work) < FEWEST_WORKDAYS:
        return None
    seen = np.isfinite(amount) & (past & (loads.occupied | clock.off))[clock.day]
    slot = clock.hour + (_SLOTS // 2) * clock.off_hour
    count = np.bincount(slot[seen], minlength=_SLOTS)
    total = np.bincount(slot[seen], weights=amount[seen], minlength=_SLOTS)
    share = total / np.maximum(count, 1) / float(np.median(work))
    usual: np.ndarray = np.where(count >= FEWEST_HOURS, share, SETBACK_SHARE)[slot]
    return usual


def waste_above_setback(
    amount: np.ndarray,
    clock: Clock,
    loads: DayLoads,
    *,
    since: int,
    work: float,
    night: bool,
    off: bool,
) -> Waste:
    """Return what lies above an attainable setback.

    Attainable is what the meter itself did in the eight weeks before; where that is not known,
    half of the working hours' load, in the dark and in days off. It is the mean of the weeks since
    then, at most a year of them. The interval holds the spread of the weeks and, for what of the
    year was not seen, that of a season.

    Args:
        amount: Amount of each hour [base units]; NaN = not measured. Shape (n,).
        clock: The hours.
        loads: What the meter uses in each part of each day.
        since: Number of the first day of waste.
        work: Mean amount of a working hour [base units].
        night: Whether nights are wasted.
        off: Whether days off are wasted.
    """
    first = max(since, clock.days - 1 - _YEAR_DAYS)
    before = _usual_before(amount, clock, loads, since)
    # Against its own past every hour without people counts; else only those surely dark.
    if before is None:
        target = np.full(len(clock.start), SETBACK_SHARE)
        wasted = (is_dark(clock) & night) | (clock.off_hour & ~is_dark(clock) & off)
    else:
        target = before
        wasted = (~is_open(clock) & night) | (clock.off_hour & (off | night))
    seen = np.isfinite(amount) & (clock.day >= first)
    above = np.where(wasted & seen, np.nan_to_num(amount) - target * work, 0.0)
    week = (clock.day[seen] - first) // WEEK_DAYS
    count = np.bincount(week)
    mean = np.bincount(week, weights=above[seen])[count > 0] / count[count > 0]
    year = max(float(above[seen].mean()) * YEAR_HOURS, 0.0)
    error = float(mean.std()) / np.sqrt(len(mean)) * YEAR_HOURS
    unseen = 1 - min(len(mean) * WEEK_DAYS / _YEAR_DAYS, 1.0)
    half = Z80 * float(np.hypot(error, SEASON_SPREAD * unseen * year))
    return Waste(year, max(year - half, 0.0), year + half, wasted)
