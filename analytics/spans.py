"""Runs in series of hours."""

import numpy as np


def runs_of(is_so: np.ndarray) -> list[tuple[int, int]]:
    """Return first and end of each run of true values, in order."""
    step = np.diff(np.concatenate(([0], is_so.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(step == 1).tolist(), np.flatnonzero(step == -1).tolist(), strict=True)
    )


def bridged(is_so: np.ndarray, *, most: int) -> np.ndarray:
    """Return the series with false runs of at most ``most`` between true ones made true."""
    joined = is_so.copy()
    for first, end in runs_of(~is_so):
        if first > 0 and end < len(is_so) and end - first <= most:
            joined[first:end] = True
    return joined
