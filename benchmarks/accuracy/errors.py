"""What a model of one year is off by in the next, and the row that says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.modelling.spread import Spread
from benchmarks.accuracy.data import Pair, bootstrap

COMMAND = "make bench-accuracy"
FEWEST_HOURS = 20

Row = dict[str, object]


@dataclass(frozen=True)
class Errors:
    """What one model is off by, of one pair of years.

    Attributes:
        pair: The pair.
        hourly: CV(RMSE) of hours [%].
        daily: CV(RMSE) of the mean hour of days [%].
        bias: Of the whole year, above 0 where too much was said [%].
        hours: How far each hour is off. Shape (n,).
        days: How far the mean hour of each day is. Shape (days,).
        spread: What the model says of its own distances; None of a control.
    """

    pair: Pair
    hourly: float
    daily: float
    bias: float
    hours: np.ndarray = field(repr=False)
    days: np.ndarray = field(repr=False)
    spread: Spread | None = None


def errors_of(
    pair: Pair, measured: np.ndarray, said: np.ndarray, day: np.ndarray, spread: Spread | None
) -> Errors:
    """Return what hours of a year are off by, and its days with enough of them."""
    known = np.isfinite(measured) & np.isfinite(said)
    measured, said, day = measured[known], said[known], day[known]
    own, guess = (daily_means(values, day) for values in (measured, said))
    return Errors(
        pair=pair,
        hourly=100 * cv_rmse(measured, said),
        daily=100 * cv_rmse(own, guess),
        bias=100 * float(said.sum() / measured.sum() - 1),
        hours=np.abs(measured - said),
        days=np.abs(own - guess),
        spread=spread,
    )


def cv_rmse(measured: np.ndarray, said: np.ndarray) -> float:
    """Return the root mean square of what is left, as a share of the mean."""
    return float(np.sqrt(np.square(measured - said).mean()) / measured.mean())


def daily_means(values: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the mean of each day with at least FEWEST_HOURS. Shape (days,)."""
    _, number, count = np.unique(day, return_inverse=True, return_counts=True)
    return np.asarray((np.bincount(number, values) / count)[count >= FEWEST_HOURS])


def by_building(found: Sequence[Errors], values: Sequence[float]) -> dict[str, list[float]]:
    """Return the values of each building's pairs."""
    gathered: dict[str, list[float]] = {}
    for one, value in zip(found, values, strict=True):
        gathered.setdefault(one.pair.building, []).append(value)
    return gathered


def row_beside(
    name: str,
    of: Callable[[Errors], float],
    found: Sequence[Errors],
    control: Sequence[Errors],
    *,
    floor_share: float,
    **more: object,
) -> Row:
    """Return the row of a figure: median of the pairs, beside the control's.

    Args:
        name: Of the figure.
        of: From errors to the figure [%].
        found: Ours.
        control: The plain model's, of the same pairs.
        floor_share: Times the control's median that is due.
        more: What else the row says.
    """
    values, others = ([of(one) for one in each] for each in (found, control))
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    beside = float(np.median(others))
    return {
        "name": name,
        "value": round(float(middle), 2),
        "unit": "%",
        "quartiles": [round(float(low), 2), round(float(high), 2)],
        "interval": bootstrap(by_building(found, values)),
        "floor": round(floor_share * beside, 2),
        "control": round(beside, 2),
        "ratio": round(float(middle) / beside, 3),
        "mean": round(float(np.mean(values)), 2),
        "control_mean": round(float(np.mean(others)), 2),
        "pairs": len(values),
        "buildings": len(by_building(found, values)),
        **more,
        "command": COMMAND,
    }
