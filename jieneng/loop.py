"""A thread that repeats one piece of work until it is stopped."""

import logging
import threading
from collections.abc import Callable

from energy.errors import JienengError

log = logging.getLogger(__name__)


class Loop:
    """Calls ``work`` every ``seconds``; an error of ours is logged and the next turn tries again.

    Any other error ends the loop and is kept in ``failure``: a broken promise of ours must be
    seen, not repeated.
    """

    def __init__(self, name: str, work: Callable[[], None], *, seconds: float) -> None:
        self.name = name
        self.failure: BaseException | None = None
        self._work = work
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start repeating."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until the turn under way has ended."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        said = ""
        while not self._stop.is_set():
            try:
                self._work()
                said = ""
            except JienengError as error:
                if str(error) != said:  # said once, retried for ever
                    log.warning("%s.failed error=%s", self.name, error)
                said = str(error)
            except BaseException as error:
                self.failure = error
                log.exception("%s.broken", self.name)
                return
            self._stop.wait(self._seconds)
