"""How fast a history is told: as fast as it goes, or so many times as fast as the world."""

import threading
import time
from collections.abc import Callable

SECOND_MS = 1000


class Pace:
    """Waits until it is time to say something.

    Args:
        speed: How many times as fast as the world; 0 for as fast as it goes.
        stop: Ends the waiting.
        clock: Seconds that pass in the world.
        wait: Waits so many seconds, or until stop is set; tells whether it is set.
    """

    def __init__(
        self,
        speed: float,
        stop: threading.Event,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._speed = speed
        self._stop = stop
        self._clock = clock
        self._wait = wait or stop.wait
        self._began: tuple[int, float] | None = None

    def until(self, told: int) -> bool:
        """Wait until it is time for what is told at a time [ms] of the history.

        The first thing is told at once. Returns False if it was stopped.
        """
        if not self._speed:
            return not self._stop.is_set()
        if self._began is None:
            self._began = told, self._clock()
        first, began = self._began
        due = began + (told - first) / SECOND_MS / self._speed
        return not self._wait(max(0.0, due - self._clock()))
