"""The platform's own form for a device that speaks itself: topic ``meters/DEVICE``.

Body: ``{"time": 1767225600, "values": {"total": 123.45}}``, or an array of such objects where a
device catches up after an outage. Time is Unix seconds, or milliseconds where the registry says so.
"""

from collections.abc import Sequence

import msgspec
from msgspec.json import Decoder

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said
from formats._own import Moment, decimal_of, exact, objects_text, why

PREFIX = "meters/"


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One object of a message."""

    time: int
    values: dict[str, object]


_PLAIN: Decoder[Moment | list[Moment]] = Decoder(Moment | list[Moment])
_DECODER = msgspec.json.Decoder(Entry | list[Entry], strict=True, float_hook=decimal_of)


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``meters/DEVICE``."""
    return topic.startswith(PREFIX) and topic.count("/") == 1 and len(topic) > len(PREFIX)


def device_of(topic: str) -> str:
    """Return the device that speaks on a topic."""
    return topic[len(PREFIX) :]


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says.

    Raises:
        DecodeError: If the bytes are not such a message, or a value is not a number.
    """
    try:
        found = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a message of the own form: {why(error)}") from error
    device = device_of(topic)
    entries = found if isinstance(found, list) else [found]
    said = [
        Said(device, channel, entry.time, exact(value))
        for entry in entries
        for channel, value in entry.values.items()
    ]
    if not said:
        raise DecodeError("the message holds no value")
    return said


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body; the inverse of decode."""
    return f"{PREFIX}{device}", objects_text(said, named=False).encode()


FORMAT = Format(
    name="own_single",
    filters=("meters/+",),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="own form, one device a topic",
    plain=_PLAIN.decode,
    device_of=device_of,
    manner=Manner(may_lack_time=False),
)
