"""How well a model of amounts fits what was measured: the two statistics that auditors ask for.

Source: ASHRAE Guideline 14 as docs/methods.md, "Change explained", quotes it.
"""

from typing import NamedTuple

import numpy as np


class Fit(NamedTuple):
    """How well a model fits.

    Attributes:
        cv_rmse: CV(RMSE): the root mean square of what is left, as a share of the mean.
        nmbe: NMBE: the mean of what is left, as a share of the mean; above 0 where more was
            measured than predicted.
    """

    cv_rmse: float
    nmbe: float


def fit_of(measured: np.ndarray, predicted: np.ndarray, *, parameters: int) -> Fit | None:
    """Return how well predictions fit.

    Args:
        measured: What was measured. Shape (n,).
        predicted: What the model says of the same. Shape (n,).
        parameters: How many numbers of the model were taken from the measured ones.

    Returns:
        The shares; None where as many numbers were taken as there are measured ones, or where the
        mean is 0: nobody can say then.
    """
    free, mean = len(measured) - parameters, float(np.mean(measured)) if len(measured) else 0.0
    if free <= 0 or mean == 0:
        return None
    left = np.asarray(measured, dtype=float) - predicted
    return Fit(
        cv_rmse=float(np.sqrt(np.square(left).sum() / free)) / mean,
        nmbe=float(left.sum()) / free / mean,
    )
