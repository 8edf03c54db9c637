"""Frames on the line: header, length, sequence number, encrypted body, checksum, tail.

Source: public implementations of the transmission guideline of 2008 (docs/howto, "Gateways that
speak XML"); the checksum is CRC-16/XMODEM (polynomial 0x1021, start 0).
"""

import binascii
from typing import NamedTuple

from formats._gateway_profile import Profile

LENGTH = 4
SEQUENCE = 4
CRC = 2


class Frame(NamedTuple):
    """One frame.

    Attributes:
        sequence: Its sequence number; 0 in dialects without one.
        body: Its body as it stands on the line, encrypted or not.
    """

    sequence: int
    body: bytes


class FrameReader:
    """Takes what a socket gives, in pieces of any size, and returns the frames in it.

    What stands between frames is passed over and counted. It holds at most one frame of
    ``most_bytes`` and the piece that came last.

    Attributes:
        most_bytes: A body longer than this is refused.
        skipped: Bytes that belonged to no frame.
        damaged: Frames whose checksum did not match.
        too_long: Frames that were longer than ``most_bytes``.
    """

    def __init__(self, profile: Profile, *, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.skipped = self.damaged = self.too_long = 0
        self._profile = profile
        self._buffer = bytearray()
        self._head = len(profile.header) + profile.has_type + LENGTH
        self._before = SEQUENCE if profile.has_sequence else 0
        self._behind = (CRC if profile.has_crc else 0) + len(profile.tail)

    @property
    def is_within_a_frame(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return bool(self._buffer)

    def feed(self, piece: bytes) -> list[Frame]:
        """Take a piece and return the frames that are complete now."""
        self._buffer += piece
        found = []
        while self._find_header():
            frame, used = self._read()
            if not used:
                break
            if frame is not None:
                found.append(frame)
            del self._buffer[:used]
        return found

    def _find_header(self) -> bool:
        """Drop what stands before a header; tell whether a length stands behind it."""
        header, buffer = self._profile.header, self._buffer
        start = buffer.find(header)
        if start < 0:  # its first bytes may be here and the others on their way
            sizes = range(len(header) - 1, 0, -1)
            begun = next((size for size in sizes if buffer.endswith(header[:size])), 0)
            start = len(buffer) - begun
        self.skipped += start
        del self._buffer[:start]
        return len(self._buffer) >= self._head

    def _read(self) -> tuple[Frame | None, int]:
        """Return the frame at the header, and how many bytes are done with; 0: more must come."""
        profile, header = self._profile, len(self._profile.header)
        size = int.from_bytes(self._buffer[self._head - LENGTH : self._head], profile.endian)
        if profile.length_counts == "body":
            size += self._before
        if size < self._before:
            self.skipped += header
            return None, header
        if size - self._before > self.most_bytes:
            self.too_long += 1
            self.skipped += header
            return None, header
        end = self._head + size
        if len(self._buffer) < end + self._behind:
            return None, 0
        if not self._buffer.startswith(profile.tail, end + self._behind - len(profile.tail)):
            self.skipped += header  # no frame, or a torn one with the next inside
            return None, header
        body = bytes(self._buffer[self._head : end])
        if profile.has_crc and self._buffer[end : end + CRC] != _crc(profile, body):
            # Passed over whole: to look inside again would let a stranger burn our time.
            self.damaged += 1
            return None, end + self._behind
        sequence = int.from_bytes(body[: self._before], profile.endian)
        return Frame(sequence, body[self._before :]), end + self._behind


def _crc(profile: Profile, checked: bytes) -> bytes:
    return binascii.crc_hqx(checked, 0).to_bytes(CRC, profile.endian)


def frame_bytes(profile: Profile, *, sequence: int, body: bytes, number: int = 0) -> bytes:
    """Return a frame as it goes over the line; the inverse of FrameReader.

    Args:
        profile: The dialect.
        sequence: Sequence number of the frame.
        body: Its body, encrypted where the dialect asks for it.
        number: Number of the message, for dialects whose frames carry one.
    """
    checked = body
    if profile.has_sequence:
        checked = (sequence % 2**32).to_bytes(SEQUENCE, profile.endian) + body
    size = len(body if profile.length_counts == "body" else checked)
    kind = bytes([number]) if profile.has_type else b""
    crc = _crc(profile, checked) if profile.has_crc else b""
    head = profile.header + kind + size.to_bytes(LENGTH, profile.endian)
    return head + checked + crc + profile.tail


def sealed(profile: Profile, xml: bytes, *, is_data: bool) -> bytes:
    """Return a body: the XML, encrypted where the dialect asks for it.

    Args:
        profile: The dialect.
        xml: The message.
        is_data: Whether it carries readings, or the answer to them.
    """
    if profile.encrypts == "nothing" or (profile.encrypts == "data" and not is_data):
        return xml
    from formats._gateway_cipher import encrypted  # loaded only where a gateway speaks it

    return encrypted(profile, xml)


def opened(profile: Profile, body: bytes) -> bytes:
    """Return the XML in a body.

    Raises:
        DecodeError: If it cannot be decrypted with the key of the dialect.
    """
    # Encrypted bytes begin so once in a million million times, XML always.
    is_plain = profile.encrypts == "data" and body.lstrip().startswith(_XML_STARTS)
    if profile.encrypts == "nothing" or is_plain:
        return body
    from formats._gateway_cipher import decrypted

    return decrypted(profile, body)


_XML_STARTS = (b"<?xml", b"<root")
"""How a message begins: with the line of its encoding, or with ``<root>``."""
