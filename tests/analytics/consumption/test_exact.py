from fractions import Fraction
from math import floor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.consumption.exact import floor_between, floor_times

COUNTS = st.integers(0, 2**40) | st.integers(0, 1000)
FACTORS = st.fractions(min_value=0, max_value=2**20, max_denominator=2**31)


@given(st.lists(COUNTS, min_size=1), FACTORS)
def test_a_product_is_floored_exactly_however_large(counts: list[int], factor: Fraction) -> None:
    expected = [floor(count * factor) for count in counts]
    assert floor_times(np.array(counts, dtype=np.int64), factor).tolist() == expected


LINES = st.tuples(COUNTS, COUNTS, st.integers(1, 2**40), st.fractions(0, 1, max_denominator=10**6))


@given(st.lists(LINES, min_size=1), FACTORS)
def test_a_point_on_a_line_is_floored_exactly_however_long_the_line(
    lines: list[tuple[int, int, int, Fraction]], factor: Fraction
) -> None:
    rows = [(start, rise, floor(share * length), length) for start, rise, length, share in lines]
    expected = [floor((a + Fraction(d * x, n)) * factor) for a, d, x, n in rows]
    start, advance, passed, length = (
        np.array(one, dtype=np.int64) for one in zip(*rows, strict=True)
    )
    found = floor_between(start=start, advance=advance, passed=passed, length=length, factor=factor)
    assert found.tolist() == expected
