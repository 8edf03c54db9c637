"""Zigbee2MQTT: topic ``zigbee2mqtt/FRIENDLY NAME``, spaces and all.

``energy`` is the cumulative energy [kWh], ``produced_energy`` the same for what is fed in,
``power`` the power [W]; plugs with several outlets and meters of several phases add a suffix. A
message repeats old values beside the one that changed, so they may be of different moments.
``last_seen``, where it is switched on, is when Zigbee2MQTT last heard of the device: ISO 8601 with
a zone, or ms since 1970. Without it the time is that of the arrival.

Not its messages: ``zigbee2mqtt/bridge/...`` and ``zigbee2mqtt/NAME/availability``, ``/set``,
``/get``. A friendly name with a slash is read where the registry names its topic.

Source: the guide and issue Koenkk/zigbee2mqtt 17604 (form), its settings (last_seen).
"""

from collections.abc import Sequence

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said, Spoken
from formats._own import decimal_of, exact, number_text, why
from formats._times import names_its_zone

PREFIX = "zigbee2mqtt/"
_SUFFIXES = ("", "_l1", "_l2", "_l3", "_l4", "_a", "_b", "_c", "_phase_a", "_phase_b", "_phase_c")
UNITS = {
    f"{name}{suffix}": unit
    for name, unit in (("energy", "kWh"), ("produced_energy", "kWh"), ("power", "W"))
    for suffix in _SUFFIXES
}
"""Channel to unit, in the order in which channels are said."""


State = msgspec.defstruct(
    "State",
    [("last_seen", int | str | None, None), *((channel, object, None) for channel in UNITS)],
)
"""What we read of a message; other fields are the device's own affair."""

_DECODER = msgspec.json.Decoder(State, strict=True, float_hook=decimal_of)


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``zigbee2mqtt/NAME``."""
    name = topic.removeprefix(PREFIX)
    return name not in {"", topic, "bridge"} and "/" not in name


def device_of(topic: str) -> str:
    """Return the name in a topic, whatever it is."""
    return topic.removeprefix(PREFIX)


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says; nothing where the device measures neither energy nor power.

    Raises:
        DecodeError: If the bytes are not such a message, or its time names no zone.
    """
    try:
        found = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a Zigbee2MQTT message: {why(error)}") from error
    time, *numbers = msgspec.structs.astuple(found)
    if isinstance(time, str) and not names_its_zone(time):
        raise DecodeError("the time of the message names no zone")
    device = device_of(topic)
    return [
        Said(device, channel, time, exact(number), unit)
        for (channel, unit), number in zip(UNITS.items(), numbers, strict=True)
        if number is not None
    ]


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one moment of one device; the inverse of decode."""
    fields = [f'"{one.channel}":{number_text(one.value)}' for one in said]
    if said[0].time is not None:
        fields.append(f'"last_seen":{msgspec.json.encode(said[0].time).decode()}')
    return f"{PREFIX}{device}", f"{{{','.join(fields)}}}".encode()


FORMAT = Format(
    name="zigbee2mqtt",
    filters=("zigbee2mqtt/+",),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="Zigbee2MQTT plugs and meters",
    time_in_ms=True,
    device_of=device_of,
    manner=Manner({"electricity": Spoken("energy", "kWh")}, clock="ms"),
)
