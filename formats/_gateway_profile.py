"""How gateways of one kind speak: what the field varies of the 2008 guideline's protocol."""

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

HEADER = bytes.fromhex("68681616")
TAIL = bytes.fromhex("55aa55aa")
TYPE_NUMBERS = MappingProxyType(
    {
        "request": 1,
        "sequence": 2,
        "md5": 3,
        "result": 4,
        "report": 5,
        "continuous": 6,
        "report_ack": 7,
        "continuous_ack": 8,
        "notify": 9,
        "time": 10,
    }
)
"""Numbers of messages in frames that carry one, as seen in public code."""


@dataclass(frozen=True)
class Profile:
    """One dialect of the protocol between gateways and the data centre.

    Attributes:
        header: First bytes of a frame.
        tail: Last bytes of a frame; empty where there are none.
        endian: Byte order of length, sequence and checksum.
        length_counts: Whether the length counts the sequence number too, or the body alone.
        has_type: Whether a byte with the number of the message follows the header.
        has_sequence: Whether four bytes of sequence number stand before the body.
        has_crc: Whether a CRC-16/XMODEM over sequence and body stands behind the body.
        encrypts: Which bodies are encrypted with AES-128-CBC: all, those with data, or none.
        key: AES key, 16 bytes; never printed.
        iv: AES initial value, 16 bytes; the field uses the key itself.
        padding: How a body is filled up to whole blocks.
        md5_of: Order of secret and sequence in the hash of the handshake.
        encoding: Of the XML; "declared" takes what its first line says, UTF-8 where it says none.
        common_type: What ``<type>`` of an answer says: its operation, or the name of its element.
        report_ack: Operation in the answer to a report; "" answers none.
        acks_resends: Whether each packet of a buffered resend is answered, or the last alone.
        timezone: IANA name of the wall clock of the gateways, which heart beats are answered with.
    """

    header: bytes = HEADER
    tail: bytes = TAIL
    endian: Literal["little", "big"] = "little"
    length_counts: Literal["sequence_and_body", "body"] = "sequence_and_body"
    has_type: bool = False
    has_sequence: bool = True
    has_crc: bool = True
    encrypts: Literal["all", "data", "nothing"] = "all"
    key: bytes = field(default=b"", repr=False)
    iv: bytes = field(default=b"", repr=False)
    padding: Literal["pkcs7", "zero"] = "pkcs7"
    md5_of: Literal["secret_sequence", "sequence_secret"] = "secret_sequence"
    encoding: Literal["declared", "utf-8", "gb18030"] = "declared"
    common_type: Literal["operation", "element"] = "operation"
    report_ack: str = "report"
    acks_resends: Literal["each", "last"] = "each"
    timezone: str = "Asia/Shanghai"


def md5_of(profile: Profile, *, secret: str, sequence: str) -> str:
    """Return what a gateway that knows the secret answers to a sequence: 32 hexadecimal digits."""
    parts = [secret, sequence] if profile.md5_of == "secret_sequence" else [sequence, secret]
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
