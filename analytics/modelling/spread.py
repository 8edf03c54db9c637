"""How far what is measured lies from what a model says: of an hour, of a day, of a whole year.

What a model leaves of its own year is less than what it will leave of the next: buildings change.
How much less was measured on years that no model had seen (docs/benchmarks.md).

Source: docs/methods.md, "Baselines".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.modelling.saved import Saved

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Shares of what is left that are kept; those between are interpolated."""
HOURS_WIDER, DAYS_WIDER = 1.2, 1.25
"""Times what is left of the model's own year: median of the Cambridge meters, a year ahead."""
SPAN_DAYS = (1, 7, 30, 91, 182, 365)
SPAN_SHARES: Mapping[float, tuple[float, ...]] = {
    0.8: (0.205, 0.173, 0.156, 0.137, 0.121, 0.093),
    0.9: (0.33, 0.287, 0.272, 0.222, 0.178, 0.136),
}
"""Of the total of so many days in a row, a year ahead: what that share of all such stretches of
the 136 Cambridge meter-years was off by at most."""
FEWEST_HOURS_OF_DAY = 20


@dataclass(frozen=True)
class Spread:
    """How far off a model is within the time it was fitted to.

    Attributes:
        hours: Of all rows, weighted as in the fit, the distance that the SHARES stay within.
            Shape (shares,).
        days: The same of the mean row of a day. Shape (shares,).
    """

    hours: np.ndarray
    days: np.ndarray

    def around_hours(self, predicted: np.ndarray, *, level: float) -> np.ndarray:
        """Return the least and the most of each row at a level, not below 0. Shape (n, 2)."""
        return _around(predicted, HOURS_WIDER * self.hours_within(level))

    def around_days(self, predicted: np.ndarray, *, level: float) -> np.ndarray:
        """Return the same of the mean row of each day. Shape (n, 2)."""
        return _around(predicted, DAYS_WIDER * self.days_within(level))

    def hours_within(self, level: float) -> float:
        """Return the distance that a share of the rows of its own year stays within."""
        return _within(self.hours, level)

    def days_within(self, level: float) -> float:
        """Return the same of its days."""
        return _within(self.days, level)

    def to_json(self) -> Saved:
        """Return it as JSON holds it."""
        return {"hours": self.hours.tolist(), "days": self.days.tolist()}

    @classmethod
    def from_json(cls, saved: Saved) -> Self:
        """Return what was saved."""
        return cls(hours=np.array(saved["hours"]), days=np.array(saved["days"]))


def around_total(total: float, *, days: float, level: float) -> tuple[float, float]:
    """Return the least and the most of the total of some days in a row, a year ahead.

    Args:
        total: What is predicted [base units].
        days: How many days; between two of SPAN_DAYS along the logarithm, beyond them as there.
        level: 0.8 or 0.9.

    Raises:
        ValueError: If the level is none of SPAN_SHARES.
    """
    if level not in SPAN_SHARES:
        raise ValueError(f"The level {level} is none of {', '.join(map(str, SPAN_SHARES))}.")
    share = float(np.interp(np.log(max(days, 1e-9)), np.log(SPAN_DAYS), SPAN_SHARES[level]))
    return total * (1 - share), total * (1 + share)


def spread_of(
    measured: np.ndarray, predicted: np.ndarray, *, day: np.ndarray, weight: np.ndarray
) -> Spread:
    """Return how far predictions are from what was measured.

    Args:
        measured: Amount of each row. Shape (n,), like all others.
        predicted: What the model says of it.
        day: Number of the day it lies in.
        weight: What the row weighs.
    """
    left = measured - predicted
    number = day - day.min()
    count = np.bincount(number)
    of_day = np.bincount(number, left) / np.maximum(count, 1)
    weight_of_day = np.bincount(number, weight) / np.maximum(count, 1)
    fewest = min(FEWEST_HOURS_OF_DAY, int(count.max()))
    whole = count >= fewest
    return Spread(
        hours=_quantiles(np.abs(left), weight),
        days=_quantiles(np.abs(of_day[whole]), weight_of_day[whole]),
    )


def _quantiles(distance: np.ndarray, weight: np.ndarray) -> np.ndarray:
    order = np.argsort(distance)
    reached = np.cumsum(weight[order]) / weight.sum()
    at = np.minimum(np.searchsorted(reached, SHARES), len(order) - 1)
    return np.asarray(distance[order][at])


def _within(distances: np.ndarray, level: float) -> float:
    return float(np.interp(level, SHARES, distances))


def _around(predicted: np.ndarray, half: float) -> np.ndarray:
    return np.stack([np.maximum(predicted - half, 0.0), predicted + half], axis=1)
