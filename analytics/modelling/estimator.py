"""What the models of all baselines share: scikit-learn's manners, a life as JSON, intervals.

A model of its own fits and predicts; what it learned are its attributes that end in ``_``, one of
them ``spread_``.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin

from analytics.modelling.saved import Saved, restored, to_saved
from analytics.modelling.spread import Spread


class Estimator(RegressorMixin, BaseEstimator):
    """A model that can be kept as JSON.

    Attributes:
        PARTS: How what it learned is made again that is neither a number nor an array, by name.
        spread_: How far its rows and days are from what it predicts.
    """

    PARTS: ClassVar[Mapping[str, Callable[[Saved], object]]] = {"spread_": Spread.from_json}
    spread_: Spread

    def to_json(self) -> Saved:
        """Return what it was made with and learned, for JSON."""
        return to_saved(self)

    @classmethod
    def from_json(cls, saved: Saved) -> Self:
        """Return the model that was saved."""
        return restored(cls, saved, **cls.PARTS)


class HourEstimator(Estimator):
    """A model of hours."""

    def predict_interval(self, X: pd.DataFrame, *, level: float) -> np.ndarray:
        """Return the least and the most of each hour at a level such as 0.8. Shape (n, 2)."""
        return self.spread_.around_hours(self.predict(X), level=level)


class DayEstimator(Estimator):
    """A model of days."""

    def predict_interval(self, X: pd.DataFrame, *, level: float) -> np.ndarray:
        """Return the least and the most of each day at a level such as 0.8. Shape (n, 2)."""
        return self.spread_.around_days(self.predict(X), level=level)
