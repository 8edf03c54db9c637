"""What is recent counts more: the next year begins where this one ends."""

import numpy as np


def recency(day: np.ndarray, days: float) -> np.ndarray:
    """Return the weight of each row: 1 on the last day, 1/e some days before. Shape (n,).

    Args:
        day: Number of the day of each row. Shape (n,).
        days: After how many days a row weighs 1/e less; 0 where all weigh alike.
    """
    if not days:
        return np.ones(len(day))
    return np.asarray(np.exp((day - day.max()) / days))
