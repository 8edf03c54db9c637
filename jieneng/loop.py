"""A thread that repeats one piece of work until it is stopped."""

import logging
from collections.abc import Callable

from collector.worker import Worker
from energy.errors import JienengError

log = logging.getLogger(__name__)


class Loop(Worker):
    """Calls ``turn`` every ``seconds``; an error of ours is logged and the next turn tries again.

    Any other error ends the loop and is kept in ``failure``: a broken promise of ours must be
    seen, not repeated.
    """

    def __init__(self, name: str, turn: Callable[[], None], *, seconds: float) -> None:
        super().__init__(name)
        self._turn = turn
        self._seconds = seconds

    def work(self) -> None:
        """Repeat; a stop waits until the turn under way has ended."""
        said = ""
        while not self._stop.is_set():
            try:
                self._turn()
                said = ""
            except JienengError as error:
                if str(error) != said:  # said once, retried for ever
                    log.warning("%s.failed error=%s", self._name, error)
                said = str(error)
            self._stop.wait(self._seconds)
