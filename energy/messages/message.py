"""What a message says before the registry is asked: device, channel, time and number as text."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol

NOT_A_NUMBER = Decimal("NaN")


class Said(NamedTuple):
    """One channel's value as the device said it.

    Attributes:
        device: Name of the device, from the topic or the message.
        channel: Name of the value in the message.
        time: The device's time as it stands in the message: a number for formats with a bare Unix
            time (unit from the registry), a text for formats with a local time (zone from the
            registry), None where the message has none.
        value: The number, exact; NOT_A_NUMBER where the message has something else in its place,
            so that one bad value does not take the others of its message with it.
        unit: The unit where the message states one; "" otherwise.
    """

    device: str
    channel: str
    time: int | str | None
    value: Decimal
    unit: str = ""


class Plain(Protocol):
    """One moment of one device, as ``Format.plain`` gives it.

    Attributes:
        time: A bare Unix time.
        values: Channel to number, in the order of the message.
    """

    time: int
    values: dict[str, float]


class NamedPlain(Plain, Protocol):
    """A moment that names its device."""

    device: str


class Spoken(NamedTuple):
    """How the register of one kind of meter is called in a payload family.

    Attributes:
        channel: Its channel; ``{number}`` stands for the number of the meter, zeros before it where
            a width is named: ``{number:012}``.
        unit: The unit the message states or means; "" for the unit of the registry.
        step: Finest step the family can say, in that unit.
    """

    channel: str
    unit: str = ""
    step: Fraction = Fraction(1, 1000)


def _as_it_is_called(name: str, number: int) -> str:
    del number
    return name


@dataclass(frozen=True)
class Manner:
    """How meters speak a payload family over MQTT: what registry and ``encode`` are to be given.

    For simulated meters; the defaults are those of the platform's own forms.

    Attributes:
        registers: Kind of energy or water to its register, where names are the family's own: then
            each meter is a device of its own, and kinds not among them cannot be said. None where a
            channel may have any name, and a device may have many.
        device: (plain name, number) to the name of the device.
        topic: Name of the device to the topic that the registry must name; "" where the family
            finds the device by itself.
        clock: How the message says its time: "bare" (Unix time in the device's unit), "ms", "local"
            (text of a wall clock), "utc" (text with a zone), or "none".
        may_lack_time: Whether a message may come without a time, and stand at its arrival.
    """

    registers: Mapping[str, Spoken] | None = None
    device: Callable[[str, int], str] = _as_it_is_called
    topic: Callable[[str], str] = lambda _device: ""
    clock: Literal["bare", "ms", "local", "utc", "none"] = "bare"
    may_lack_time: bool = True


@dataclass(frozen=True)
class Format:
    """One payload family.

    Attributes:
        name: Name used in the ``format`` column of devices.csv; the file's own name.
        filters: MQTT topic filters to subscribe to.
        is_mine: Tells from the topic alone whether this format reads it.
        decode: (topic, payload) to what was said. Raises DecodeError with a reason; never anything
            else, whatever the bytes.
        encode: What was said, all of one device (or, for batches, one gateway named first), to
            (topic, payload): the inverse of decode, for simulators and tests.
        gateway_of: Topic to the gateway it came through; "" for devices that speak themselves.
        label: One line for the docs.
        through_gateway: Whether its devices speak through a gateway that the registry names.
        local_time: Whether its times are of a wall clock, whose zone the registry must name.
        time_in_ms: Whether its bare times are ms since 1970 UTC, whatever the registry says.
        version: Rises when decode learns to read what it refused before; kept with dead letters.
        with_memory: For families whose messages lean on earlier ones, such as Sparkplug B, whose
            aliases are named at birth only: the same format with a memory of its own, kept in the
            mapping given, which outlives the process.
        plain: The quick way to read a message that says nothing odd: to what it says, one moment or
            several, number for number in the order of decode. Raises a ValueError for any other,
            which decode then reads or refuses.
        device_of: Topic to the device that it names, "" for none; None where each moment names its
            own, or the topic itself stands for it.
        whole_of: Topic to what one collector must hear all of, such as the node of Sparkplug B,
            whose births name the aliases of all its topics. "" where the topic is not its own; None
            where every topic stands alone.
        speaker_of: Device to the name of who speaks for it and the topics that are written for it,
            where ``encode`` knows but one of them, such as in Sparkplug B; None elsewhere.
        counts: What it counts beside readings, such as gaps in sequence numbers, by name.
        manner: How simulated meters speak it; None where it does not come over MQTT by itself, or
            is made by the registry.
    """

    name: str
    filters: tuple[str, ...]
    is_mine: Callable[[str], bool]
    decode: Callable[[str, bytes], list[Said]]
    encode: Callable[[str, Sequence[Said]], tuple[str, bytes]]
    gateway_of: Callable[[str], str]
    label: str
    through_gateway: bool = False
    local_time: bool = False
    time_in_ms: bool = False
    version: int = 1
    with_memory: "Callable[[MutableMapping[str, bytes]], Format] | None" = None
    plain: Callable[[bytes], Plain | Sequence[Plain]] | None = None
    device_of: Callable[[str], str] | None = None
    whole_of: Callable[[str], str] | None = None
    speaker_of: Callable[[str], tuple[str, tuple[str, ...]]] | None = None
    counts: Callable[[], Mapping[str, int]] | None = None
    manner: Manner | None = None
