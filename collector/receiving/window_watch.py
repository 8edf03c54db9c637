"""Notices when the broker's window of unacknowledged messages limits the rate, not the load."""

import logging
import time

log = logging.getLogger(__name__)

PERIOD_S = 10.0
FEWEST_COMMITS = 50
MOST_READS = 3
LONGEST_ANSWER_S = 0.010
"""Chosen: a broker sends what the window held back at once and in one piece, a load trickles in."""


class WindowWatch:
    """Looks at periods of the receiver's work.

    In a period that the window limits, every commit was due because a full window was drained, and
    the next window came at once and in one piece: the broker had more and was not allowed to send.

    Attributes:
        is_limiting: Whether the window limited the last whole period.
    """

    def __init__(self) -> None:
        self.is_limiting = False
        self._said = False
        self._begin(time.monotonic())

    def _begin(self, now: float) -> None:
        self._began = now
        self._idle_s = 0.0
        self._reads = self._by_window = self._by_other = 0

    def read(self, waited_s: float) -> None:
        """Note that something was read, after so long a wait."""
        self._idle_s += waited_s
        self._reads += 1

    def committed(self, unacknowledged: int, *, by_window: bool) -> None:
        """Note a commit, and how many messages it lets us acknowledge."""
        if by_window:
            self._by_window += 1
        else:
            self._by_other += 1
        now = time.monotonic()
        if now - self._began < PERIOD_S:
            return
        self.is_limiting = (
            self._by_window >= FEWEST_COMMITS
            and not self._by_other
            and self._reads <= MOST_READS * self._by_window
            and self._idle_s <= LONGEST_ANSWER_S * self._by_window
        )
        if self.is_limiting and not self._said:
            self._said = True
            log.warning(
                "window.limits messages=%d; the broker sends no more than so many before they are "
                "acknowledged. Raise its window (mosquitto: max_inflight_messages), then "
                "JIENENG_ACK_WINDOW",
                unacknowledged,
            )
        self._begin(now)
