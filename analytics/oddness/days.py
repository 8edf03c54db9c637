"""How far each day is from the days most like it: a day in a shape that no other day has."""

import numpy as np

from analytics.hours import Hours
from analytics.medians import centred_median, filled, median_across, spread_of

_LIKE = 8
_LEVEL_DAYS, _LEVEL_LEAST = 57, 14
_HOURS_TOGETHER = 12
_LEAST_SPREAD = 1e-6


def day_distance(hours: Hours) -> np.ndarray:
    """Return how odd the shape of each day is [robust standard deviations], 0 and above.

    The distance of two days is the mean absolute difference of their logarithms over the hours
    that both have, twelve at least, each day taken at the level of the eight weeks around it. A
    day is as odd as its distance to the eighth of the days most like it, beside all days.

    Returns:
        Shape (days,); NaN for a day that has too few hours with eight others.
    """
    table = hours.table(hours.log)
    level = filled(centred_median(median_across(table), width=_LEVEL_DAYS, at_least=_LEVEL_LEAST))
    table = table - level[:, None]
    eighth = _eighth(table)
    away = eighth - np.nanmedian(eighth) if np.isfinite(eighth).any() else eighth
    return np.asarray(np.maximum(away, 0.0) / max(spread_of(eighth), _LEAST_SPREAD))


def _eighth(table: np.ndarray) -> np.ndarray:
    there = np.isfinite(table)
    value, mask = np.where(there, table, 0.0), there.astype(np.float64)
    together = mask @ mask.T
    total = np.zeros_like(together)
    for hour in range(table.shape[1]):
        column, has = value[:, hour], mask[:, hour]
        total += np.abs(column[:, None] - column) * (has[:, None] * has)
    distance = np.where(together >= _HOURS_TOGETHER, total / np.maximum(together, 1), np.inf)
    np.fill_diagonal(distance, np.inf)
    if len(distance) <= _LIKE:
        return np.full(len(distance), np.nan)
    eighth = np.partition(distance, _LIKE - 1, axis=1)[:, _LIKE - 1]
    return np.where(np.isfinite(eighth), eighth, np.nan)
