"""Channels that a known device says and the registry does not list.

Many devices say more than anybody wants to know. The first message of each such channel is kept as
a dead letter, so that people can look at it and add the channel; those behind it are only counted.
"""

from collections.abc import Collection

Channel = tuple[str, str]
"""(device, channel)"""

MOST_CHANNELS = 10_000
"""Chosen: more unknown channels than any plant has; those beyond are treated as any dead letter."""


class Strangers:
    """Channels of which a message is kept since the start; not safe for several threads."""

    def __init__(self) -> None:
        # Hashes: a name may be as long as a message.
        self._kept: set[int] = set()
        self._in_hand: set[int] = set()

    def are_kept(self, channels: Collection[Channel]) -> bool:
        """Tell whether of each of these a message is kept; False where there are none."""
        return bool(channels) and self._kept.issuperset(map(hash, channels))

    def keep(self, channels: Collection[Channel]) -> None:
        """Note that a message with these is in hand, to be kept."""
        new = set(map(hash, channels)) - self._kept
        if len(self._kept) + len(new) <= MOST_CHANNELS:
            self._kept |= new
            self._in_hand |= new

    def settle(self) -> None:
        """Note that what was in hand is durable."""
        self._in_hand.clear()

    def forget(self) -> None:
        """Let go of what is in hand: the broker sends it again."""
        self._kept -= self._in_hand
        self._in_hand.clear()
