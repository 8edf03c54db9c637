"""Medians of many groups or windows at once; unknown values (NaN) are passed over."""

import numpy as np

NORMAL = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


def median_by(group: np.ndarray, value: np.ndarray, *, count: int) -> np.ndarray:
    """Return the median of each group.

    Args:
        group: Number of the group of each value, 0 to ``count`` - 1. Shape (n,), int64.
        value: The values; NaN = unknown. Shape (n,).
        count: How many groups there are.

    Returns:
        Medians, to twelve figures of the range of all values; NaN where a group has no known value.
        Shape (count,).
    """
    known = np.isfinite(value)
    if not known.any():
        return np.full(count, np.nan)
    group, value = group[known], value[known]
    least = float(value.min())
    # One sort of numbers is three times as fast as one by two keys: each group has its own stretch
    # of the line, whose length is a power of two, so that no digit is lost in adding it.
    stretch = 2.0 ** (np.ceil(np.log2(max(float(value.max()) - least, 1e-300))) + 1)
    size = np.bincount(group, minlength=count)
    value = np.sort(value - least + group * stretch)
    value = value - np.repeat(np.arange(count) * stretch, size) + least
    first = np.cumsum(size) - size
    median = np.full(count, np.nan)
    there = size > 0
    low, high = (first + (size - 1) // 2)[there], (first + size // 2)[there]
    median[there] = (value[low] + value[high]) / 2
    return median


def median_across(value: np.ndarray) -> np.ndarray:
    """Return the median of the known values of each row; NaN where none is. Shape (rows,)."""
    ordered = np.sort(value, axis=1)
    size = np.isfinite(ordered).sum(axis=1)
    row = np.arange(len(ordered))
    middle = (
        ordered[row, np.maximum(size - 1, 0) // 2]
        + ordered[row, np.minimum(size // 2, ordered.shape[1] - 1)]
    ) / 2
    return np.where(size > 0, middle, np.nan)


def centred_median(value: np.ndarray, *, width: int, at_least: int) -> np.ndarray:
    """Return the median of the values around each one.

    Args:
        value: A series; NaN = unknown. Shape (n,).
        width: How many values a window holds, an odd number.
        at_least: How many of them must be known.

    Returns:
        Medians; NaN where fewer are known. Shape (n,).
    """
    half = width // 2
    padded = np.pad(value, half, constant_values=np.nan)
    window = np.lib.stride_tricks.sliding_window_view(padded, width)
    enough = np.isfinite(window).sum(axis=1) >= at_least
    return np.where(enough, median_across(window), np.nan)


def filled(value: np.ndarray) -> np.ndarray:
    """Return a series with unknown values on the line between their neighbours, ends held."""
    known = np.flatnonzero(np.isfinite(value))
    if not len(known):
        return value
    return np.asarray(np.interp(np.arange(len(value)), known, value[known]))


def spread_of(value: np.ndarray) -> float:
    """Return the robust standard deviation of the known values around their median; else NaN."""
    known = value[np.isfinite(value)]
    return NORMAL * float(np.median(np.abs(known - np.median(known)))) if len(known) else np.nan
