"""What is heard of devices and channels that the registry does not know, for people to adopt.

A listing, not a book: the books count the same values as dead. What a kill or a lost connection to
the records interrupts may be missing here, or be counted twice.
"""

import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

from energy.messages.message import Said

MOST_CHANNELS = 10_000
"""Chosen: more unknown channels than any plant has; those beyond are only counted."""
MOST_LETTERS = 200
"""Longest name of a device, channel or gateway that the records take."""
MOST_OF_VALUE = 60
"""Letters of a value or unit that are kept; chosen: a number has fewer."""

Channel = tuple[str, str]
"""(device, channel)"""


class HeardChannel(NamedTuple):
    """A channel that the registry does not know.

    Attributes:
        device: As the message names it.
        channel: As the message names it.
        gateway: The gateway it came through last; "" for a device that speaks itself.
        form: Name of the format that read it.
        topic: Where it arrived last, or the beginning of that.
        first: When it was first heard [ms].
        last: When it was last heard [ms].
        times: How many values were heard.
        value: The last one as text, NaN for one that is no number.
        unit: The unit of that one where the message says it; "" otherwise.
    """

    device: str
    channel: str
    gateway: str
    form: str
    topic: str
    first: int
    last: int
    times: int
    value: str
    unit: str


class Heard:
    """Notes what is heard until the records were told; safe for several threads.

    Args:
        most: How many channels are noted between two tellings.

    Attributes:
        beyond: Values of channels for which there was no room, here or in the records.
    """

    def __init__(self, most: int = MOST_CHANNELS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._channels: dict[Channel, HeardChannel] = {}
        self.beyond = 0

    def note(
        self, values: Collection[Said], *, gateway: str, form: str, topic: str, arrived: int
    ) -> None:
        """Note values of one message.

        Args:
            values: Those of channels that the registry does not know.
            gateway: The gateway it came through; "" for a device that speaks itself.
            form: Name of the format that read it.
            topic: Where it arrived.
            arrived: When [ms].
        """
        with self._lock:
            for said in values:
                self._add(
                    HeardChannel(
                        device=said.device,
                        channel=said.channel,
                        gateway=gateway,
                        form=form,
                        topic=topic[:MOST_LETTERS],
                        first=arrived,
                        last=arrived,
                        times=1,
                        value=str(said.value)[:MOST_OF_VALUE],
                        unit=said.unit[:MOST_OF_VALUE],
                    )
                )

    def take(self) -> list[HeardChannel]:
        """Return what was heard since the last time."""
        with self._lock:
            taken, self._channels = self._channels, {}
        return list(taken.values())

    def put_back(self, taken: Sequence[HeardChannel]) -> None:
        """Keep what the records could not be told."""
        with self._lock:
            newer, self._channels = self._channels, {}
            for one in (*taken, *newer.values()):
                self._add(one)

    def leave_out(self, values: int) -> None:
        """Count values for which the records had no room."""
        with self._lock:
            self.beyond += values

    def figures(self) -> dict[str, int]:
        """Return how many values could not be listed."""
        return {"heard_beyond": self.beyond}

    def _add(self, newer: HeardChannel) -> None:
        key = newer.device, newer.channel
        before = self._channels.get(key)
        if before is not None:
            self._channels[key] = newer._replace(
                first=before.first, times=before.times + newer.times
            )
        elif len(self._channels) < self._most and _has_names(newer):
            self._channels[key] = newer
        else:
            self.beyond += newer.times


def _has_names(one: HeardChannel) -> bool:
    """Tell whether its names could stand in the registry."""
    longest = max(map(len, (one.device, one.channel, one.gateway)))
    return bool(one.device and one.channel) and longest <= MOST_LETTERS
