"""Mappings: how to read a payload that no format knows, as rows of the registry, without code."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

from energy.errors import PatternError
from energy.text import Text

NUMBER, TEXT, HEX = "number", "text", "hex"
VALUE_FORMS = (NUMBER, TEXT, HEX)
BIG, LITTLE = "big", "little"
BYTE_ORDERS = (BIG, LITTLE)
SECONDS, MILLISECONDS, MICROSECONDS, ISO = "s", "ms", "us", "iso"
UNIX_TIMES = (SECONDS, MILLISECONDS, MICROSECONDS)
TIME_FORMS = (*UNIX_TIMES, ISO)
"""Beside these, a form as Python's ``strptime`` reads it."""

_FACTOR = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
"""Wide enough for every fraction of the registry that is a decimal at all."""


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One kind of value in the messages of a family of topics; several rows make a mapping.

    The templates are read by energy.messages.template, the pointers by energy.messages.pointer.

    Attributes:
        mapping: Name of the mapping, which devices.csv gives as a format.
        topic: MQTT topic filter.
        gateway: Template of the gateway a message comes through, of topic levels only; "" where
            devices speak themselves.
        device: Template of the device's name.
        channel: Template of the channel's name.
        value: JSON pointer to the value; "" for the whole payload.
        value_as: How the value stands: number, text or hex.
        width: Bytes of a hex value; 0 otherwise.
        byte_order: big or little for a hex value; "" otherwise.
        signed: Whether a hex value is a two's complement.
        suffixes: What may stand behind a number in a text, as ``kWh Wh=0.001``; "" for nothing.
        scale: The value is multiplied by it, exact.
        divisor: And divided by it, exact.
        time: JSON pointer to the time; "" where the message has none and its arrival counts.
        time_as: How the time stands: s, ms, us, iso or a strptime form; "" without a time.
        zone: Zone of a local time without an offset of its own; "" otherwise.
        unit: Unit of the value after scale and divisor; "" to leave it to the meter.
    """

    mapping: str
    topic: str
    gateway: str
    device: str
    channel: str
    value: str
    value_as: str
    width: int
    byte_order: str
    signed: bool
    suffixes: str
    scale: Fraction
    divisor: Fraction
    time: str
    time_as: str
    zone: str
    unit: str

    @property
    def is_plain(self) -> bool:
        """Whether the whole payload is the text of the value, and no JSON."""
        return not self.value and self.value_as != NUMBER


def decimal_factor(factor: Fraction) -> Decimal:
    """Return a factor as a decimal.

    Raises:
        PatternError: If it is none, as 1/3.
    """
    try:
        return _EXACT.divide(Decimal(factor.numerator), Decimal(factor.denominator))
    except Inexact as error:
        problem = Text(
            f"{factor} 写成小数没有尽头；请填写在 meters.csv 的 ratio 中，那里可以是分数。",
            f"{factor} is no decimal that ends; write it as the ratio in meters.csv, which may be "
            "a fraction.",
        )
        raise PatternError(problem) from error


def suffix_factors(suffixes: str) -> dict[str, Fraction]:
    """Return each suffix with the number by which the number before it is multiplied.

    Raises:
        PatternError: If they are not written as ``kWh Wh=0.001``.
    """
    found: dict[str, Fraction] = {}
    for entry in suffixes.split():
        suffix, _, factor = entry.partition("=")
        is_number = "=" not in entry or _FACTOR.fullmatch(factor)
        number = Fraction(factor or 1) if is_number else Fraction(0)
        if not suffix or suffix in found or number == 0 or suffix[0] in "0123456789.+-":
            problem = Text(
                f"{entry!r} 无法识别；请写成 kWh Wh=0.001 的形式，每个后缀一次。",
                f"{entry!r} is not known; write suffixes like kWh Wh=0.001, each once.",
            )
            raise PatternError(problem)
        found[suffix] = number
    return found
