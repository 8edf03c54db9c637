"""Hours by time of the week and temperature: the default wherever the weather is known.

An hour uses what its hour of the week uses, and more or less by the temperature, along one bent
line while people are in and another while they are not. Days off are Sundays as far as this meter
makes them one. What is recent counts more, as the next year begins where this one ends.

Source: docs/methods.md, "Baselines".
"""

from typing import Self

import numpy as np
import pandas as pd

from analytics.baseline import Baseline, Step
from analytics.modelling.conditions import SATURDAY, SUNDAY, Special
from analytics.modelling.estimator import HourEstimator
from analytics.modelling.recency import recency
from analytics.modelling.segments import knots_of, parts_of
from analytics.modelling.spread import spread_of
from analytics.modelling.sufficiency import CODES, gate_of_weather
from analytics.modelling.warmth import felt_by_hours_c

SLOTS = 168
_HEATED_BELOW_C, _COOLED_ABOVE_C = 10.0, 18.3
_IN_SHARE = 0.65
_RIDGE = 1e-6
_SPECIALS = (Special.HOLIDAY, Special.BRIDGE)


class TimeOfWeek(HourEstimator):
    """The model of one meter.

    Args:
        segments: Stretches of each line of temperature.
        recency_days: After how many days an hour weighs 1/e less; 0 where all weigh alike, as for
            hours that lie between those of the fit.
        prior_hours: How many hours' worth of the mean of its like an hour of the week begins with.

    Attributes:
        slots_: Amount of each hour of the week at no temperature. Shape (168,).
        is_in_: Whether people are in at it. Shape (168,).
        knots_: Where the lines bend [degC]. Shape (segments - 1,).
        lines_: Slopes while people are in, then those while they are not. Shape (2 * segments,).
        sundays_: How much of a Sunday each of the special kinds of day is, 0 to 1.
        spread_: How far hours, days and years are from what is predicted.
    """

    def __init__(
        self, *, segments: int = 3, recency_days: float = 120.0, prior_hours: float = 1.0
    ) -> None:
        self.segments = segments
        self.recency_days = recency_days
        self.prior_hours = prior_hours

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Learn from hours; those without amount or temperature say nothing.

        Args:
            X: Columns HOUR_COLUMNS of consecutive hours. Shape (n, 5).
            y: Amount of each hour; NaN where it was not measured. Shape (n,).
        """
        y, warmth = np.asarray(y, float), self.warmth_c(X)
        known = np.isfinite(y) & np.isfinite(warmth)
        amount, day, special = y[known], X["day"].to_numpy()[known], X["special"].to_numpy()[known]
        slot, warmth, weight = _slots(X)[known], warmth[known], recency(day, self.recency_days)
        self.knots_ = knots_of(warmth, segments=self.segments)
        plain = special == Special.ORDINARY
        self.is_in_ = _is_in(slot[plain], warmth[plain], amount[plain])
        parts = self._parts(slot[plain], warmth[plain])
        self.slots_, self.lines_ = _solve(
            slot[plain], parts, amount[plain], weight[plain], prior=self.prior_hours
        )
        self.sundays_ = np.array([
            self._sunday(slot[own], warmth[own], amount[own], kind)
            for kind in _SPECIALS
            for own in (special == kind,)
        ])  # fmt: skip
        said = self._said(slot, special, warmth)
        self.spread_ = spread_of(amount, said, day=day, weight=weight)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the amount of each hour, not below 0; NaN where no temperature is. Shape (n,).

        Args:
            X: Columns HOUR_COLUMNS of consecutive hours. Shape (n, 5).
        """
        return self._said(_slots(X), X["special"].to_numpy(), self.warmth_c(X))

    def warmth_c(self, hours: pd.DataFrame) -> np.ndarray:
        """Return the temperature of each hour as felt [degC]; NaN where unknown. Shape (n,)."""
        return felt_by_hours_c(hours["temperature_c"].to_numpy(float))

    def _said(self, slot: np.ndarray, special: np.ndarray, warmth: np.ndarray) -> np.ndarray:
        worked, share = self._at(slot, warmth), np.concatenate([[0.0], self.sundays_])[special]
        if share.any():
            worked = (1 - share) * worked + share * self._at(_as_sunday(slot), warmth)
        return np.asarray(np.maximum(worked, 0.0))

    def _at(self, slot: np.ndarray, warmth: np.ndarray) -> np.ndarray:
        return np.asarray(self.slots_[slot] + self._parts(slot, warmth) @ self.lines_)

    def _parts(self, slot: np.ndarray, warmth: np.ndarray) -> np.ndarray:
        parts, is_in = parts_of(warmth, self.knots_), self.is_in_[slot][:, None]
        return np.hstack([parts * is_in, parts * ~is_in])

    def _sunday(
        self, slot: np.ndarray, warmth: np.ndarray, amount: np.ndarray, kind: Special
    ) -> float:
        """Return how much of a Sunday these days are; where none is known, what their name says."""
        if len(slot) == 0:
            return 1.0 if kind is Special.HOLIDAY else 0.0
        worked = self._at(slot, warmth)
        apart = self._at(_as_sunday(slot), warmth) - worked
        size = float(apart @ apart)
        return float(np.clip(apart @ (amount - worked) / size, 0.0, 1.0)) if size else 0.0


