"""Which line of a refused body is at fault, where the server's words do not tell.

A line is at fault only beside one that is taken: where the server takes nothing, or the line after
all, it is the request or the moment that it refuses, and everything is kept.
"""

from collections.abc import Callable, Sequence

from energy.errors import UnreachableError
from energy.text import Text

MOST_NEIGHBOURS = 20
"""Lines that are tried beside one that is refused; chosen: few where the request is at fault."""


class UnclearError(UnreachableError):
    """The server refuses a body, and its words may mean a line of it or the request.

    Args:
        text: What people are told.
        reason: The server's own words.
    """

    def __init__(self, text: Text, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


def culprit(lines: Sequence[str], takes: Callable[[Sequence[str]], bool]) -> int | None:
    """Return the place of the first line at fault; None where none certainly is.

    Args:
        lines: Those of a body that was refused.
        takes: Writes lines and tells whether the server takes them all; twice does no harm.
    """
    first, end = 0, len(lines)
    while end - first > 1:
        middle = (first + end) // 2
        if takes(lines[first:middle]):
            first = middle
        else:
            end = middle
    neighbours = [*lines[:first][-MOST_NEIGHBOURS:], *lines[first + 1 :][:MOST_NEIGHBOURS]]
    is_taken = any(takes([line]) for line in neighbours)
    return first if is_taken and not takes([lines[first]]) else None
