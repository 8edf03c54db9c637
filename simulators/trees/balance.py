"""What a meter must count so that its tree balances, in whole steps."""

import numpy as np


def since_origin(amounts: np.ndarray) -> np.ndarray:
    """Return what was counted since the origin, at each edge of the slots. Shape (n + 1,)."""
    return np.concatenate(([0], np.cumsum(amounts)))


def balanced(
    step: int, below: np.ndarray, spent: np.ndarray, *, given: np.ndarray, out: np.ndarray
) -> np.ndarray:
    """Return the steps of a meter at each edge, so that the rest is never negative.

    Args:
        step: Base units in one step of it.
        below: What the meters below it counted, at each edge [base units]. Shape (n + 1,).
        spent: What nobody below it counts, in each slot [base units]. Shape (n,).
        given: What was generated behind it, at each edge. Shape (n + 1,).
        out: What was exported, at each edge. Shape (n + 1,).
    """
    known = below + out - given
    if not given[-1] and not np.any(below % step):
        return np.asarray(known // step + since_origin(spent) // step)
    # Steps that do not fit each other: a step of rest a slot, and rounding up never makes it less.
    total = known + since_origin(np.maximum(spent, step))
    return np.asarray(np.maximum.accumulate(-(-total // step)))
