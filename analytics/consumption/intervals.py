"""From amounts per interval to the same course that registers have."""

import numpy as np

from analytics.consumption.course import Course, Known, Reason, join_aside
from analytics.consumption.marks import counting, not_counting, set_aside
from energy.reading import INTERVAL


def follow_intervals(
    *,
    time: np.ndarray,
    amount: np.ndarray,
    quality: np.ndarray,
    nominal_ms: int,
    most: int,
) -> Course:
    """Follow the amounts that a meter sends for each interval.

    An interval lasts the nominal time, or until the next begins if that is sooner. Between two
    intervals nobody looked; an amount that cannot be is unresolved.

    Args:
        time: START of each interval [ms], strictly increasing. Shape (n,), int64.
        amount: Amount of each [base units]. Shape (n,), int64.
        quality: energy.reading.Quality of each; see analytics/consumption/marks.py for what is not
            used. Shape (n,), int8.
        nominal_ms: Length of an interval [ms].
        most: Greatest plausible amount of an interval [base units].

    Returns:
        The course, counted in base units.
    """
    counts = counting(INTERVAL, quality)
    aside = not_counting(time, quality, counts)
    time, amount = time[counts], amount[counts]
    if not len(time):
        return Course(time, amount, np.zeros(0, dtype=np.int8), aside)
    impossible = (amount < 0) | (amount > most)
    refused = set_aside(time[impossible], Reason.RATE)
    end = np.minimum(time + nominal_ms, np.append(time[1:], time[-1] + nominal_ms))
    apart = np.append(end[:-1] < time[1:], True)
    own = np.where(impossible, 0, amount)
    kind = np.where(impossible, Known.UNRESOLVED, Known.MEASURED).astype(np.int8)
    return Course(
        time=_interleaved(time, end, apart),
        count=_interleaved(np.append(0, np.cumsum(own)[:-1]), np.cumsum(own), apart),
        known=_interleaved(kind, np.full(len(time), Known.NOTHING, dtype=np.int8), apart)[:-1],
        aside=join_aside(aside, refused),
    )


def _interleaved(each: np.ndarray, between: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Return one entry an interval, and one more where the next does not follow at once."""
    both = np.column_stack([each, between]).ravel()
    chosen = np.column_stack([np.ones(len(each), dtype=bool), apart]).ravel()
    return np.asarray(both[chosen])
