"""What the formats share: numbers exactly as they were written, and objects as text."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec

from energy.messages.message import NOT_A_NUMBER, Said

MOST_DIGITS = 30
"""No meter counts further. Without a limit a text such as 1E+999999999 would fill the memory."""
LONGEST_NUMBER = 40
Time = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""A bare Unix time that is one beyond doubt."""
_PLACE = re.compile(r" \(byte \d+\)| - at `.*|(?<=unknown field) `.*", re.DOTALL)
_TOO_LARGE = 10**MOST_DIGITS


class Moment(msgspec.Struct, forbid_unknown_fields=True):
    """A moment of one device, all of it plain numbers; see energy.messages.message.Plain."""

    time: Time
    values: dict[str, float]


class NamedMoment(msgspec.Struct, forbid_unknown_fields=True):
    """A moment that names its device."""

    device: str
    time: Time
    values: dict[str, float]


def decimal_of(text: str) -> Decimal:
    """Return the number that a JSON number with a point or an exponent stands for, exactly.

    Decoders call it as their ``float_hook``: a float would round what a register shows.

    One larger than any meter counts is not a number for us. One longer than a meter writes, or next
    to nothing, was computed in binary: it is the float it stands for.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits, which no Decimal has
        return NOT_A_NUMBER if float(text) else Decimal("0.0")
    if value.adjusted() > MOST_DIGITS:
        return NOT_A_NUMBER
    if len(text) > LONGEST_NUMBER or value.adjusted() < -MOST_DIGITS:
        return Decimal(repr(float(text)))
    return value


def exact(value: object) -> Decimal:
    """Return a decoded JSON value as a number.

    NOT_A_NUMBER if it is not a JSON number (a text, true, null, an array, an object), or is larger
    than any meter counts.
    """
    if type(value) is Decimal:
        return value
    if type(value) is not int or not -_TOO_LARGE < value < _TOO_LARGE:
        return NOT_A_NUMBER
    return Decimal(value)


def why(error: Exception) -> str:
    """Return what a decoder complains of, without places and names from the message.

    Reasons are counted: garbage must not make a new one with each message.
    """
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return _PLACE.sub("", str(error))


def number_text(value: Decimal) -> str:
    """Return a number as JSON text without an exponent."""
    return format(value, "f")


def objects_text(said: Sequence[Said], *, named: bool) -> str:
    """Return values as objects of an array, those that follow each other at one time in one object.

    Args:
        said: What is said, in the order in which it shall stand.
        named: Whether each object names its device.
    """
    groups: list[tuple[Said, dict[str, str]]] = []
    for one in said:
        if not groups or not _joins(one, *groups[-1]):
            groups.append((one, {}))
        groups[-1][1][one.channel] = number_text(one.value)
    return f"[{','.join(_object_text(first, values, named=named) for first, values in groups)}]"


def _joins(one: Said, first: Said, values: dict[str, str]) -> bool:
    return (one.device, one.time) == (first.device, first.time) and one.channel not in values


def _object_text(first: Said, values: dict[str, str], *, named: bool) -> str:
    device = f'"device":{_quoted(first.device)},' if named else ""
    body = ",".join(f"{_quoted(channel)}:{text}" for channel, text in values.items())
    return f'{{{device}"time":{first.time},"values":{{{body}}}}}'


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
