"""DL/T 645-2007, the protocol of Chinese electricity meters: answers to registers, and back.

A frame is ``68 A0..A5 68 C L DATA CS 16``, after any number of FE. The address has its lowest two
digits first, each byte of DATA is sent with 33H added, and CS is the sum of all bytes before it but
the FE. DATA begins with the data identifier, lowest byte first.

Source: DL/T 645-2007, clauses 5 (frame), 7 (application layer) and tables A.1 and A.3 of annex A.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from energy.errors import DecodeError
from energy.messages.message import Spoken
from formats._frames.envelope import FROM_METER, IS_ERROR, START, opened, sealed
from formats._frames.register import Register, read_bcd, write_bcd

OFFSET = 0x33
ANSWER, ANSWER_WITH_MORE = 0x91, 0xB1
_IDENTIFIER_BYTES = 4
_HEAD = 10
"""Bytes before DATA."""
_SECOND_START = 7
_BLOCK = 0xFF
_MOST_TARIFFS = 0x3F
_VARIABLES_CLASS = 0x02


class Frame(NamedTuple):
    """One frame.

    Attributes:
        address: The meter's address, 12 digits as on its nameplate.
        control: Control code.
        body: DATA with 33H taken off again.
    """

    address: str
    control: int
    body: bytes


class _Item(NamedTuple):
    """How a value is written: bytes, decimals, unit, whether the highest bit means minus."""

    size: int
    decimals: int
    unit: str
    signed: bool = False
    first: int = 0
    """Index of the first value of a block."""
    last: int = 3
    """Greatest index there is."""


_ENERGY_UNITS = ("kWh",) * 3 + ("kvarh",) * 6 + ("kVAh",) * 2
"""Combined, forward and reverse active; combined 1 and 2 and quadrants; forward and reverse."""
_COMBINED = {0x00, 0x03, 0x04}
_ENERGIES = {
    kind: _Item(4, 2, unit, kind in _COMBINED, last=_MOST_TARIFFS)
    for kind, unit in enumerate(_ENERGY_UNITS)
}
_VARIABLES = {
    0x01: _Item(2, 1, "V", first=1),
    0x02: _Item(3, 3, "A", signed=True, first=1),
    0x03: _Item(3, 4, "kW", signed=True),
    0x04: _Item(3, 4, "kvar", signed=True),
    0x05: _Item(3, 4, "kVA", signed=True),
    0x06: _Item(2, 3, "", signed=True),
}


SPOKEN = {"electricity": Spoken("{number:012}/00010000", "kWh", Fraction(1, 100))}
"""The forward active total."""


def read_frames(payload: bytes) -> list[Frame]:
    """Return the frames that follow each other in a payload, at least one.

    Raises:
        DecodeError: If there is none, or one is damaged.
    """
    return [_frame(opened_frame) for opened_frame in opened(payload, head=_HEAD)]


def _frame(found: bytes) -> Frame:
    if found[_SECOND_START] != START:
        raise DecodeError("a frame without 68H behind its address")
    body = bytes((byte - OFFSET) % 256 for byte in found[_HEAD:])
    return Frame(found[1:_SECOND_START][::-1].hex().upper(), found[_SECOND_START + 1], body)


def write_frame(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    sent = bytes((byte + OFFSET) % 256 for byte in frame.body)
    address = bytes.fromhex(frame.address)[::-1]
    return sealed(bytes([START, *address, START, frame.control, len(sent)]) + sent)


def read_registers(payload: bytes) -> list[Register]:
    """Return what the answers in a payload say; requests between them are passed over.

    Raises:
        DecodeError: If there is no answer, or one is damaged, an error, or not one of those read.
    """
    answers = [frame for frame in read_frames(payload) if frame.control & FROM_METER]
    if not answers:
        raise DecodeError("a request to a meter, not its answer")
    return [register for frame in answers for register in _registers(frame)]


def _registers(frame: Frame) -> list[Register]:
    if frame.control & IS_ERROR:
        raise DecodeError(f"the meter answers with error {frame.body[:1].hex().upper()}H")
    if frame.control not in {ANSWER, ANSWER_WITH_MORE}:
        raise DecodeError(f"control code {frame.control:02X}H is not an answer with readings")
    identifier = frame.body[:_IDENTIFIER_BYTES][::-1]
    values = frame.body[_IDENTIFIER_BYTES:]
    item, indices = _described(identifier, len(values))
    pieces = [values[at : at + item.size] for at in range(0, len(values), item.size)]
    high, low = identifier[:2].hex().upper(), identifier[3:].hex().upper()
    return [
        Register(
            f"{frame.address}/{high}{index:02X}{low}",
            read_bcd(piece, decimals=item.decimals, signed=item.signed),
            item.unit,
        )
        for index, piece in zip(indices, pieces, strict=True)
    ]


def _described(identifier: bytes, length: int) -> tuple[_Item, range]:
    """Return how the values of a data identifier are written, and their indices.

    An index is a tariff (0 is the total) or a phase (0 is all of them).
    """
    name = identifier.hex().upper()
    if len(identifier) < _IDENTIFIER_BYTES:
        raise DecodeError("an answer without data identifier")
    kind, quantity, index, past = identifier
    item = {0: _ENERGIES, _VARIABLES_CLASS: _VARIABLES}.get(kind, {}).get(quantity)
    # The last byte counts settlement days back: such a value is not one of now.
    if item is None or past or not (index == _BLOCK or item.first <= index <= item.last):
        raise DecodeError(f"data identifier {name} is not read")
    count, rest = divmod(length, item.size)
    most = item.last - item.first + 1 if index == _BLOCK else 1
    if rest or not 1 <= count <= most:
        raise DecodeError(f"data identifier {name} with {length} bytes, which is not its length")
    first = item.first if index == _BLOCK else index
    return item, range(first, first + count)


def write_answer(address: str, identifier: str, values: Sequence[Decimal]) -> bytes:
    """Return the frame by which a meter answers.

    Args:
        address: 12 digits.
        identifier: 8 hexadecimal digits; one with FF asks for all tariffs or phases.
        values: One, or those of the block in their order.

    Raises:
        ValueError: If a value does not fit.
    """
    name = bytes.fromhex(identifier)
    item = {0: _ENERGIES, _VARIABLES_CLASS: _VARIABLES}[name[0]][name[1]]
    body = b"".join(
        write_bcd(value, item.size, decimals=item.decimals, signed=item.signed) for value in values
    )
    return write_frame(Frame(address, ANSWER, name[::-1] + body))


def write_registers(registers: Iterable[Register]) -> bytes:
    """Return frames that say it, one for each value; the inverse of read_registers.

    Raises:
        ValueError: If a value does not fit.
    """
    frames = b""
    for one in registers:
        address, _, identifier = one.channel.partition("/")
        frames += write_answer(address, identifier, [one.value])
    return frames
