"""A clock that is so far ahead that what it says is refused."""

from typing import NamedTuple


class ClockAhead(NamedTuple):
    """How far a clock is ahead of the arrival of its messages.

    Attributes:
        device: Whose.
        lowest_ms: Least that it was ahead.
        highest_ms: Most that it was ahead; close to the least.
        times: How often something arrived that was so far ahead.
        first: When that arrived first [ms].
        last: When it arrived last [ms].
    """

    device: str
    lowest_ms: int
    highest_ms: int
    times: int
    first: int
    last: int
