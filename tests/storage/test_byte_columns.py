"""Numbers of many rows are written at once as Python writes them one by one."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storage.byte_columns import Texts, decimal, in_one, same, whole

_LEAST, _MOST = -(2**63), 2**63 - 1


def _written(parts: list[Texts]) -> list[str]:
    return in_one([*parts, same(b"\n")]).decode().split("\n")[:-1]


@given(
    first=st.one_of(st.integers(_LEAST, _MOST), st.integers(-20_000, 20_000)),
    digits=st.integers(0, 19),
    further=st.lists(st.integers(0, 10**19), min_size=1, max_size=10),
)
def test_whole_numbers_far_apart_and_close_together_are_written_as_python_writes_them(
    *, first: int, digits: int, further: list[int]
) -> None:
    numbers = [min(first + more % 10**digits, _MOST) for more in further]
    assert _written(whole(np.array(numbers, dtype=np.int64))) == [str(one) for one in numbers]


def test_whole_numbers_keep_every_zero_within_them() -> None:
    numbers = [0, 10_000, 100_000_000, 100_000_001, 10_000_000_000_000_000, 20_001]
    assert _written(whole(np.array(numbers))) == [str(one) for one in numbers]
    assert _written(whole(np.array([0, 0]))) == ["0", "0"]
    assert _written(whole(np.array([70_007, 70_007]))) == ["70007", "70007"]
    far_apart = [300_000_000_000_000_000, 300_987_654_321_000_001]
    assert _written(whole(np.array(far_apart))) == [str(one) for one in far_apart]
    assert _written(whole(np.array([_LEAST, _MOST]))) == [str(_LEAST), str(_MOST)]


@given(
    counts=st.lists(st.integers(-(10**16), 10**16), min_size=1, max_size=10),
    places=st.integers(0, 8),
    shift=st.integers(0, 12),
)
def test_decimals_with_as_many_places_read_back_as_the_same_float(
    *, counts: list[int], places: int, shift: int
) -> None:
    numbers = [count // 10**shift / 10**places for count in counts]
    found = [float(text) for text in _written(decimal(np.array(numbers)))]
    assert found == numbers


@given(
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5),
    others=st.lists(st.integers(-9, 9).map(lambda count: count / 4), max_size=5),
)
def test_a_float_that_is_no_short_decimal_reads_back_as_itself_among_those_that_are(
    *, numbers: list[float], others: list[float]
) -> None:
    values = numbers + others
    found = [float(text) for text in _written(decimal(np.array(values)))]
    assert found == values
    assert [math.copysign(1, one) for one in found] == [math.copysign(1, one) for one in values]


def test_a_zero_keeps_its_sign() -> None:
    assert _written(decimal(np.array([-0.0, 0.0, 1.0]))) == ["-0.0", "0", "1"]


def test_decimals_end_with_the_last_digit_that_says_something() -> None:
    thousandths = [12.5, -0.05, 7.0, 0.123, 1000.0]
    assert _written(decimal(np.array(thousandths))) == ["12.5", "-0.05", "7", "0.123", "1000"]
    millionths = [0.000001, 0.5, 3.0, -2.001001, 10.00012]
    assert _written(decimal(np.array(millionths))) == [
        "0.000001",
        "0.5",
        "3",
        "-2.001001",
        "10.00012",
    ]
