"""The platform's own form for a gateway: topic ``meters/batch/GATEWAY``.

Body: an array of ``{"device": "panel-1", "time": 1767225600, "values": {"total": 123.45}}``.
The registry binds devices to their gateway; anything else is a dead letter.
"""

from collections.abc import Sequence

import msgspec
from msgspec.json import Decoder

from energy.errors import DecodeError
from energy.messages.message import Format, Manner, Said
from formats._own import NamedMoment, decimal_of, exact, objects_text, why

PREFIX = "meters/batch/"


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One object of a message."""

    device: str
    time: int
    values: dict[str, object]


_PLAIN: Decoder[list[NamedMoment]] = Decoder(list[NamedMoment])
_DECODER = msgspec.json.Decoder(list[Entry], strict=True, float_hook=decimal_of)


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``meters/batch/GATEWAY``."""
    return topic.startswith(PREFIX) and topic.count("/") == 2 and len(topic) > len(PREFIX)  # noqa: PLR2004


def gateway_of(topic: str) -> str:
    """Return the gateway a message came through."""
    return topic[len(PREFIX) :]


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says.

    Raises:
        DecodeError: If the bytes are not such a message, or a value is not a number.
    """
    del topic
    try:
        entries = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a message of the own batch form: {why(error)}") from error
    said = [
        Said(entry.device, channel, entry.time, exact(value))
        for entry in entries
        for channel, value in entry.values.items()
    ]
    if not said:
        raise DecodeError("the message holds no value")
    return said


def encode(gateway: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body; the inverse of decode."""
    return f"{PREFIX}{gateway}", objects_text(said, named=True).encode()


FORMAT = Format(
    name="own_batch",
    filters=("meters/batch/+",),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=gateway_of,
    label="own form, many devices behind one gateway",
    through_gateway=True,
    plain=_PLAIN.decode,
    manner=Manner(may_lack_time=False),
)
