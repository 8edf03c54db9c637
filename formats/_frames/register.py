"""What a frame says of one value, and the decimal digits that all these frames are written in."""

from decimal import Decimal
from typing import NamedTuple

from energy.messages.message import NOT_A_NUMBER

_SIGN = 0x80


class Register(NamedTuple):
    """One value of a frame.

    Attributes:
        channel: Address of the meter and name of the value, ``ADDRESS/NAME``.
        value: The number, exact; NOT_A_NUMBER where the meter has none to give.
        unit: Its unit; "" for a bare number.
    """

    channel: str
    value: Decimal
    unit: str


def read_bcd(body: bytes, *, decimals: int, signed: bool = False) -> Decimal:
    """Return binary coded decimals, lowest byte first, as a number.

    Bytes such as FF, EE or AA, by which meters say that they have no value, are NOT_A_NUMBER.

    Args:
        body: Two digits a byte.
        decimals: How many of the digits stand behind the point.
        signed: Whether the highest bit means minus.
    """
    highest_first = bytearray(reversed(body))
    is_negative = signed and bool(highest_first[0] & _SIGN)
    if is_negative:
        highest_first[0] &= ~_SIGN
    digits = highest_first.hex()
    if not digits.isdecimal():
        return NOT_A_NUMBER
    number = Decimal(digits).scaleb(-decimals)
    return -number if is_negative else number


def write_bcd(value: Decimal, size: int, *, decimals: int, signed: bool = False) -> bytes:
    """Return a number as binary coded decimals, lowest byte first; FF in each byte for none.

    Raises:
        ValueError: If the number is finer or larger than the digits can show, or below 0.
    """
    if not value.is_finite():
        return b"\xff" * size
    shown = abs(value).scaleb(decimals)
    digits = f"{int(shown):0{2 * size}d}"
    too_large = len(digits) > 2 * size or (signed and digits[0] in "89")
    if shown != int(shown) or too_large or (value < 0 and not signed):
        raise ValueError(f"{value} does not fit into {2 * size} digits with {decimals} decimals.")
    body = bytearray(reversed(bytes.fromhex(digits)))
    if value < 0:
        body[-1] |= _SIGN
    return bytes(body)
