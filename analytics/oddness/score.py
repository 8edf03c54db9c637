"""One score of how odd each hour is, from all views; and what is known without the future."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from analytics.hours import Hours
from analytics.oddness.views import views_of


@dataclass(frozen=True)
class Weighing:
    """How views become one score.

    Attributes:
        lasting: View to its weight; smoothed with the hours around, so that an event is one thing.
        sudden: View to its weight; what belongs to one hour alone.
        hours: Width of the smoothing [h], an odd number.
        smooth: Share of the smoothed value in what lasts, 0 to 1.
    """

    lasting: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            dict.fromkeys(("level", "whole", "linear", "weeks", "day", "run"), 1.0)
        )
    )
    sudden: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"change": 2.0, "beside_gap": 2.0})
    )
    hours: int = 9
    smooth: float = 0.5


SHIPPED = Weighing()
"""Chosen for eight of ten labelled buildings by the nine others: docs/benchmarks.md."""


@dataclass(frozen=True)
class Oddness:
    """How odd the hours of a meter are.

    Attributes:
        score: 0 and above, about 1 where a view is one robust standard deviation away, and growing
            with the logarithm; NaN where the hour is missing, or nothing can be said. Shape (n,).
        code: Why nothing can be said: ``few_hours``, ``all_zero`` or ``never_changes``; else "".
    """

    score: np.ndarray
    code: str = ""


def oddness(hours: Hours, weighing: Weighing = SHIPPED) -> Oddness:
    """Return how odd each hour is, in the light of all hours given, also later ones.

    Args:
        hours: Amounts of a meter.
        weighing: How the views are put together.
    """
    code = hours.why_not
    if code:
        return Oddness(np.full(len(hours.amount), np.nan), code)
    return Oddness(weighed(views_of(hours), hours.known, weighing))


def oddness_then(hours: Hours, *, since: int) -> Oddness:
    """Return how odd each hour was at its end, without anything that came after it.

    Args:
        hours: Amounts of a meter.
        since: Place of the first hour to judge; those before get NaN. Each hour from it on is
            judged anew from all before it, so ask for days, not for years.
    """
    score = np.full(len(hours.amount), np.nan)
    code = ""
    for end in range(since + 1, len(score) + 1):
        then = oddness(hours.until(end))
        score[end - 1], code = then.score[-1], then.code
    return Oddness(score, code)


def weighed(views: Mapping[str, np.ndarray], known: np.ndarray, weighing: Weighing) -> np.ndarray:
    """Return views as one score.

    Each view counts by the logarithm of one more than its deviations, so that a single view that
    is very far away does not outvote the others. Weights are taken as shares of their sum.

    Returns:
        NaN where the hour is not known. Shape (n,).
    """
    lasting = _sum(views, weighing.lasting)
    around = _around(np.where(known, lasting, 0.0), known, weighing.hours)
    score = (1 - weighing.smooth) * lasting + weighing.smooth * around
    total = sum(weighing.lasting.values())
    score = (score + _sum(views, weighing.sudden)) / total
    return np.where(known, score, np.nan)


def _sum(views: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    # What belongs to no view is nothing odd; with no weight at all the sum is nothing, too.
    return sum(
        (weight * np.log1p(views[name]) for name, weight in weights.items()),
        np.zeros(len(views["level"])),
    )


def _around(value: np.ndarray, known: np.ndarray, width: int) -> np.ndarray:
    """Return the mean over the known hours around each one."""
    kernel = np.ones(width)
    count = np.convolve(known, kernel, mode="same")
    return np.convolve(value, kernel, mode="same") / np.maximum(count, 1)
