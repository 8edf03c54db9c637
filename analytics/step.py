"""Where the level of a daily series rises and stays: medians before and after, never means.

A holiday, a spike or a missing week moves no median of four weeks, so none of them is a step.

Source: docs/rules.md, "How a step is found".
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

BEFORE_DAYS = 42
AFTER_DAYS = 28
HOLD_DAYS = 14
SHARP_DAYS = 7
YEAR_DAYS = 364
SEASON_SLACK_DAYS = 28
_NORMAL = 1.4826  # median absolute deviation to standard deviation of a normal distribution
_MOST_STEPS = 6
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One rise of a level.

    Attributes:
        day: Number of the first day on the new level.
        before: Median of the days before it.
        after: Median of the AFTER_DAYS days from it on: later ones may belong to another season.
        spread: Robust standard deviation of the days around their level.
        last: Number of the last day on the new level.
        goes_on: Whether the newest days are still on it.
    """

    day: int
    before: float
    after: float
    spread: float
    last: int
    goes_on: bool

    @property
    def size(self) -> float:
        """By how much the level rose."""
        return self.after - self.before


@dataclass(frozen=True)
class Levels:
    """Sliding medians of a daily series.

    Attributes:
        value: The series; NaN = unknown. Shape (n,).
        before: Median of the BEFORE_DAYS days before each day; NaN where half are unknown.
        after: Median of up to AFTER_DAYS days from each day on; NaN alike.
        sharp: Median of SHARP_DAYS days from each day on, less that of the days before it.
        spread: Robust standard deviation of the days before and after around their medians.
    """

    value: np.ndarray
    before: np.ndarray
    after: np.ndarray
    sharp: np.ndarray
    spread: np.ndarray

    @property
    def rise(self) -> np.ndarray:
        """By how much the level rises at each day."""
        return np.asarray(self.after - self.before)


def _sliding(value: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return median and median absolute deviation of the ``size`` days that END before each day."""
    padded = np.concatenate((np.full(size, np.nan), value))
    window = np.sort(np.lib.stride_tricks.sliding_window_view(padded, size), axis=1)
    median = _sorted_median(window, size)
    away = np.sort(np.abs(window - median[:, None]), axis=1)
    return median, _sorted_median(away, size)


def _sorted_median(ordered: np.ndarray, size: int) -> np.ndarray:
    """Return the medians of rows in order with NaN last; NaN where half of a row is unknown."""
    known = np.isfinite(ordered).sum(axis=1)
    rows = np.arange(len(ordered))
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, size - 1)
    median = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(known * 2 >= size, median, np.nan)


def levels_of(value: np.ndarray) -> Levels:
    """Return the sliding medians of a daily series. Shapes (n,)."""
    count = len(value)
    before, before_away = _sliding(value, BEFORE_DAYS)
    # The window after a day is the window before a day of the reversed series.
    after, after_away = (part[::-1][:count] for part in _sliding(value[::-1], AFTER_DAYS))
    short, short_away = (part[::-1][:count] for part in _sliding(value[::-1], HOLD_DAYS))
    # Near the end half of the long window is beyond the data: two weeks must do.
    late = np.arange(count) > count - AFTER_DAYS
    after = np.where(late, short, after)
    after_away = np.where(late, short_away, after_away)
    after[max(count - HOLD_DAYS + 1, 0) :] = np.nan
    earlier, _ = _sliding(value, SHARP_DAYS)
    later, _ = (part[::-1][:count] for part in _sliding(value[::-1], SHARP_DAYS))
    spread = _NORMAL * np.maximum(before_away[:count], after_away)
    return Levels(value, before[:count], after, later - earlier[:count], spread)


def steps_of(levels: Levels, *, least: np.ndarray, least_spreads: float) -> Iterator[Step]:
    """Yield rises in order of their strength, at most six.

    Args:
        levels: Sliding medians.
        least: Least rise at each day. Shape (n,).
        least_spreads: Least rise in robust standard deviations of the days around their level.
    """
    rise = levels.rise
    with np.errstate(invalid="ignore"):
        fits = (rise >= least) & (rise >= least_spreads * levels.spread)
        fits &= levels.sharp >= _ENOUGH * rise
    strength = np.where(fits, rise, -np.inf)
    for _ in range(_MOST_STEPS):
        top = int(np.argmax(strength)) if len(strength) else 0
        if not len(strength) or strength[top] == -np.inf:
            return
        near = slice(max(top - SHARP_DAYS * 2, 0), top + SHARP_DAYS * 2 + 1)
        day = _first_day(levels, near, before=levels.before[top], after=levels.after[top])
        strength[max(day - BEFORE_DAYS, 0) : day + AFTER_DAYS] = -np.inf
        strength[near] = -np.inf
        step = _step(levels, day if np.isfinite(levels.rise[day]) else top)
        if step.last - step.day + 1 >= HOLD_DAYS:
            yield step


def _first_day(levels: Levels, near: slice, *, before: float, after: float) -> int:
    """Return the day that parts the days near a step best: medians alone are some days off."""
    value = levels.value[near]
    below, above = np.abs(value - before), np.abs(value - after)
    gain = np.nan_to_num(below - above)  # an unknown day speaks for neither side
    return int(near.start) + int(np.argmax(np.cumsum(gain[::-1])[::-1]))


def _step(levels: Levels, day: int) -> Step:
    before, first = float(levels.before[day]), float(levels.after[day])
    middle = (before + first) / 2
    smooth, _ = _sliding(levels.value, SHARP_DAYS)
    fallen = np.flatnonzero(smooth[day + SHARP_DAYS + 1 :] < middle)
    count = len(levels.value)
    # The median of a week falls below the middle four days after the level fell.
    last = day + SHARP_DAYS + int(fallen[0]) - SHARP_DAYS // 2 if len(fallen) else count - 1
    return Step(day, before, first, float(levels.spread[day]), last, not len(fallen))


def is_seasonal(levels: Levels, step: Step) -> bool | None:
    """Tell whether the same was seen a year before; None when nobody can know.

    It was, when the level rose alike within four weeks of the same time of year, or when it
    stood as high then: what comes back every year is a season, and what returns to last year's
    level is no waste.
    """
    middle = step.day - YEAR_DAYS
    low, high = max(middle - SEASON_SLACK_DAYS, 0), middle + SEASON_SLACK_DAYS + 1
    if high <= 0:
        return None
    level, rise = levels.after[low:high], levels.rise[low:high]
    if np.isfinite(level).sum() < SEASON_SLACK_DAYS:
        return None
    stood = float(np.nanmax(level)) > step.after - _ENOUGH * step.size
    rose = np.isfinite(rise).any() and float(np.nanmax(rise)) > _ENOUGH * step.size
    return bool(stood or rose)


def is_above_all_before(levels: Levels, step: Step, *, least_days: int) -> bool | None:
    """Tell whether the new level lies above every earlier one; None with too short a past."""
    past = levels.after[: max(step.day - AFTER_DAYS, 0)]
    if np.isfinite(past).sum() < least_days:
        return None
    return bool(step.after - _ENOUGH * step.size > float(np.nanmax(past)))
