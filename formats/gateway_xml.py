"""The XML of gateways after the transmission guideline of 2008: topic ``gateway/BUILDING/GATEWAY``.

It does not come over MQTT: gateways connect over TCP (``collector/tcp/gateways.py``), and what they
send is handed on under this topic. Two bodies are read, that of the guideline, with ``<meter>``
in ``<data>``, and that with ``<meters>`` around them. ``<energy_items>`` are sums of the gateway's
own and not read: the platform adds up itself.

Meters are numbered anew at each gateway, so a device is called ``BUILDING-GATEWAY-METER``, and its
gateway ``BUILDING-GATEWAY``.

Source: public implementations of the guideline (docs/howto/connect-a-gateway.md).
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from energy.errors import DecodeError
from energy.messages.message import NOT_A_NUMBER, Format, Said
from formats._gateway_frame import Frame, FrameReader, frame_bytes, opened, sealed
from formats._gateway_message import (
    DATA,
    Message,
    Value,
    in_utf8,
    message_text,
    read_message,
    text_of,
    xml_bytes,
)
from formats._gateway_profile import TYPE_NUMBERS, Profile, md5_of
from formats._own import decimal_of, number_text

__all__ = [
    "DATA",
    "FORMAT",
    "TYPE_NUMBERS",
    "Frame",
    "FrameReader",
    "Message",
    "Profile",
    "Value",
    "decode",
    "encode",
    "frame_bytes",
    "gateway_name",
    "in_utf8",
    "md5_of",
    "opened",
    "read_message",
    "sealed",
    "text_of",
    "topic_of",
    "xml_bytes",
]

PREFIX = "gateway/"
_NO_BUILDINGS = {"status", "events"}
WELL = ("", "0", "00", "192")
"""What gateways write where a value is well: nothing, no error, or "good" of OPC."""
_TIME = re.compile(r"(\d{8})(\d{6})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)


def topic_of(building: str, gateway: str) -> str:
    """Return the topic under which what a gateway sends is handed on."""
    return f"{PREFIX}{building}/{gateway}"


def gateway_name(building: str, gateway: str) -> str:
    """Return what the registry calls a gateway."""
    return f"{building}-{gateway}"


def is_mine(topic: str) -> bool:
    """Tell whether a topic is ``gateway/BUILDING/GATEWAY``.

    A device of another make that somebody calls "gateway" speaks on ``gateway/status/...``;
    buildings have codes.
    """
    prefix, _, rest = topic.partition("/")
    building, slash, gateway = rest.partition("/")
    is_ours = prefix == PREFIX[:-1] and bool(slash) and "/" not in gateway
    return is_ours and building not in _NO_BUILDINGS


def gateway_of(topic: str) -> str:
    """Return what the registry calls the gateway of a topic."""
    return topic[len(PREFIX) :].replace("/", "-")


def _number(text: str) -> Decimal:
    return decimal_of(text) if _NUMBER.fullmatch(text) else NOT_A_NUMBER


def _time(text: str) -> str:
    """Return fourteen digits as an ISO time of the gateway's wall clock."""
    digits = _TIME.fullmatch(text)
    try:
        # The registry has its zone.
        return datetime.fromisoformat("T".join(digits.groups()) if digits else "").isoformat()
    except ValueError as error:
        raise DecodeError("the time is not year, month, day and clock in 14 digits") from error


def decode(topic: str, payload: bytes) -> list[Said]:
    """Return what a message says; a value that its gateway itself calls wrong is not a number.

    Raises:
        DecodeError: If the bytes are not a message with values of meters, or of another gateway.
    """
    message = read_message(text_of(payload))
    if topic_of(message.building, message.gateway) != topic:
        raise DecodeError("the message names another gateway than the one that sent it")
    if message.element != DATA:
        raise DecodeError("the message carries no data of meters")
    if message.fields.get("parser", message.fields.get("parse")) == "no":
        raise DecodeError("the gateway sends what meters said word for word, which is not read")
    if not message.values:
        raise DecodeError("the message holds no value")
    time, name = _time(message.fields.get("time", "")), gateway_of(topic)
    return [
        Said(
            f"{name}-{value.meter}",
            value.function,
            time,
            _number(value.text) if value.error.strip() in WELL else NOT_A_NUMBER,
        )
        for value in message.values
    ]


def encode(device: str, said: Sequence[Said]) -> tuple[str, bytes]:
    """Return topic and body of one moment; the inverse of decode.

    Args:
        device: The gateway, or one of its devices: ``BUILDING-GATEWAY`` and what follows.
        said: What is said, all of one gateway and one time.
    """
    building, gateway = [*device.split("-"), "", ""][:2]
    start = len(gateway_name(building, gateway)) + 1
    message = Message(
        building=building,
        gateway=gateway,
        element=DATA,
        operation="report",
        fields={"parser": "yes", "time": re.sub(r"\D", "", str(said[0].time))},
        values=tuple(
            Value(one.device[start:], one.channel, number_text(one.value), "0") for one in said
        ),
    )
    return topic_of(building, gateway), message_text(message, Profile()).encode()


FORMAT = Format(
    name="gateway_xml",
    filters=(),
    is_mine=is_mine,
    decode=decode,
    encode=encode,
    gateway_of=gateway_of,
    label="XML of gateways over TCP, guideline of 2008",
    through_gateway=True,
    local_time=True,
)
