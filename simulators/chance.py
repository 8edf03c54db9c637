"""Random numbers that depend on a seed and a name only, and never on how many are drawn."""

from zlib import crc32

import numpy as np


def generator(seed: int, name: str) -> np.random.Generator:
    """Return a generator of its own for a purpose.

    Draw once from each: then a longer draw begins with the numbers of a shorter one.
    """
    return np.random.Generator(np.random.PCG64([seed, crc32(name.encode())]))


def noise(seed: int, name: str, count: int, *, spread: float, an_hour: int = 1) -> np.ndarray:
    """Return factors around 1 that change slowly from slot to slot. Shape (count,).

    Each is 1 plus a mean of the normal draws of six hours, so it looks back and never ahead.

    Args:
        seed: The seed of the history.
        name: The purpose.
        count: How many slots.
        spread: Standard deviation of the factor.
        an_hour: How many slots make an hour.
    """
    window = 6 * an_hour
    drawn = generator(seed, name).standard_normal(count + window - 1)
    total = np.cumsum(np.concatenate(([0.0], drawn)))
    mean = (total[window:] - total[:-window]) / np.sqrt(window)
    return np.asarray(np.clip(1.0 + spread * mean, 0.2, 1.8))
