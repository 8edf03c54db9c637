"""A Sparkplug B payload as plain values, whichever form it came in, and its numbers.

Source: Sparkplug 3.0 specification, chapter 6 (payloads): data types, alias, sequence numbers.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from struct import pack, unpack
from typing import NamedTuple

from energy.messages.message import NOT_A_NUMBER
from formats._own import decimal_of

DATATYPES = (
    "", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double",
    "Boolean", "String", "DateTime", "Text", "UUID", "DataSet", "Bytes", "File", "Template",
)  # fmt: skip
"""Data types by their number in the specification; "" (0) where none is stated."""
INT32, INT64, DOUBLE = (DATATYPES.index(name) for name in ("Int32", "Int64", "Double"))
UNKNOWN = 0
_LAST_NUMBER = DOUBLE
_LAST_KNOWN = 34
"""Beyond Template come property sets and arrays, none of which is one number."""
_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED_BITS = {5: 8, 6: 16, 7: 32, 8: 64}
_TOO_LARGE = 1e30
_UNITS = {"m³": "m3", "kW·h": "kWh", "kW.h": "kWh", "°C": "degC", "℃": "degC"}


class Bits(NamedTuple):
    """A whole number as protobuf carries it: without a sign, in 32 or 64 bits."""

    bits: int
    width: int


class Metric(NamedTuple):
    """One metric of a payload.

    Attributes:
        name: Its name; "" where only the alias stands for it.
        alias: Its alias; None where it has none.
        time: When it was true [ms since 1970 UTC]; None where the payload does not say.
        datatype: Index into DATATYPES; UNKNOWN where the payload does not say.
        historical: Whether it is told late.
        value: A Decimal, or Bits whose sign depends on the data type, or None for what is null or
            no number.
        unit: Unit from its properties; "" where none is stated.
    """

    name: str
    alias: int | None
    time: int | None
    datatype: int
    historical: bool
    value: Decimal | Bits | None
    unit: str


class Payload(NamedTuple):
    """One payload.

    Attributes:
        time: When it was sent [ms since 1970 UTC]; None where it does not say.
        seq: Number of the message in the session of its node, 0 to 255; None where there is none.
        metrics: What it tells.
    """

    time: int | None
    seq: int | None
    metrics: Sequence[Metric]


def is_number(datatype: int) -> bool:
    """Tell whether a data type can be a number: texts and switches are the device's own affair."""
    return datatype <= _LAST_NUMBER or datatype > _LAST_KNOWN


def number_of(value: Decimal | Bits | None, datatype: int) -> Decimal:
    """Return a metric's value by its data type; NOT_A_NUMBER where it has none that is certain."""
    if isinstance(value, Decimal):
        return value
    if value is None:
        return NOT_A_NUMBER
    if datatype in _SIGNED_BITS:
        return _signed(value, _SIGNED_BITS[datatype])
    # Without a data type the sign is not known where the highest bit is set.
    most = _UNSIGNED_BITS.get(datatype, value.width - 1)
    return Decimal(value.bits) if value.bits < 1 << most else NOT_A_NUMBER


def _signed(value: Bits, width: int) -> Decimal:
    """Return a two's complement; some senders extend the sign of small types, some do not."""
    extended = value.bits - (1 << value.width if value.bits >> (value.width - 1) else 0)
    if -(1 << (width - 1)) <= extended < 1 << (width - 1):
        return Decimal(extended)
    if value.bits < 1 << width:
        return Decimal(value.bits - (1 << width))
    return NOT_A_NUMBER


def bits_of(number: int, width: int) -> int:
    """Return the two's complement of a whole number."""
    return number & ((1 << width) - 1)


def float_number(value: float, *, single: bool) -> Decimal:
    """Return the shortest decimal that a binary number of single or double precision stands for.

    A meter that shows 123.45 sends the single precision number 123.4499969: taken literally, it
    would be floored to 123.44.
    """
    if not isfinite(value) or abs(value) >= _TOO_LARGE:
        return NOT_A_NUMBER
    if not single:
        return decimal_of(repr(value))
    for digits in (6, 7, 8):
        text = f"{value:.{digits}g}"
        if unpack("f", pack("f", float(text)))[0] == value:
            return decimal_of(text)
    return decimal_of(f"{value:.9g}")


def unit_of(text: object) -> str:
    """Return a unit as the registry spells it; "" for what is no text."""
    return _UNITS.get(text, text) if isinstance(text, str) else ""
