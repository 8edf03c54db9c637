"""Packets of MQTT 3.1.1 and 5, as far as a subscriber with QoS 1 sends and reads them.

Source: the OASIS standards MQTT 3.1.1 (2014) and 5.0 (2019), chapters 2 and 3.
"""

import struct
from collections.abc import Sequence
from itertools import chain, repeat

CONNACK, PUBLISH, SUBACK, UNSUBACK, PINGRESP, DISCONNECT = 0x20, 0x30, 0x90, 0xB0, 0xD0, 0xE0
KIND = 0xF0
MQTT_5 = 5
PINGREQ_BYTES = b"\xc0\x00"
DISCONNECT_BYTES = b"\xe0\x00"
MOST_LENGTH_BYTES = 4
MORE = 0x80
"""Bit of a length byte that says that another one follows."""

CLEAN_START = 0x02
_PUBACK = 0x4002
FOR_EVER_S = 0xFFFF_FFFF
_SESSION_EXPIRY, _SERVER_KEEP_ALIVE, _USER_PROPERTY = 0x11, 0x13, 0x26
_PROPERTY_BYTES = {
    **dict.fromkeys((0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A), 1),
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), 2),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), 4),
}

REFUSALS = {
    1: "it does not speak this version of MQTT",
    2: "it does not accept the client id",
    3: "it is not available",
    4: "user or password is wrong",
    5: "we are not authorized",
    0x84: "it does not speak this version of MQTT",
    0x85: "it does not accept the client id",
    0x86: "user or password is wrong",
    0x87: "we are not authorized",
    0x88: "it is not available",
    0x89: "it is busy",
    0x8A: "we are banned",
    0x8E: "another client has taken over our client id",
    0x97: "quota exceeded",
    0x9F: "we connect too often",
}
FAILED = 0x80
"""Return codes from here on are failures, of a subscription and everywhere in MQTT 5."""


class MalformedError(Exception):
    """What stands there is not MQTT."""


def length_bytes(length: int) -> bytes:
    """Return a length as MQTT writes it: seven bits a byte, the lowest first."""
    found = bytearray()
    while True:
        length, digit = divmod(length, MORE)
        found.append(digit | (MORE if length else 0))
        if not length:
            return bytes(found)


def length_at(data: bytes | bytearray, at: int, end: int) -> tuple[int, int] | None:
    """Return the length that stands at a place and where it ends; None if it is not all there.

    Raises:
        MalformedError: If it has more than four bytes.
    """
    length = 0
    for index in range(MOST_LENGTH_BYTES):
        if at + index >= end:
            return None
        digit = data[at + index]
        length |= (digit & 0x7F) << 7 * index
        if not digit & MORE:
            return length, at + index + 1
    raise MalformedError("a length of more than four bytes")


def text_bytes(text: str) -> bytes:
    """Return a text with its length before it."""
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + length_bytes(len(body)) + body


def connect(
    client_id: str,
    *,
    user: str,
    password: str,
    keepalive_s: int,
    version: int,
    is_kept: bool = True,
) -> bytes:
    """Return a CONNECT that resumes the session of a client id, for ever, or begins a passing one.

    Args:
        client_id: Name of the session.
        user: As whom; empty for nobody.
        password: Empty for none.
        keepalive_s: Longest silence on the line [s].
        version: Of MQTT.
        is_kept: Whether the session outlives the connection.
    """
    flags = (0x80 if user else 0) | (0x40 if user and password else 0)
    flags |= 0 if is_kept else CLEAN_START
    body = text_bytes("MQTT") + bytes([version, flags]) + struct.pack(">H", keepalive_s)
    if version == MQTT_5:
        properties = struct.pack(">BI", _SESSION_EXPIRY, FOR_EVER_S if is_kept else 0)
        body += length_bytes(len(properties)) + properties
    body += text_bytes(client_id)
    if user:
        body += text_bytes(user) + (text_bytes(password) if password else b"")
    return _packet(0x10, body)


def subscribe(number: int, filters: Sequence[str], *, qos: int, version: int) -> bytes:
    """Return a SUBSCRIBE."""
    body = struct.pack(">H", number) + (b"\x00" if version == MQTT_5 else b"")
    body += b"".join(text_bytes(pattern) + bytes([qos]) for pattern in filters)
    return _packet(0x82, body)


def unsubscribe(number: int, filters: Sequence[str], *, version: int) -> bytes:
    """Return an UNSUBSCRIBE."""
    body = struct.pack(">H", number) + (b"\x00" if version == MQTT_5 else b"")
    return _packet(0xA2, body + b"".join(map(text_bytes, filters)))


def acknowledgements(numbers: Sequence[int]) -> bytes:
    """Return the PUBACKs of messages, one after the other; the same in both versions."""
    pairs = zip(repeat(_PUBACK), numbers)
    return struct.pack(f">{2 * len(numbers)}H", *chain.from_iterable(pairs))


def has_topic(data: bytes, body: int, end: int, *, behind: int) -> bool:
    """Tell whether the topic of a PUBLISH is whole, however long, and so many bytes behind it.

    Args:
        data: Where its body begins at ``body``.
        body: That place.
        end: Behind what is there.
        behind: Bytes that must be there beside the topic.
    """
    there = end - body
    return there >= behind and there - (data[body] << 8 | data[body + 1]) >= behind


def refusal(code: int) -> str:
    """Return in words why a broker refused or left us."""
    return REFUSALS.get(code, f"code {code}")


def server_keepalive(properties: bytes) -> int | None:
    """Return the keep-alive [s] that a broker's CONNACK sets; None when it leaves ours.

    Raises:
        MalformedError: If a property is not known.
    """
    at = 0
    while at < len(properties):
        name = properties[at]
        if name == _SERVER_KEEP_ALIVE:
            return int.from_bytes(properties[at + 1 : at + 3], "big")
        at += 1 + _property_bytes(name, properties, at + 1)
    return None


def _property_bytes(name: int, data: bytes, at: int) -> int:
    if name in _PROPERTY_BYTES:
        return _PROPERTY_BYTES[name]
    texts = 2 if name == _USER_PROPERTY else 1
    if name not in {0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F, _USER_PROPERTY}:
        raise MalformedError(f"property {name} is not known")
    length = 0
    for _ in range(texts):
        length += 2 + int.from_bytes(data[at + length : at + length + 2], "big")
    return length
