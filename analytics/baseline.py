"""What a baseline is: a model of what a meter would have used, with a gate before it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

import numpy as np
import pandas as pd

from analytics.modelling.saved import Saved
from analytics.rule import Code


class Step(StrEnum):
    """What one row of a model is."""

    HOUR = "hour"
    DAY = "day"


class Model(Protocol):
    """A model of one meter, with the manners of scikit-learn."""

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:  # noqa: N803  scikit-learn's
        """Learn from conditions and amounts; NaN says nothing."""

    def predict(self, X: pd.DataFrame) -> np.ndarray:  # noqa: N803
        """Return the amount of each row; NaN where its conditions are not known. Shape (n,)."""

    def predict_interval(self, X: pd.DataFrame, *, level: float) -> np.ndarray:  # noqa: N803
        """Return the least and the most of each row at a level such as 0.8. Shape (n, 2)."""

    def to_json(self) -> Saved:
        """Return what it was made with and learned, as JSON holds it."""


@dataclass(frozen=True)
class Baseline:
    """One kind of model.

    Attributes:
        name: The file's own name.
        version: Rises when the same data make another model.
        label_zh: What it goes by, in Chinese.
        label_en: The same in English.
        step: What one row is.
        needs: One sentence: which data it must have.
        codes: Every code its gate may answer.
        gate: Conditions and amounts to the name of the code that forbids a model; "" when it may
            be made.
        make: Returns a model that has learned nothing yet.
        restore: A model that was saved.
    """

    name: str
    version: int
    label_zh: str
    label_en: str
    step: Step
    needs: str
    codes: tuple[Code, ...]
    gate: Callable[[pd.DataFrame, np.ndarray], str]
    make: Callable[[], Model]
    restore: Callable[[Saved], Model]
