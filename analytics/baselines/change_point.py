"""Days by temperature alone: a base, and more of it beyond a balance point on either side.

One to five parameters, of which only those stay that the days pay for: a base; with heating, a
slope and the balance point it begins at; with cooling the same. Days off have their own base and
slopes. What comes out says something of a building, so its peers can be asked for theirs.

Source: docs/methods.md, "Baselines".
"""

from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from analytics.baseline import Baseline, Step
from analytics.modelling.conditions import SATURDAY, Special
from analytics.modelling.estimator import DayEstimator
from analytics.modelling.recency import recency
from analytics.modelling.spread import spread_of
from analytics.modelling.sufficiency import CODES, gate_of_weather
from analytics.modelling.warmth import colder, felt_c, warmer

_HEATING_C = np.arange(4.0, 21.0, 2.0)
_COOLING_C = np.arange(12.0, 29.0, 2.0)
_FINER_C = np.arange(-1.5, 1.75, 0.5)
_FEWEST_BEYOND = 10
"""Days beyond its balance point that a slope needs (CalTRACK 2.0)."""
_NONE = np.array([np.nan])


class _Days(NamedTuple):
    """What is known of measured days. Shape (n,) each."""

    warmth: np.ndarray
    off: np.ndarray
    amount: np.ndarray
    weight: np.ndarray


class _Best(NamedTuple):
    """The balance points of one form that leave least, NaN where it has none."""

    heating_c: float
    cooling_c: float
    numbers: np.ndarray
    left: float


class ChangePoint(DayEstimator):
    """The model of one meter.

    Args:
        recency_days: After how many days a day weighs 1/e less; 0 where all weigh alike.

    Attributes:
        heating_c_: Temperature below which heating begins [degC]; NaN without.
        cooling_c_: Temperature above which cooling begins [degC]; NaN without.
        numbers_: Base, heating slope, cooling slope [base units a day, a day and kelvin] of
            workdays, then what days off add to each. Shape (6,); 0 where there is none.
        spread_: How far days are from what is predicted.
    """

    def __init__(self, *, recency_days: float = 0.0) -> None:
        self.recency_days = recency_days

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Learn from days; those without amount or temperature say nothing.

        Args:
            X: Columns DAY_COLUMNS. Shape (n, 4).
            y: Amount of each day; NaN where it was not measured. Shape (n,).
        """
        y, day = np.asarray(y, float), X["day"].to_numpy()
        warmth = felt_c(day, X["temperature_c"].to_numpy())
        known = np.isfinite(y) & np.isfinite(warmth)
        weight = recency(day[known], self.recency_days)
        days = _Days(warmth[known], is_off(X)[known], y[known], weight / weight.mean())
        best = _fitting(days)
        self.heating_c_, self.cooling_c_ = best.heating_c, best.cooling_c
        self.numbers_ = best.numbers
        self.spread_ = spread_of(y[known], self.predict(X)[known], day=day[known], weight=weight)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the amount of each day, not below 0; NaN where no temperature is. Shape (n,)."""
        warmth = felt_c(X["day"].to_numpy(), X["temperature_c"].to_numpy())
        parts = _parts(warmth, is_off(X), np.array([self.heating_c_]), np.array([self.cooling_c_]))
        return np.where(np.isfinite(warmth), np.maximum(parts[0] @ self.numbers_, 0.0), np.nan)


def is_off(days: pd.DataFrame) -> np.ndarray:
    """Return which days nobody works on: weekends and holidays. Shape (n,), bool."""
    weekend = days["week_day"].to_numpy() >= SATURDAY
    return np.asarray(weekend | (days["special"].to_numpy() == Special.HOLIDAY))


def _fitting(days: _Days) -> _Best:
    """Return the form with the least Bayesian information criterion."""
    forms = (
        (_NONE, _NONE, 1),
        (_HEATING_C, _NONE, 3),
        (_NONE, _COOLING_C, 3),
        (_HEATING_C, _COOLING_C, 5),
    )
    count, found = len(days.amount), []
    for heating_c, cooling_c, parameters in forms:
        best = _best_of(days, heating_c, cooling_c)
        if best is not None:
            finer = _best_of(days, *_around(best))
            best = best if finer is None or finer.left > best.left else finer
            criterion = count * np.log(max(best.left, 1e-12) / count) + parameters * np.log(count)
            found.append((criterion, best))
    return min(found, key=lambda pair: pair[0])[1]


def _around(best: _Best) -> tuple[np.ndarray, np.ndarray]:
    return best.heating_c + _FINER_C, best.cooling_c + _FINER_C


def _best_of(days: _Days, heating_c: np.ndarray, cooling_c: np.ndarray) -> _Best | None:
    """Return the best of all pairs of balance points; None if days are beyond none of them."""
    pairs = np.array([
        (low, high) for low in heating_c for high in cooling_c if not low > high
    ])  # fmt: skip
    colder_days = np.count_nonzero(days.warmth < pairs[:, :1], axis=1)
    warmer_days = np.count_nonzero(days.warmth > pairs[:, 1:], axis=1)
    has_cold = np.isnan(pairs[:, 0]) | (colder_days >= _FEWEST_BEYOND)
    has_warm = np.isnan(pairs[:, 1]) | (warmer_days >= _FEWEST_BEYOND)
    pairs = pairs[has_cold & has_warm]
    if len(pairs) == 0:
        return None
    parts = _parts(days.warmth, days.off, pairs[:, 0], pairs[:, 1])
    across = (parts * days.weight[:, None]).transpose(0, 2, 1)
    inner = across @ parts
    inner[:, range(6), range(6)] += 1e-9 * np.trace(inner, axis1=1, axis2=2)[:, None] + 1e-12
    numbers = np.linalg.solve(inner, (across @ days.amount)[..., None])
    left = np.square((parts @ numbers)[..., 0] - days.amount) @ days.weight
    numbers = numbers[..., 0]
    # A building that uses less when colder, or when warmer, is not heated or cooled by this meter.
    is_no_use = (numbers[:, 1:3] < 0).any(axis=1)
    left = np.where(is_no_use, np.inf, left)
    least = int(np.argmin(left))
    if not np.isfinite(left[least]):
        return None
    low, high = pairs[least].tolist()
    return _Best(low, high, numbers[least], float(left[least]))


def _parts(
    warmth: np.ndarray, off: np.ndarray, heating_c: np.ndarray, cooling_c: np.ndarray
) -> np.ndarray:
    """Return what the numbers are multiplied with, for each pair of points. Shape (k, n, 6)."""
    cold = np.nan_to_num(colder(warmth, heating_c[:, None]))
    warm = np.nan_to_num(warmer(warmth, cooling_c[:, None]))
    plain = np.stack([np.ones_like(cold), cold, warm], axis=2)
    return np.concatenate([plain, plain * off[:, None]], axis=2)


BASELINE = Baseline(
    name="change_point",
    version=1,
    label_zh="日用量与气温（1 至 5 参数）",
    label_en="Days by temperature, one to five parameters",
    step=Step.DAY,
    needs="Eight weeks of measured days and their outdoor temperature.",
    codes=CODES,
    gate=gate_of_weather,
    make=ChangePoint,
    restore=ChangePoint.from_json,
)
