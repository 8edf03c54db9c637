"""Whether there is something to read on a line."""

import select
from typing import Protocol


class Line(Protocol):
    """An open file."""

    def fileno(self) -> int:
        """Return its number."""
        ...


def is_readable(line: Line, seconds: float) -> bool:
    """Tell whether a line has something to read, or is over, after so many seconds at most.

    By poll, for select knows no more than 1,024 open files, and gateways may hold more.
    """
    watch = select.poll()
    watch.register(line, select.POLLIN)
    return bool(watch.poll(seconds * 1000))
