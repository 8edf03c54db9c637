"""Hourly amounts of one meter beside what is usual for it: the ground of all judging of hours."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.clock import Clock
from analytics.medians import centred_median, filled, median_across, median_by, spread_of

SLOTS = 168
"""Hours of a week."""
_WEEKEND, _SUNDAY, _FRIDAY = 5, 6, 4
_LEVEL_DAYS, _LEVEL_LEAST = 29, 7
_QUIET_QUANTILE, _QUIET_SHARE = 0.02, 0.05


FEWEST_HOURS = 24 * 28
"""Below four weeks of measured hours nothing is usual; chosen: each slot of the week four times."""


def _quantile(ordered: np.ndarray, share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


@dataclass(frozen=True)
class Hours:
    """The hours of one meter.

    Attributes:
        amount: Measured amount of each hour [base units]; NaN where it was not measured from end
            to end. Shape (n,).
        clock: The hours.
        step: What the register tells apart [base units]; 0 where nobody knows.
    """

    amount: np.ndarray
    clock: Clock
    step: float = 0.0

    @cached_property
    def known(self) -> np.ndarray:
        """Which hours were measured. Shape (n,), bool."""
        return np.asarray(np.isfinite(self.amount))

    @cached_property
    def why_not(self) -> str:
        """The code that forbids to judge the hours; "" when they may be judged."""
        if len(self.ordered) < FEWEST_HOURS:
            return "few_hours"
        if self.ordered[-1] <= 0:
            return "all_zero"
        return "never_changes" if self.ordered[0] == self.ordered[-1] else ""

    @cached_property
    def ordered(self) -> np.ndarray:
        """The measured amounts from the least to the greatest. Shape (known hours,)."""
        return np.sort(self.amount[self.known])

    def quantile(self, share: float) -> float:
        """Return the amount that a share of the measured hours, of which there is one, is below."""
        return _quantile(self.ordered, share)

    @cached_property
    def slot(self) -> np.ndarray:
        """Hour of the week, 0 for Monday's first; a holiday is a Sunday, a make-up day a Friday."""
        clock = self.clock
        weekday = (clock.first_day.weekday() + np.arange(clock.days)) % 7
        weekday = np.where(clock.off & (weekday < _WEEKEND), _SUNDAY, weekday)
        weekday = np.where(~clock.off & (weekday >= _WEEKEND), _FRIDAY, weekday)
        return np.asarray(weekday[clock.day] * 24 + clock.hour)

    @cached_property
    def cell(self) -> np.ndarray:
        """Place of each hour in a table of days by 24 hours, read row by row. Shape (n,)."""
        return np.asarray(self.clock.day * 24 + self.clock.hour)

    def table(self, value: np.ndarray) -> np.ndarray:
        """Return hourly values as days by 24; of an hour that a clock repeats the later one."""
        table = np.full(self.clock.days * 24, np.nan)
        table[self.cell] = value
        return table.reshape(-1, 24)

    @cached_property
    def least(self) -> float:
        """The amount below which the logarithm does not follow [base units], above zero.

        A twentieth of what the meter shows in its quietest working hours, and a step at least.
        """
        above = self.ordered[np.searchsorted(self.ordered, 0.0, side="right") :]
        quiet = _quantile(above, _QUIET_QUANTILE) if len(above) else 1.0
        return max(self.step, _QUIET_SHARE * quiet)

    @cached_property
    def log(self) -> np.ndarray:
        """Natural logarithm of the amounts, cut off at ``least``; NaN alike. Shape (n,)."""
        return np.asarray(np.log(np.maximum(self.amount, self.least)))

    def level(self, days: int, *, at_least: int) -> np.ndarray:
        """Return the local level of the logarithm: a median over days of medians of days."""
        daily = median_across(self.table(self.log))
        around = filled(centred_median(daily, width=days, at_least=at_least))
        return np.asarray(around[self.clock.day])

    @cached_property
    def around(self) -> np.ndarray:
        """The level of the logarithm in the four weeks around each hour. Shape (n,)."""
        return self.level(_LEVEL_DAYS, at_least=_LEVEL_LEAST)

    @cached_property
    def week(self) -> np.ndarray:
        """By how much the logarithm is usually off the level at this hour of the week."""
        return self.pattern(self.log - self.around)

    @cached_property
    def usual(self) -> np.ndarray:
        """Logarithm of the amount usual in each hour: four weeks' level, and the week's pattern."""
        return np.asarray(self.around + self.week)

    def pattern(self, value: np.ndarray) -> np.ndarray:
        """Return the median of a value in the slot of each hour. Shape (n,)."""
        return np.asarray(median_by(self.slot, value, count=SLOTS)[self.slot])

    @cached_property
    def away(self) -> np.ndarray:
        """How far the logarithm is from the usual; about the relative error. Shape (n,)."""
        return np.asarray(self.log - self.usual)

    @cached_property
    def spread(self) -> float:
        """Robust standard deviation of ``away``; NaN with no hour."""
        return spread_of(self.away)

    def until(self, end: int) -> "Hours":
        """Return the first ``end`` hours: what was known then."""
        clock = self.clock
        days = int(clock.day[end - 1]) + 1
        known_then = Clock(
            clock.start[:end], clock.hour[:end], clock.day[:end], clock.first_day, clock.off[:days]
        )
        return replace(self, amount=self.amount[:end], clock=known_then)

    def last(self, *, days: int) -> "Hours":
        """Return the hours of the newest days, the present one among them."""
        clock = self.clock
        before = clock.days - days
        if before <= 0:
            return self
        cut = int(np.searchsorted(clock.day, before))
        newest = Clock(
            clock.start[cut:],
            clock.hour[cut:],
            clock.day[cut:] - before,
            clock.date_of(before),
            clock.off[before:],
        )
        return replace(self, amount=self.amount[cut:], clock=newest)
