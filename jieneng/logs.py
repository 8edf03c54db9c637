"""The log for people: one line a kind of trouble a minute, whatever storm rages."""

import logging
import threading
from typing import TextIO

FORM = "%(asctime)s %(levelname)s %(message)s"
MINUTE_S = 60.0


class CalmHandler(logging.StreamHandler[TextIO]):
    """Writes the first line of each kind at once and, a minute later, the last of those behind it.

    The last one counts, because it says how things stand: a store that came back and went again
    must not be left as back. A kind is a message before its values are filled in; what has a trace,
    and what is no trouble, is always written.

    Args:
        stream: Where to.
        seconds: What a minute is, for tests.
    """

    def __init__(self, stream: TextIO | None = None, *, seconds: float = MINUTE_S) -> None:
        super().__init__(stream)
        self.setFormatter(logging.Formatter(FORM))
        self._seconds = seconds
        self._waiting: dict[str, tuple[logging.LogRecord | None, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or keep it for later; called under the handler's lock."""
        kind = kind_of(record)
        if record.exc_info or record.levelno < logging.WARNING:
            super().emit(record)
        elif kind in self._waiting:
            _, count = self._waiting[kind]
            self._waiting[kind] = record, count + 1
        else:
            super().emit(record)
            self._wait(kind)

    def _wait(self, kind: str) -> None:
        self._waiting[kind] = None, 0
        timer = threading.Timer(self._seconds, self._end_minute, (kind,))
        timer.daemon = True
        timer.start()

    def _end_minute(self, kind: str) -> None:
        self.acquire()
        try:
            record, count = self._waiting.pop(kind, (None, 0))
            if record is not None:
                self._write(record, count)
                self._wait(kind)
        finally:
            self.release()

    def _write(self, record: logging.LogRecord, count: int) -> None:
        if count > 1:
            record.msg, record.args = f"{record.getMessage()} (and {count - 1} like it)", None
        super().emit(record)

    def close(self) -> None:
        """Write what waits."""
        self.acquire()
        try:
            for record, count in self._waiting.values():
                if record is not None:
                    self._write(record, count)
            self._waiting.clear()
        finally:
            self.release()
        super().close()


def kind_of(record: logging.LogRecord) -> str:
    """Return the kind of a line; of a message that is only a frame, its first value says it."""
    message = str(record.msg)
    first = record.args[0] if isinstance(record.args, tuple) and record.args else ""
    return f"{record.name} {message} {first if message.startswith('%s') else ''}"
