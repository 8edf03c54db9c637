"""What can wait gives way to what devices say: imported files, and the raw log read again."""

import threading
import time
from collections.abc import Callable

SLICE = 5000
"""Readings taken at once; chosen: what devices say waits some ten milliseconds for them."""
MOST_WAITING = 40_000
"""Readings in the spool above which others wait; chosen: two batches of the shipper.

The spool ships in order, so this is also the most that a device's reading finds before it.
"""
SHARE = 0.5
"""Of the time, that others may keep spool or store busy; chosen: the other half is the devices'."""
LONGEST_REST_S = 5.0
"""Chosen: what took long because a store was away is not rested from for as long again."""
CROWDED_S = 0.02


class GivingWay:
    """Says when work that can wait may go on.

    Args:
        waiting: How many readings wait in the spool.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let nothing go on any more."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        """Whether nothing may go on any more."""
        return self._stop.is_set()

    def may_go(self) -> bool:
        """Wait until few enough readings of devices wait; False when it is time to stop."""
        while not self._stop.is_set():
            if self._waiting() < MOST_WAITING:
                return True
            self.pause(CROWDED_S)
        return False

    def rest(self, began: float) -> None:
        """Wait in proportion to work that began at a time of the monotonic clock [s]."""
        worked = time.monotonic() - began
        self.pause(min(worked * (1 / SHARE - 1), LONGEST_REST_S))

    def pause(self, seconds: float) -> None:
        """Wait, but not when it is time to stop."""
        self._stop.wait(seconds)
