"""CJ/T 188, the protocol of Chinese water, heat and gas meters: answers to registers, and back.

A frame is ``68 T A0..A6 C L DI0 DI1 SER DATA CS 16``, after any number of FE. T is the type of the
meter; the address has its lowest two digits first, its last two bytes name the maker; CS is the sum
of all bytes from 68 on. Read is the data identifier 901F, the current figures: the edition of 2004
sends it as 90 1F, that of 2018 as 1F 90. Figures of a settlement day, the status and the meter's
clock are passed over; few of these clocks are ever set.

Source: CJ/T 188-2004 and CJ/T 188-2018, frame, table of data identifiers and table of units.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from energy.errors import DecodeError
from energy.messages.message import Spoken
from formats._frames.envelope import FROM_METER, IS_ERROR, START, opened, sealed
from formats._frames.register import Register, read_bcd, write_bcd

ANSWER = 0x81
CURRENT_FIGURES = bytes.fromhex("901F")
WATER_METER, HEAT_METER, COLD_METER, OTHER_METER = 0x10, 0x20, 0x21, 0x40
_HEAD = 11
"""Bytes before DI0."""
_CONTROL = 9
_BEFORE_DATA = 3
_SERIAL = 0

_FIRST_UNIT_CODES = {
    0x02: ("Wh", 0), 0x05: ("kWh", 0), 0x08: ("MWh", 0), 0x0B: ("kJ", 0), 0x0E: ("MJ", 0),
    0x11: ("GJ", 0), 0x14: ("W", 0), 0x17: ("kW", 0), 0x1A: ("kW", 3), 0x29: ("L", 0),
    0x2C: ("m3", 0), 0x32: ("L/h", 0), 0x35: ("m3/h", 0), 0x43: ("kJ/h", 0), 0x46: ("MJ/h", 0),
    0x49: ("GJ/h", 0),
}  # fmt: skip
UNITS = {
    code + tens: (unit, power + tens)
    for code, (unit, power) in _FIRST_UNIT_CODES.items()
    for tens in (0, 1, 2)
} | {0x01: ("kJ", -3), 0x40: ("kJ/h", -3)}
"""Unit code to unit and power of ten: each unit comes alone, tenfold and a hundredfold."""
_CODES = {unit: code for code, unit in reversed(UNITS.items())}


class Frame(NamedTuple):
    """One frame.

    Attributes:
        meter_type: 10H to 19H water, 20H to 29H heat and cold, 30H to 39H gas, 40H to 49H other.
        address: The meter's address, 14 digits as on its nameplate.
        control: Control code.
        body: Data identifier, serial number and data.
    """

    meter_type: int
    address: str
    control: int
    body: bytes


class _Field(NamedTuple):
    """One field of the data: its name ("" is passed over), bytes, decimals, unit.

    A unit of "" stands for the unit code that follows the value.
    """

    name: str
    size: int
    decimals: int = 2
    unit: str = ""

    @property
    def length(self) -> int:
        return self.size + (not self.unit)


_CLOCK, _STATUS = _Field("", 7, 0, "-"), _Field("", 2, 0, "-")
_VOLUME = (_Field("volume", 4), _Field("", 4), _CLOCK, _STATUS)
_HEAT = (
    _Field("", 4), _Field("heat", 4), _Field("heat_power", 4), _Field("flow", 4, 4),
    _Field("volume", 4), _Field("supply_temperature", 3, 2, "degC"),
    _Field("return_temperature", 3, 2, "degC"), _Field("hours", 3, 0, "h"), _CLOCK, _STATUS,
)  # fmt: skip
_COLD = tuple(
    field._replace(name=field.name.replace("heat", "cold")) if field.name else field
    for field in _HEAT
)
_OTHER = (_Field("total", 4), *_VOLUME[1:])
_FAMILIES = {0x1: _VOLUME, 0x2: _HEAT, 0x3: _VOLUME, 0x4: _OTHER}
"""By the upper half of the type."""

SPOKEN = {
    "water": Spoken("{number:014}/volume", "m3", Fraction(1, 100)),
    "gas": Spoken("{number:014}/volume", "m3", Fraction(1, 100)),
    "heat": Spoken("{number:014}/heat", "GJ", Fraction(1, 100)),
}


def read_frames(payload: bytes) -> list[Frame]:
    """Return the frames that follow each other in a payload, at least one.

    Raises:
        DecodeError: If there is none, or one is damaged.
    """
    return [
        Frame(found[1], found[2:_CONTROL][::-1].hex().upper(), found[_CONTROL], found[_HEAD:])
        for found in opened(payload, head=_HEAD)
    ]


def write_frame(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    address = bytes.fromhex(frame.address)[::-1]
    head = bytes([START, frame.meter_type, *address, frame.control, len(frame.body)])
    return sealed(head + frame.body)


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
        raise DecodeError(f"the meter answers with error {frame.body[1:3].hex().upper()}H")
    if frame.control != ANSWER:
        raise DecodeError(f"control code {frame.control:02X}H is not an answer with readings")
    name, body = frame.body[:2], frame.body[_BEFORE_DATA:]
    if name not in {CURRENT_FIGURES, CURRENT_FIGURES[::-1]}:
        raise DecodeError(f"data identifier {name.hex().upper()} is not read")
    layout = _layout(frame.meter_type)
    if len(body) != sum(field.length for field in layout):
        raise DecodeError(f"data identifier 901F with {len(body)} bytes, which is not its length")
    return _read_fields(frame.address, layout, body)


def _layout(meter_type: int) -> tuple[_Field, ...]:
    family = _FAMILIES.get(meter_type >> 4)
    if family is None or meter_type & 0x0F > 9:  # noqa: PLR2004 - ten types to a family
        raise DecodeError(f"meter type {meter_type:02X}H is not known")
    return _COLD if meter_type == COLD_METER else family


def _read_fields(address: str, layout: tuple[_Field, ...], body: bytes) -> list[Register]:
    registers = []
    at = 0
    for field in layout:
        value, unit = read_bcd(body[at : at + field.size], decimals=field.decimals), field.unit
        if not unit:
            # A code that is not known becomes a unit that no registry names: refused, not guessed.
            code = body[at + field.size]
            unit, power = UNITS.get(code, (f"code {code:02X}H", 0))
            value = value.scaleb(power) if value.is_finite() else value
        if field.name:
            registers.append(Register(f"{address}/{field.name}", value, unit))
        at += field.length
    return registers


def write_answer(meter_type: int, address: str, values: Mapping[str, tuple[Decimal, str]]) -> bytes:
    """Return the frame by which a meter answers with its current figures.

    Args:
        meter_type: Its type, such as 10H.
        address: 14 digits.
        values: Name to value and unit; what is not among them has no value in the frame.

    Raises:
        ValueError: If a value does not fit.
    """
    body = bytearray()
    for field in _layout(meter_type):
        value, unit = values.get(field.name, (Decimal("NaN"), ""))
        body += write_bcd(value, field.size, decimals=field.decimals)
        if not field.unit:
            body.append(_CODES[unit, 0] if unit else 0)
    return write_frame(
        Frame(meter_type, address, ANSWER, CURRENT_FIGURES + bytes([_SERIAL]) + bytes(body))
    )


def write_registers(registers: Iterable[Register]) -> bytes:
    """Return frames that say it, one for each meter; the inverse of read_registers.

    Raises:
        ValueError: If a value does not fit.
    """
    meters: dict[str, dict[str, tuple[Decimal, str]]] = {}
    for one in registers:
        address, _, name = one.channel.partition("/")
        meters.setdefault(address, {})[name] = one.value, one.unit
    return b"".join(
        write_answer(_type_of(values), address, values) for address, values in meters.items()
    )


def _type_of(values: Mapping[str, object]) -> int:
    if "heat" in values or "cold" in values:
        return COLD_METER if "cold" in values else HEAT_METER
    return OTHER_METER if "total" in values else WATER_METER
