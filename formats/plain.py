"""A plain number as the whole message, such as ``4`` on ``emon/emonpi/power1``.

The message says neither what the number is nor when it was: device, channel, unit and whether it
is a register come from the registry alone, and the time is that of its arrival. Any topic can carry
a number, so this format claims none: the topic of a device in the registry does.

Source: the MQTT guide of OpenEnergyMonitor (topic and form).
"""

import re
from collections.abc import Sequence

from energy.errors import DecodeError
from energy.kinds import KINDS
from energy.messages.message import Format, Manner, Said, Spoken
from formats._own import decimal_of, number_text

CHANNEL = "value"
_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return the number, said by the topic itself.

    Raises:
        DecodeError: If the message is anything but one decimal number.
    """
    text = payload.strip(b" \t\r\n")
    if not _NUMBER.fullmatch(text):
        raise DecodeError("the message is not a plain number")
    return [Said(topic, CHANNEL, None, decimal_of(text.decode()))]


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one number; the inverse of decode."""
    (one,) = said
    return device, number_text(one.value).encode()


FORMAT = Format(
    name="plain",
    filters=(),
    is_mine=lambda _topic: False,
    decode=decode,
    encode=encode,
    gateway_of=lambda _topic: "",
    label="a plain number, on the topic the registry names",
    manner=Manner(
        dict.fromkeys(KINDS, Spoken(CHANNEL)), topic=lambda device: f"plain/{device}", clock="none"
    ),
)
