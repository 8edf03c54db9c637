"""Days by temperature, day of the week and time of year, at the level of late: gas, heat, cold.

The mean of two: bent lines of temperature with the days of the week and a smooth year, and the
change points. What the last weeks used beside that says where the next year begins.

Source: docs/methods.md, "Baselines".
"""

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from analytics.baseline import Baseline, Step
from analytics.baselines.change_point import ChangePoint, is_off
from analytics.modelling.conditions import Special
from analytics.modelling.estimator import DayEstimator
from analytics.modelling.spread import spread_of
from analytics.modelling.sufficiency import CODES, gate_of_weather
from analytics.modelling.warmth import colder, felt_c, warmer

_HEATING_C, _COOLING_C = (4.0, 8.0, 12.0, 16.0), (15.0, 18.0, 21.0, 24.0)
_YEAR_DAYS = 365.2425
_LEAST_LEVEL, _MOST_LEVEL = 0.5, 2.0
"""A meter that the last weeks say half or twice of has changed: no baseline says by how much."""


class Season(DayEstimator):
    """The model of one meter.

    Args:
        waves: Sines and cosines of the year.
        ridge: How much each number is held to 0, in parts of the variance of its column.
        recency_days: Of the change points.
        level_days: Measured days at the end that tell the level of late; 0 for days that lie
            between those of the fit.

    Attributes:
        mean_: Of each column of conditions. Shape (columns,), like the next two.
        scale_: Its standard deviation.
        slopes_: Amount for a standard deviation more of it.
        base_: Amount of a mean day.
        points_: The change points.
        level_: Times which the days of late used more than the two models say.
        spread_: How far days are from what is predicted.
    """

    PARTS: ClassVar = {**DayEstimator.PARTS, "points_": ChangePoint.from_json}

    def __init__(
        self,
        *,
        waves: int = 2,
        ridge: float = 0.02,
        recency_days: float = 200.0,
        level_days: int = 30,
    ) -> None:
        self.waves = waves
        self.ridge = ridge
        self.recency_days = recency_days
        self.level_days = level_days

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Learn from days; those without amount or temperature say nothing.

        Args:
            X: Columns DAY_COLUMNS. Shape (n, 4).
            y: Amount of each day; NaN where it was not measured. Shape (n,).
        """
        y, columns = np.asarray(y, float), self._columns(X)
        known = np.isfinite(y) & np.isfinite(columns).all(axis=1)
        amount, seen = y[known], columns[known]
        self.mean_, self.scale_ = seen.mean(axis=0), seen.std(axis=0)
        self.base_ = float(amount.mean())
        unlike = self._unlike(seen)
        inner = unlike.T @ unlike + self.ridge * len(amount) * np.eye(unlike.shape[1])
        self.slopes_ = np.linalg.solve(inner, unlike.T @ (amount - self.base_))
        self.points_ = ChangePoint(recency_days=self.recency_days).fit(X, y)
        self.level_ = 1.0
        day, said = X["day"].to_numpy()[known], self.predict(X)[known]
        self.level_ = self._level(amount, said)
        self.spread_ = spread_of(amount, said, day=day, weight=np.ones(len(amount)))
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the amount of each day, not below 0; NaN where no temperature is. Shape (n,)."""
        smooth = self.base_ + self._unlike(self._columns(X)) @ self.slopes_
        return np.asarray(self.level_ * (np.maximum(smooth, 0.0) + self.points_.predict(X)) / 2)

    def _unlike(self, columns: np.ndarray) -> np.ndarray:
        """Return how unlike a mean day each is; a column that never changed says nothing."""
        return np.asarray((columns - self.mean_) / np.where(self.scale_ > 0, self.scale_, np.inf))

    def _level(self, amount: np.ndarray, said: np.ndarray) -> float:
        late, expected = amount[-self.level_days :].sum(), said[-self.level_days :].sum()
        if not self.level_days or expected <= 0:
            return 1.0
        return float(np.clip(late / expected, _LEAST_LEVEL, _MOST_LEVEL))

    def _columns(self, days: pd.DataFrame) -> np.ndarray:
        """Return what is known of each day, as numbers. Shape (n, columns)."""
        day, week_day = days["day"].to_numpy(), days["week_day"].to_numpy()
        warmth = felt_c(day, days["temperature_c"].to_numpy())
        cold = [colder(warmth, point) for point in _HEATING_C]
        off, special = is_off(days), days["special"].to_numpy()
        angle = 2 * np.pi * day / _YEAR_DAYS
        waves = [turn(n * angle) for n in range(1, self.waves + 1) for turn in (np.sin, np.cos)]
        return np.stack(
            [
                *cold,
                *(warmer(warmth, point) for point in _COOLING_C),
                *(part * off for part in cold),
                *(week_day == n for n in range(1, 7)),
                *(special == kind for kind in (Special.HOLIDAY, Special.BRIDGE)),
                *waves,
            ],
            axis=1,
        ).astype(float)


BASELINE = Baseline(
    name="season",
    version=1,
    label_zh="日用量与气温、星期、季节及近期水平",
    label_en="Days by temperature, day of the week, season and the level of late",
    step=Step.DAY,
    needs="Eight weeks of measured days and their outdoor temperature.",
    codes=CODES,
    gate=gate_of_weather,
    make=Season,
    restore=Season.from_json,
)
