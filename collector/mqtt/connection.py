"""What the receiver needs of an MQTT client."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

QOS = 1
"""At least once: the receiver says when a message is safe, and doubles are known by their time."""

Message = tuple[str, bytes, int, bool, int]
"""Topic, payload, number to acknowledge or 0, whether it is retained, bytes of it that were cut.

A plain tuple: a hundred thousand a second are made.
"""

NO_TEXT = "(topic is not UTF-8)"


class LostError(Exception):
    """The connection is over, or was refused; the text says why."""


class Session(NamedTuple):
    """How we want to be known to the broker.

    Attributes:
        client_id: Stable name of the persistent session.
        version: 4 for MQTT 3.1.1, 5 for MQTT 5.
        keepalive_s: Longest silence on the line [s].
        is_kept: Whether the broker keeps the session while we are away.
    """

    client_id: str
    version: int = 4
    keepalive_s: int = 60
    is_kept: bool = True


class Subscriptions(NamedTuple):
    """A change of what the broker sends us.

    Attributes:
        wanted: Topic filters to ask for; one that is subscribed already does no harm.
        gone: Filters that an earlier subscription of the session asked for and nobody wants now.
    """

    wanted: Sequence[str]
    gone: Sequence[str] = ()


class Connection(Protocol):
    """A client with at most one connection at a time, used by one thread only.

    Every method but ``close`` raises LostError when the connection is over; then ``close`` it, and
    ``open`` makes the next one. Numbers of messages mean nothing on another connection.
    """

    @property
    def is_subscribed(self) -> bool:
        """Whether the broker has answered our first subscriptions on this connection."""
        ...

    @property
    def is_resumed(self) -> bool:
        """Whether the broker let us into a session that it had kept while we were away."""
        ...

    @property
    def is_answered(self) -> bool:
        """Whether the broker has answered everything we asked with ``ask``."""
        ...

    def open(self, subscriptions: Subscriptions) -> None:
        """Connect to the session, and change its subscriptions when the broker lets us in."""
        ...

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Change the subscriptions of the session."""
        ...

    def wait(self, seconds: float) -> bool:
        """Tell whether there is something to read, after so many seconds at most.

        Keeps the line alive while it is quiet.
        """
        ...

    def read(self) -> Sequence[Message]:
        """Return the messages that have arrived; call it only when there is something."""
        ...

    def ask(self) -> None:
        """Ask the broker, once it has let us in, for a sign of life behind all we sent before."""
        ...

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Tell the broker that these messages are safe."""
        ...

    def close(self) -> None:
        """Leave, if there is a connection; a kept session stays. Never raises."""
        ...
