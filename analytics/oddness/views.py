"""Views of how odd each hour is, each in robust standard deviations of its own ups and downs.

Source: docs/methods.md, "How odd an hour is".
"""

import numpy as np

from analytics.hours import SLOTS, Hours
from analytics.medians import NORMAL, median_across, median_by, spread_of
from analytics.oddness.days import day_distance

NEAR_DAYS, _NEAR_LEAST = 15, 3
_WEEKS = (-4, -3, -2, -1, 1, 2, 3, 4)
_LEAST_SPREAD = 1e-6
_LEAST_REPEATS, _MOST_REPEATS = 1e-3, 0.6
CHANGE_HOURS = (1, 2)


def views_of(hours: Hours) -> dict[str, np.ndarray]:
    """Return every view of the hours.

    Args:
        hours: Amounts of a meter, with enough of them known; see ``analytics.oddness.score``.

    Returns:
        Name to how odd each hour is, 0 and above, 0 where the view knows nothing. Shape (n,) each:
        ``level`` against the pattern of the week at the level of two weeks, in logarithms;
        ``whole`` the same at the level of all the hours; ``linear`` the same in amounts;
        ``weeks`` against the same hour of the four weeks before and after;
        ``day`` how far the whole day is from the eight days that are most like it;
        ``run`` how unlikely so many equal amounts in a row are;
        ``change`` how large the change to or from the neighbours is for the hour of the week;
        ``beside_gap`` whether an hour next to it is missing.
    """
    views = {
        "level": _of_spread(_from_pattern(hours, hours.level(NEAR_DAYS, at_least=_NEAR_LEAST))),
        "whole": _of_spread(_from_pattern(hours, np.zeros(len(hours.amount)))),
        "linear": _linear(hours),
        "weeks": _of_spread(_from_weeks(hours)),
        "day": day_distance(hours)[hours.clock.day],
        "run": _run(hours.amount),
        "change": sum((_change(hours, lag) for lag in CHANGE_HOURS), np.zeros(len(hours.amount))),
        "beside_gap": _beside_gap(hours.known),
    }
    return {name: np.where(hours.known, np.nan_to_num(view), 0.0) for name, view in views.items()}


def _of_spread(away: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(away) / max(spread_of(away), _LEAST_SPREAD))


def _from_pattern(hours: Hours, level: np.ndarray) -> np.ndarray:
    rest = hours.log - level
    return np.asarray(rest - hours.pattern(rest))


def _linear(hours: Hours) -> np.ndarray:
    """Return the deviation in amounts, by the spread of its slot of the week and of all hours."""
    away = hours.amount - hours.pattern(hours.amount)
    of_slot = NORMAL * median_by(hours.slot, np.abs(away), count=SLOTS)[hours.slot]
    scale = np.sqrt((of_slot**2 + spread_of(away) ** 2) / 2)
    return np.asarray(np.abs(away) / np.maximum(scale, max(hours.step, _LEAST_SPREAD)))


def _from_weeks(hours: Hours) -> np.ndarray:
    table = hours.table(hours.log)
    padded = np.pad(table, ((28, 28), (0, 0)), constant_values=np.nan)
    days = len(table)
    others = [padded[28 + 7 * week : 28 + 7 * week + days].ravel() for week in _WEEKS]
    return np.asarray(hours.log - median_across(np.array(others).T)[hours.cell])


def _run(amount: np.ndarray) -> np.ndarray:
    """Return by how many natural logarithms a run of equal amounts is unlikely."""
    is_same = np.append(False, amount[1:] == amount[:-1])  # NaN differs from NaN
    first = np.flatnonzero(~is_same)
    length = np.diff(np.append(first, len(amount)))
    chance = np.clip(is_same.mean(), _LEAST_REPEATS, _MOST_REPEATS)
    return np.asarray(np.repeat(length - 1, length) * -np.log(chance))


def _change(hours: Hours, lag: int) -> np.ndarray:
    """Return the larger change over some hours, from before or to after, beside the usual one."""
    after = np.full(len(hours.log), np.nan)
    after[lag:] = hours.log[lag:] - hours.log[:-lag]
    before = np.full(len(hours.log), np.nan)
    before[:-lag] = hours.log[:-lag] - hours.log[lag:]
    ways = [_of_spread(way - hours.pattern(way)) for way in (after, before)]
    return np.asarray(np.fmax(*ways))


def _beside_gap(known: np.ndarray) -> np.ndarray:
    beside = np.zeros(len(known))
    beside[1:] += ~known[:-1]
    beside[:-1] += ~known[1:]
    return np.minimum(beside, 1.0)
