"""What the frames of meters have in common: the FE before them, the sum and the 16H behind them."""

from energy.errors import DecodeError

WAKE_UP, START, END = 0xFE, 0x68, 0x16
FROM_METER, IS_ERROR = 0x80, 0x40
"""Bits of the control code."""
_TAIL = 2
_WAKE_UPS = 4


def opened(payload: bytes, *, head: int) -> list[bytes]:
    """Return the frames that follow each other in a payload, at least one, without sum and 16H.

    Args:
        payload: Frames, with any number of FE before each.
        head: Bytes before the data; the last of them is the length of the data.

    Raises:
        DecodeError: If there is none, or one is damaged.
    """
    frames: list[bytes] = []
    rest = payload.lstrip(bytes([WAKE_UP]))
    while rest or not frames:
        if rest[:1] != bytes([START]):
            raise DecodeError("a frame that does not begin with 68H")
        end = head + rest[head - 1] if len(rest) >= head else len(rest)
        if len(rest) < end + _TAIL:
            raise DecodeError("a frame that is cut short")
        if sum(rest[:end]) % 256 != rest[end]:
            raise DecodeError("a frame whose checksum is wrong")
        if rest[end + 1] != END:
            raise DecodeError("a frame that does not end with 16H")
        frames.append(rest[:end])
        rest = rest[end + _TAIL :].lstrip(bytes([WAKE_UP]))
    return frames


def sealed(frame: bytes) -> bytes:
    """Return a frame as it is sent: FE before it, sum and 16H behind it."""
    return bytes([WAKE_UP] * _WAKE_UPS) + frame + bytes([sum(frame) % 256, END])
