"""What a file says more than once of the same meter and time."""

from typing import NamedTuple

import numpy as np


class Unequal(NamedTuple):
    """What is left of readings of one meter when each time is said once.

    Attributes:
        first: Whether a reading is the first of its time. Shape (n,), bool.
        duplicates: How many said the same again.
        against: Index of each reading that says otherwise, and of the first of its time.
    """

    first: np.ndarray
    duplicates: int
    against: np.ndarray


def once_each(times: np.ndarray, values: np.ndarray) -> Unequal:
    """Look for times that are said more than once; the first row of a time stands.

    Args:
        times: In order. Shape (n,).
        values: Shape (n,).
    """
    first = np.ones(len(times), dtype=bool)
    first[1:] = times[1:] != times[:-1]
    leader = np.maximum.accumulate(np.where(first, np.arange(len(times)), 0))
    differs = values != values[leader]
    against = np.flatnonzero(differs)
    return Unequal(
        first, int((~first & ~differs).sum()), np.column_stack((against, leader[against]))
    )
