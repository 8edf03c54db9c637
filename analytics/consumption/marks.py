"""Which readings count as far as their quality tells: where every use of raw readings begins."""

import numpy as np

from analytics.consumption.course import Aside, Reason, join_aside
from energy.reading import REGISTER, Quality

_BAD = int(Quality.BAD)
"""As a plain integer: beside an array a member of an enumeration costs microseconds."""


def counting(table: str, quality: np.ndarray) -> np.ndarray:
    """Return which readings of one meter count.

    A BAD one never does. An UNCERTAIN one stands at its arrival and was said before that. A gauge's
    number and the amount of an interval would so stand at a time that is not theirs: they do not
    count. A register had counted so far at its arrival or earlier, so of several in a row only the
    last does.

    Args:
        table: REGISTER, INTERVAL or GAUGE.
        quality: energy.reading.Quality of each, in order of time. Shape (n,), int8.

    Returns:
        For each whether it counts. Shape (n,), bool.
    """
    found = quality != Quality.BAD
    unsure = quality == Quality.UNCERTAIN
    if not unsure.any():
        return np.asarray(found)
    if table == REGISTER:
        place = np.flatnonzero(found)
        followed = np.append(unsure[place][1:], False)
        unsure[place[~followed]] = False
    return np.asarray(found & ~unsure)


def withdrawn(quality: np.ndarray, revision: np.ndarray) -> np.ndarray:
    """Return which readings a person took away: as far as figures go, they were never said.

    Args:
        quality: energy.reading.Quality of each. Shape (n,), int8.
        revision: Number of the edit that wrote each; 0 for none. Shape (n,), int32.
    """
    return np.asarray((quality == _BAD) & (revision > 0))


def not_counting(time: np.ndarray, quality: np.ndarray, counts: np.ndarray) -> Aside:
    """Return the readings that do not count, each with its reason."""
    out = ~counts
    bad = out & (quality == Quality.BAD)
    return join_aside(
        set_aside(time[bad], Reason.BAD), set_aside(time[out & ~bad], Reason.UNCERTAIN)
    )


def set_aside(time: np.ndarray, reason: Reason) -> Aside:
    """Return readings that are set aside for one reason."""
    return Aside(time, (reason,) * len(time))
