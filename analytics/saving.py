"""What was saved in a later time: what the baseline says it would have used, less what it used.

Source: docs/methods.md, "Baselines".
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.baseline import Model
from analytics.modelling.spread import around_total


class Saving(NamedTuple):
    """What was saved, of the rows that were measured: missing is never a saving.

    Attributes:
        base: Predicted less measured [base units]; below 0 where more was used.
        low: Least of it at the level asked for.
        high: Most of it.
        rows: How many rows count.
        left_out: How many were not measured, or have no prediction.
    """

    base: float
    low: float
    high: float
    rows: int
    left_out: int


def saving_of(
    model: Model,
    X: pd.DataFrame,  # noqa: N803  scikit-learn's
    measured: np.ndarray,
    *,
    level: float = 0.8,
) -> Saving:
    """Return what was saved.

    Args:
        model: A baseline, fitted to an earlier time.
        X: Conditions of consecutive rows of a later time.
        measured: Amount of each row; NaN where it was not measured. Shape (n,).
        level: Of the interval, 0.8 or 0.9.
    """
    said = model.predict(X)
    known = np.isfinite(said) & np.isfinite(measured)
    expected, used = float(said[known].sum()), float(np.asarray(measured)[known].sum())
    days = len(np.unique(X["day"].to_numpy()[known]))
    low, high = around_total(expected, days=days, level=level)
    count = int(np.count_nonzero(known))
    return Saving(expected - used, low - used, high - used, count, len(known) - count)
