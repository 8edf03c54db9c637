"""Frames with a sum that is right, and why one is refused."""

from collections.abc import Callable

import pytest

from energy.errors import DecodeError
from formats._frames.register import Register


def summed(frame: str) -> bytes:
    """A frame given without its sum and end."""
    head = bytes.fromhex(frame)
    return head + bytes([sum(head) % 256, 0x16])


def refusal(read: Callable[[bytes], list[Register]], payload: bytes) -> str:
    """Why a payload is refused."""
    with pytest.raises(DecodeError) as refused:
        read(payload)
    return str(refused.value)
