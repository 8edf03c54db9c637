"""What stands in hand between a message and the spool, and where each of it came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import NamedTuple, cast

from energy.messages.message import Format, NamedPlain, Plain, Said

UNKNOWN = 0
"""Number of the slot that stands for every channel that is not known."""


class Channels(dict[str, int]):
    """The channels of one device, by name, to the numbers of their slots."""

    def __missing__(self, channel: str) -> int:
        return UNKNOWN


NO_CHANNELS = Channels()


class Source(NamedTuple):
    """What is known of a topic, worked out once.

    Attributes:
        form: The format that reads it.
        gateway: The gateway behind it; "" for a device that speaks itself.
        plain: The quick way to read its messages; None where the format has none.
        channels: Those of the device that speaks there; None where each moment names its own.
        devices: Device to channels, of all that may speak there, where each moment names its own.
        bound: The one device that the registry binds to the topic; "" where it binds none.
    """

    form: Format
    gateway: str
    plain: Callable[[bytes], Plain | Sequence[Plain]] | None
    channels: Channels | None
    devices: Mapping[str, Channels]
    bound: str = ""

    def said(self, topic: str, payload: bytes) -> list[Said]:
        """Return what a message says; a device that only its topic names is the bound one.

        Raises:
            DecodeError: If the format cannot read it.
        """
        said = self.form.decode(topic, payload)
        if not self.bound:
            return said
        by_topic = {topic, self.form.device_of(topic) if self.form.device_of else topic}
        return [one._replace(device=self.bound) if one.device in by_topic else one for one in said]


@dataclass
class Pending:
    """Values that wait to be screened, in order of arrival; columns that grow.

    Attributes:
        messages: The messages they came in: source, topic, bytes.
        arrived: When each arrived [ms].
        sizes: How many values each message holds.
        times: Bare time of each moment.
        lengths: How many values each moment holds.
        slots: Number of the slot of each value.
        numbers: Each value, NaN where only ``said`` knows it.
        said: What a message says, by its place, where it had to be read in full.
        retained: Places of messages that the broker repeats at subscription.
        held: Places of messages that the broker may have held for a while.
    """

    messages: list[tuple[Source, str, bytes]] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    said: dict[int, Sequence[Said]] = field(default_factory=dict)
    retained: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(
        self,
        found: Plain | Sequence[Plain],
        source: Source,
        topic: str,
        payload: bytes,
        arrived: int,
    ) -> int:
        """Add a message that is made of plain numbers; return how many they are.

        Args:
            found: What it says, as the format's ``plain`` gives it.
            source: What is known of its topic.
            topic: Where it arrived.
            payload: Its bytes.
            arrived: When it arrived [ms].
        """
        moments = cast("Sequence[Plain]", found if type(found) is list else (found,))
        slots, numbers, channels = self.slots, self.numbers, source.channels
        before = len(numbers)
        for moment in moments:
            values = moment.values
            if channels is None:
                device = cast("NamedPlain", moment).device
                known = source.devices.get(device, NO_CHANNELS)
                slots.extend(map(known.__getitem__, values))
            else:
                slots.extend(map(channels.__getitem__, values))
            numbers.extend(values.values())
            self.times.append(moment.time)
            self.lengths.append(len(values))
        size = len(numbers) - before
        self._add_message(source, topic, payload, arrived, size)
        return size

    def add_said(
        self,
        said: Sequence[Said],
        source: Source,
        topic: str,
        payload: bytes,
        arrived: int,
        *,
        retained: bool = False,
        held: bool = False,
    ) -> None:
        """Add a message that had to be read in full; see ``add``."""
        size = len(said)
        if retained:
            self.retained.add(len(self.sizes))
        if held:
            self.held.add(len(self.sizes))
        self.said[len(self.sizes)] = said
        self.times.append(0)
        self.lengths.append(size)
        self.slots.extend([UNKNOWN] * size)
        self.numbers.extend([nan] * size)
        self._add_message(source, topic, payload, arrived, size)

    def _add_message(
        self, source: Source, topic: str, payload: bytes, arrived: int, size: int
    ) -> None:
        self.messages.append((source, topic, payload))
        self.arrived.append(arrived)
        self.sizes.append(size)
