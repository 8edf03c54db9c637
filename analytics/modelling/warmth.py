"""Temperature as a building feels it, and degrees beyond a balance point.

Source: docs/methods.md, "Baselines".
"""

import numpy as np

TODAY = 0.85
"""Share of a day's own temperature in what a building feels of it; the rest are the days before.
Chosen: of 0.7, 0.85 and 1 it said the gas of Cambridge in the years 2015 to 2018 best."""
_HOURS = 6
"""Hours whose mean stands beside the temperature of now. Chosen: of none, 6, 12 and 24."""


def felt_c(day: np.ndarray, temperature_c: np.ndarray) -> np.ndarray:
    """Return the temperature of each day as a heavy building feels it [degC]. Shape (n,).

    A day after one that is not known feels as it is.

    Args:
        day: Number of each day, increasing. Shape (n,).
        temperature_c: Its mean temperature; NaN where unknown. Shape (n,).
    """
    felt = np.array(temperature_c, float)
    follows = np.flatnonzero(np.diff(day) == 1) + 1
    for row in follows.tolist():
        if np.isfinite(felt[row - 1]):
            felt[row] = TODAY * felt[row] + (1 - TODAY) * felt[row - 1]
    return felt


def colder(temperature_c: np.ndarray, than_c: np.ndarray | float) -> np.ndarray:
    """Return by how much it is colder than a balance point, never below 0 [K]."""
    return np.maximum(than_c - temperature_c, 0.0)


def warmer(temperature_c: np.ndarray, than_c: np.ndarray | float) -> np.ndarray:
    """Return by how much it is warmer than a balance point, never below 0 [K]."""
    return np.maximum(temperature_c - than_c, 0.0)


def felt_by_hours_c(temperature_c: np.ndarray) -> np.ndarray:
    """Return the temperature of each hour as a building feels it [degC]. Shape (n,).

    The mean of now and of the last six hours; walls and rooms follow the air.

    Args:
        temperature_c: Of consecutive hours; NaN where unknown. Shape (n,).
    """
    known = np.isfinite(temperature_c)
    total, count = (
        np.concatenate([np.zeros(1), np.cumsum(values)])
        for values in (np.where(known, temperature_c, 0.0), known.astype(float))
    )
    end = np.arange(1, len(known) + 1)
    start = np.maximum(end - _HOURS, 0)
    late = (total[end] - total[start]) / np.maximum(count[end] - count[start], 1.0)
    return np.asarray((temperature_c + late) / 2)
