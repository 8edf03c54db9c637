"""The parts of a day, and what a meter uses in each: nights, working hours, evenings, days off."""

from dataclasses import dataclass

import numpy as np

from analytics.clock import Clock, daily_mean

WEEK_DAYS = 7
FEWEST_HOURS = 4
"""Measured hours that a part of a day needs to have a mean; chosen: four of the night's five."""

_NIGHT_END = 5
_WORK_START, _WORK_END = 9, 17
_OPEN_START, _OPEN_END = 8, 18
_EVENING_START, _EVENING_END = 19, 23
_DARK_START, _DARK_END = 22, 6
_ORDINARY = 0.75
_NEXT_TO_NOTHING = 1e-9


def is_night(clock: Clock) -> np.ndarray:
    """Tell which hours are deep night, 0:00 to 5:00: nobody is there, nothing starts up yet."""
    return np.asarray(clock.hour < _NIGHT_END)


def is_dark(clock: Clock) -> np.ndarray:
    """Tell which hours a building that rests is dark in, 22:00 to 6:00."""
    return np.asarray((clock.hour >= _DARK_START) | (clock.hour < _DARK_END))


def is_open(clock: Clock) -> np.ndarray:
    """Tell which hours people may be there in, 8:00 to 18:00 of any day."""
    return np.asarray((clock.hour >= _OPEN_START) & (clock.hour < _OPEN_END))


def is_work(clock: Clock) -> np.ndarray:
    """Tell which hours are the core of a workday, 9:00 to 17:00."""
    core = (clock.hour >= _WORK_START) & (clock.hour < _WORK_END)
    return np.asarray(core & ~clock.off_hour)


def is_evening(clock: Clock) -> np.ndarray:
    """Tell which hours are a workday's evening, 19:00 to 23:00."""
    late = (clock.hour >= _EVENING_START) & (clock.hour < _EVENING_END)
    return np.asarray(late & ~clock.off_hour)


@dataclass(frozen=True)
class DayLoads:
    """Mean amount of an hour in each part of each day [base units]; NaN where not enough is known.

    Attributes:
        work: Working hours of workdays. Shape (days,), like all others.
        evening: Evenings of workdays.
        night: Deep night before the day.
        off: Open hours of days off.
        quiet_share: A workday with less than this share of an ordinary one is quiet.
    """

    work: np.ndarray
    evening: np.ndarray
    night: np.ndarray
    off: np.ndarray
    quiet_share: float

    @property
    def occupied(self) -> np.ndarray:
        """Workdays that are not quiet: no vacation, no idle plant."""
        known = self.work[np.isfinite(self.work)]
        ordinary = float(np.quantile(known, _ORDINARY)) if len(known) else np.nan
        least = max(self.quiet_share * ordinary, _NEXT_TO_NOTHING)
        return np.asarray(np.nan_to_num(self.work) >= least)


def day_loads(amount: np.ndarray, clock: Clock, *, quiet_share: float) -> DayLoads:
    """Return what a meter uses in each part of each day; NaN hours are not measured."""

    def mean(hours: np.ndarray) -> np.ndarray:
        return daily_mean(amount, clock, hours=hours, at_least=FEWEST_HOURS)

    return DayLoads(
        work=mean(is_work(clock)),
        evening=mean(is_evening(clock)),
        night=mean(is_night(clock)),
        off=mean(is_open(clock) & clock.off_hour),
        quiet_share=quiet_share,
    )
