"""Temperature as a bent line: parts that add up to it, one for each stretch between two knots.

Source: docs/methods.md, "Baselines".
"""

import numpy as np


def knots_of(temperature_c: np.ndarray, *, segments: int) -> np.ndarray:
    """Return where the line bends: stretches as long as each other [degC]. Shape (segments - 1,).

    Args:
        temperature_c: Known temperatures, at least one.
        segments: How many stretches.
    """
    ends = float(temperature_c.min()), float(temperature_c.max())
    return np.linspace(*ends, segments + 1)[1:-1]


def parts_of(temperature_c: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return how much of a temperature lies in each stretch. Shape (n, knots + 1).

    The first and the last go on beyond what was seen, so that a warmer year than that of the fit
    continues the line.
    """
    below = np.minimum(temperature_c, knots[0])[:, None]
    widths = np.diff(knots)
    between = np.clip(temperature_c[:, None] - knots[:-1], 0, widths)
    above = np.maximum(temperature_c - knots[-1], 0)[:, None]
    return np.hstack([below, between, above])
