"""Exact arithmetic on arrays of integers: in 64 bits where they suffice, in Python's where not."""

from fractions import Fraction

import numpy as np

_SAFE = 2**62
"""Intermediate results stay below this, half of what 64 bits with a sign hold."""


def floor_times(count: np.ndarray, factor: Fraction) -> np.ndarray:
    """Return floor(count x factor) of each count, exactly.

    Args:
        count: Whole numbers. Shape (n,), int64.
        factor: What to multiply by, not negative.

    Returns:
        Shape (n,), int64.

    Raises:
        OverflowError: If a result does not fit 64 bits.
    """
    num, den = factor.numerator, factor.denominator
    if num == 1 and den == 1:
        return count
    greatest = _greatest(count)
    if greatest * num < _SAFE:
        product = count * num
        return product if den == 1 else product // den
    if num * den < _SAFE and greatest // den * num < _SAFE:
        whole, rest = np.divmod(count, den)
        return np.asarray(whole * num + rest * num // den)
    return np.array([int(one) * num // den for one in count], dtype=np.int64)


def _greatest(count: np.ndarray) -> int:
    """Return the greatest size of some whole numbers; 0 of none."""
    return max(int(count.max(initial=0)), -int(count.min(initial=0)))


def floor_between(
    *,
    start: np.ndarray,
    advance: np.ndarray,
    passed: np.ndarray,
    length: np.ndarray,
    factor: Fraction,
) -> np.ndarray:
    """Return floor((start + advance x passed / length) x factor) of each row, exactly.

    Args:
        start: Count where a line begins. Shape (n,), int64.
        advance: How far the count rises along the line; negative where it falls. Shape (n,), int64.
        passed: Time since the line began [ms], at most its length. Shape (n,), int64.
        length: Length of the line [ms], positive. Shape (n,), int64.
        factor: What the count is multiplied by, not negative.

    Returns:
        Shape (n,), int64.
    """
    if not len(start):
        return np.zeros(0, dtype=np.int64)
    num, den = factor.numerator, factor.denominator
    narrow = num * den < _SAFE and _greatest(start) // den * num < _SAFE
    longest = int(length.max())
    widest = longest * (_greatest(advance) * num + den)
    if narrow and widest < _SAFE:
        return _in_64_bits(start, advance, passed, length, factor)
    # A float is near enough to tell which rows are far from the limit.
    reach = np.abs(advance).astype(np.float64) * passed * num + length.astype(np.float64) * den
    small = (reach < _SAFE / 2) & narrow
    result = np.empty(len(start), dtype=np.int64)
    for rows, exactly in ((small, _in_64_bits), (~small, _one_by_one)):
        result[rows] = exactly(start[rows], advance[rows], passed[rows], length[rows], factor)
    return result


def _in_64_bits(
    start: np.ndarray,
    advance: np.ndarray,
    passed: np.ndarray,
    length: np.ndarray,
    factor: Fraction,
) -> np.ndarray:
    num, den = factor.numerator, factor.denominator
    if den == 1:
        if num != 1:
            start, advance = start * num, advance * num
        whole: np.ndarray = advance * passed
        whole //= length
        whole += start
        return whole
    rest = start % den * num
    part = (rest % den * length + advance * passed * num) // (length * den)
    return np.asarray(start // den * num + rest // den + part)


def _one_by_one(
    start: np.ndarray,
    advance: np.ndarray,
    passed: np.ndarray,
    length: np.ndarray,
    factor: Fraction,
) -> np.ndarray:
    num, den = factor.numerator, factor.denominator
    rows = zip(start.tolist(), advance.tolist(), passed.tolist(), length.tolist(), strict=True)
    return np.array(
        [(one * span + rise * gone) * num // (den * span) for one, rise, gone, span in rows],
        dtype=np.int64,
    )
