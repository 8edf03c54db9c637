"""A thread that works until it is stopped."""

import logging
import threading
from abc import ABC, abstractmethod


class Worker(ABC):
    """One thread of its own: what breaks it is kept for whoever asks, and logged.

    Args:
        name: Of the thread, and of its trouble in the log.

    Attributes:
        failure: What broke it; None while nothing has.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._stop = threading.Event()
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start working."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def work(self) -> None:
        """Work until ``_stop`` is set; each worker says what that is."""

    def _run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.failure = error
            logging.getLogger(type(self).__module__).exception("%s.broken", self._name)