def _slots(hours: pd.DataFrame) -> np.ndarray:
    return np.asarray(hours["week_day"].to_numpy() * 24 + hours["hour"].to_numpy())


def _as_sunday(slot: np.ndarray) -> np.ndarray:
    return SUNDAY * 24 + slot % 24


def _is_in(slot: np.ndarray, felt: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Return whether people are in at each hour of the week: most of it is above a plain line."""
    cold = np.maximum(_HEATED_BELOW_C - felt, 0)
    warm = np.maximum(felt - _COOLED_ABOVE_C, 0)
    plain = np.stack([np.ones_like(cold), cold, warm], axis=1)
    line, *_ = np.linalg.lstsq(plain, amount, rcond=None)
    above = np.bincount(slot, amount > plain @ line, minlength=SLOTS)
    return np.asarray(above > _IN_SHARE * np.bincount(slot, minlength=SLOTS))


def _solve(
    slot: np.ndarray, parts: np.ndarray, amount: np.ndarray, weight: np.ndarray, *, prior: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the hours of the week and the slopes of weighted least squares.

    A slot is in no other slot's row, so only the slopes are left to solve for together. A slot
    is held to what its like use on the mean; one that was never seen stands where its like stand.
    """
    start = _of_their_like(slot, amount, weight)
    rest, seen = amount - start[slot], np.bincount(slot, weight, minlength=SLOTS)
    size = seen + prior * weight.mean()
    mean = _by_slot(slot, rest * weight) / size
    weighted = parts * weight[:, None]
    along = _by_slot(slot, weighted)
    inner = parts.T @ weighted - along.T @ (along / size[:, None])
    inner[np.diag_indices_from(inner)] += _RIDGE * np.trace(inner) / len(inner) + _RIDGE
    lines = np.linalg.solve(inner, weighted.T @ rest - along.T @ mean)
    slots = start + mean - along @ lines / size
    of_their_like = _of_their_like(slot, amount - parts @ lines, weight)
    return np.where(seen > 0, slots, of_their_like), lines


def _of_their_like(slot: np.ndarray, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the mean of the same hour of all workdays, or of all days off. Shape (168,)."""
    every = np.arange(SLOTS)
    like = every % 24 + 24 * (every >= SATURDAY * 24)
    size = np.bincount(like[slot], weight, minlength=SLOTS)
    total = np.bincount(like[slot], weight * values, minlength=SLOTS)
    whole = float(weight @ values / weight.sum())
    mean = np.where(size > 0, total / np.maximum(size, 1e-300), whole)
    return np.asarray(mean[like])


def _by_slot(slot: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sum of the values of each slot, column by column. Shape (168, ...)."""
    columns = [np.bincount(slot, column, minlength=SLOTS) for column in np.atleast_2d(values.T)]
    return np.stack(columns, axis=-1).reshape(SLOTS, *values.shape[1:])


BASELINE = Baseline(
    name="time_of_week",
    version=1,
    label_zh="周内时段与气温",
    label_en="Time of the week and temperature",
    step=Step.HOUR,
    needs="Eight weeks of measured hours and their outdoor temperature.",
    codes=CODES,
    gate=gate_of_weather,
    make=TimeOfWeek,
    restore=TimeOfWeek.from_json,
)
