"""How frames of meters come over MQTT: as their bytes, as hexadecimal text, or as that in JSON.

``{"time": 1767225600, "frame": "68 12 ..."}``: the time is when the gateway heard the meter.
Without one the time of arrival counts, which is late where a broker kept the message.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from energy.errors import DecodeError
from energy.messages.message import Said
from formats._frames.register import Register
from formats._own import why

_RAW = (b"\x68", b"\xfe")
"""No hexadecimal text begins with either: 68H is the letter h."""


class Carried(msgspec.Struct):
    """A frame with the time at which it was heard."""

    frame: str
    time: int | None = None


_DECODER = msgspec.json.Decoder(Carried, strict=True)


def read_said(
    topic: str, payload: bytes, read_registers: Callable[[bytes], list[Register]]
) -> list[Said]:
    """Return what the frames in a message say, said by the topic itself.

    Args:
        topic: Where it arrived.
        payload: Its bytes.
        read_registers: Reads frames of one protocol.

    Raises:
        DecodeError: If there is no frame, or one cannot be read.
    """
    time = None
    if not payload.startswith(_RAW):
        text, time = _text_of(payload)
        try:
            payload = bytes.fromhex(text)
        except ValueError as error:
            raise DecodeError("neither a frame nor hexadecimal text") from error
    return [Said(topic, one.channel, time, one.value, one.unit) for one in read_registers(payload)]


def _text_of(payload: bytes) -> tuple[str, int | None]:
    try:
        if payload.lstrip().startswith(b"{"):
            carried = _DECODER.decode(payload)
            return carried.frame, carried.time
        return payload.decode("ascii"), None
    except UnicodeDecodeError as error:
        raise DecodeError("neither a frame nor hexadecimal text") from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DecodeError(f"not a frame in JSON: {why(error)}") from error


def write_said(
    said: Sequence[Said], write_registers: Callable[[Iterable[Register]], bytes]
) -> bytes:
    """Return the payload that says it: frames, in JSON where they have a time."""
    frames = write_registers(Register(one.channel, one.value, one.unit) for one in said)
    time = said[0].time
    if not isinstance(time, int):
        return frames
    return msgspec.json.encode(Carried(frames.hex().upper(), time))
