"""Tasmota energy telemetry: topic ``tele/DEVICE/SENSOR``, possibly behind a prefix.

``ENERGY.Total`` is the cumulative energy [kWh]: a number, or one a channel in an array, which
becomes ``Total/0``, ``Total/1``. ``Time`` is the device's local time without a zone; the registry
states the zone. ``Today`` and ``Yesterday`` are figures of the device's own and not read.

Source: field notes in the Tasmota documentation and discussion arendst/Tasmota 18385.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.message import Format, Said
from formats._own import decimal_of, exact, number_text, why

REGISTERS = ("Total",)
GAUGES = ("Power",)
CHANNELS = (*REGISTERS, *GAUGES)
MARK = "tele/"
TAIL = "/SENSOR"


class Energy(msgspec.Struct):
    """What we read of the ENERGY object; other fields are the device's own affair."""

    Total: object = None
    Power: object = None


class Telemetry(msgspec.Struct):
    """A SENSOR message."""

    ENERGY: Energy
    Time: str | None = None


_DECODER = msgspec.json.Decoder(Telemetry, strict=True, float_hook=decimal_of)


def device_of(topic: str) -> str:
    """Return the device named in a topic, "" where it is not one of ours."""
    start = topic.find(MARK)
    if not topic.endswith(TAIL) or (start > 0 and topic[start - 1] != "/") or start < 0:
        return ""
    return topic[start + len(MARK) : -len(TAIL)]


def is_mine(topic: str) -> bool:
    """Tell whether a topic is a SENSOR topic."""
    return bool(device_of(topic))


def _numbers(name: str, numbers: object) -> Iterator[tuple[str, Decimal]]:
    if isinstance(numbers, list):
        for index, number in enumerate(numbers):
            yield f"{name}/{index}", exact(number)
    else:
        yield name, exact(numbers)


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says; one without energy says nothing we keep and is refused.

    Raises:
        DecodeError: If the bytes are not such a message.
    """
    try:
        found = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a Tasmota SENSOR message with ENERGY: {why(error)}") from error
    device = device_of(topic)
    said = [
        Said(device, channel, found.Time, number, "kWh" if name in REGISTERS else "W")
        for name in CHANNELS
        if (numbers := getattr(found.ENERGY, name)) is not None
        for channel, number in _numbers(name, numbers)
    ]
    if not said:
        raise DecodeError("the ENERGY object holds neither Total nor Power")
    return said


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one moment of one device; the inverse of decode."""
    fields = []
    for name in CHANNELS:
        numbers = [one for one in said if one.channel.partition("/")[0] == name]
        if not numbers:
            continue
        texts = [number_text(one.value) for one in numbers]
        whole = f"[{','.join(texts)}]" if "/" in numbers[0].channel else texts[0]
        fields.append(f'"{name}":{whole}')
    time = f'"Time":{msgspec.json.encode(said[0].time).decode()},' if said[0].time else ""
    return f"{MARK}{device}{TAIL}", f'{{{time}"ENERGY":{{{",".join(fields)}}}}}'.encode()


FORMAT = Format(
    name="tasmota",
    filters=("tele/+/SENSOR", "tele/+/+/SENSOR", "+/tele/+/SENSOR"),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="Tasmota SENSOR telemetry",
    local_time=True,
)
