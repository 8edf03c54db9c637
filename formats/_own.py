"""What the two own forms share: numbers and objects as text."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from energy.errors import DecodeError
from energy.message import Said

MOST_DIGITS = 30
"""No meter counts further. Without a limit a text such as 1E+999999999 would fill the memory."""


def finite(value: Decimal) -> Decimal:
    """Return a number as it is.

    Raises:
        DecodeError: If it is NaN or infinite, which a string in the message could say, or is
            larger or smaller than any meter counts.
    """
    if not value.is_finite():
        raise DecodeError(f"value {value} is not a finite number")
    if not -MOST_DIGITS <= value.adjusted() <= MOST_DIGITS:
        raise DecodeError("value is out of any meter's range")
    return value


def number_text(value: Decimal) -> str:
    """Return a number as JSON text without an exponent."""
    return format(value, "f")


def objects_text(said: Sequence[Said], *, named: bool) -> str:
    """Return consecutive values of one device and time as objects of an array.

    Args:
        said: What is said, in the order in which it shall stand.
        named: Whether each object names its device.
    """
    groups: list[tuple[tuple[str, int | str | None], list[str]]] = []
    for one in said:
        key = (one.device, one.time)
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        channel = msgspec.json.encode(one.channel).decode()
        groups[-1][1].append(f"{channel}:{number_text(one.value)}")
    texts = []
    for (device, time), values in groups:
        head = f'"device":{msgspec.json.encode(device).decode()},' if named else ""
        texts.append(f'{{{head}"time":{time},"values":{{{",".join(values)}}}}}')
    return f"[{','.join(texts)}]"
