"""Which copies of the raw log are too old, though the clock that tells may be wrong.

A small computer may start in 1970, or in 2036, until somebody tells it the time. What goes because
of such a clock does not come back, so a clock must have gone steadily for a while before it is
believed, and when segments were written is judged by their order, too.
"""

import time
from collections.abc import Callable, Iterable, Sequence

STEADY_S = 3600.0
"""Chosen: a clock that is set after the start is set within minutes."""
STEP_MS = 60_000
"""Chosen: a clock that is only slewed is never moved so far in an hour."""


class Steadiness:
    """Tells whether a clock goes as the processor's own does, and has for a while.

    Args:
        ticks: Seconds that pass, from anywhere on.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._since = ticks()
        self._ahead_ms: float | None = None

    def has(self, now_ms: int) -> bool:
        """Tell it of a clock that says now; call it often."""
        ticks = self._ticks()
        ahead_ms = now_ms - 1000 * ticks
        if self._ahead_ms is None or abs(ahead_ms - self._ahead_ms) > STEP_MS:
            self._ahead_ms, self._since = ahead_ms, ticks
        return ticks - self._since >= STEADY_S


def mended(written_ms: Sequence[int], *, now_ms: int) -> list[int]:
    """Return when segments were written [ms], where a slow clock said that better known.

    What says that it was written before an earlier segment was not: it takes the time of the next
    one that has a good time, or now. Once the earlier ones are gone, nothing would tell. Times in
    the future stay as they are: they tell of themselves.

    Args:
        written_ms: When each was last written to, in the order of writing.
        now_ms: Time now.
    """
    newest_ms, is_behind = 0, []
    for written in written_ms:
        is_behind.append(written < newest_ms)
        newest_ms = max(newest_ms, written) if written <= now_ms else newest_ms
    found, later_ms = [], now_ms
    for written, behind in zip(reversed(written_ms), reversed(is_behind), strict=True):
        found.append(later_ms if behind else written)
        later_ms = min(found[-1], later_ms)
    return found[::-1]


def too_old(written_ms: Iterable[int], *, oldest_ms: int, now_ms: int) -> int:
    """Return how many of the first segments are too old, by when each was last written to [ms].

    Args:
        written_ms: Times in the order of writing, as ``mended`` returns them. One in the future is
            of a wrong clock: such a segment goes with the next that has a good time.
        oldest_ms: What was last written before this is too old.
        now_ms: Time now.
    """
    count = 0
    for number, written in enumerate(written_ms, 1):
        if written <= now_ms:
            count = number if written < oldest_ms else count
    return count
