"""Tells what the broker held while we were away from what it passes on at once.

A broker sends what it held in its order, as much at once as its window of unacknowledged messages
lets it. So it holds nothing more when, behind acknowledgements of everything, we ask it for a sign
of life, and that comes with less than a window of messages before it: on one connection nothing
overtakes. A quiet moment would not tell: between two windows there is one, and under load there is
none.
"""

from collector.mqtt.connection import Connection


class Backlog:
    """Watches one connection after another; used by the receiver's thread alone.

    Args:
        connection: The one we receive from.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_open = self._is_asked = False
        self._was_full = False
        self._came = 0

    def begin(self, *, was_full: bool = False) -> None:
        """Expect that what comes was held.

        Args:
            was_full: Because we took nothing for a while; else because the connection is new, and
                then only if the broker kept our session.
        """
        self._is_open, self._was_full = True, was_full
        self._is_asked = False

    @property
    def is_held(self) -> bool:
        """Whether what comes now may have been held for a while."""
        return self._is_open and (self._was_full or self._connection.is_resumed)

    def heard(self, messages: int) -> None:
        """Note that so many messages have come that must be acknowledged."""
        self._came += messages

    def look(self, *, unacknowledged: int, window: int) -> None:
        """Find out whether the broker holds anything more.

        Args:
            unacknowledged: Messages that we have and the broker does not know of.
            window: Messages that the broker sends at least before they are acknowledged.

        Raises:
            LostError: If the connection is over.
        """
        if not self.is_held:
            return
        if self._is_asked and self._connection.is_answered:
            self._is_asked = False
            self._is_open = self._came >= window
        if self._is_open and not self._is_asked and not unacknowledged:
            self._connection.ask()
            self._is_asked, self._came = True, 0
