"""How a mapping's value stands in a message: read exactly, and written again."""

import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Literal

from energy.messages.mapping import BIG, HEX, NUMBER, MappingRow, decimal_factor, suffix_factors
from energy.messages.message import NOT_A_NUMBER
from formats._own import LONGEST_NUMBER, MOST_DIGITS, decimal_of, exact

Read = Callable[[object], Decimal]

_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]+)")


def reader_of(row: MappingRow) -> Read:
    """Return what turns the value as it stands into the number in the row's unit, exactly.

    It gives NOT_A_NUMBER for whatever does not stand as the row says, and for a number larger or
    longer than any meter counts.
    """
    factor = row.scale / row.divisor
    if row.value_as == HEX:
        return _scaled(lambda found: _hex_number(found, row), factor)
    if row.value_as == NUMBER:
        return _scaled(exact, factor)
    suffixes = suffix_factors(row.suffixes) or {"": Fraction(1)}
    # The longest first: "kWh" ends with "Wh", too.
    reads = {
        suffix: _scaled(text_number, factor * suffixes[suffix])
        for suffix in sorted(suffixes, key=len, reverse=True)
    }
    return lambda found: _with_suffix(found, reads)


def text_number(found: object) -> Decimal:
    """Return the number that a text is; NOT_A_NUMBER where it is none."""
    if not isinstance(found, str) or not _DECIMAL.fullmatch(found.strip(" ")):
        return NOT_A_NUMBER
    return decimal_of(found.strip(" "))


def written(number: Decimal, row: MappingRow) -> object:
    """Return a number as it stands in a message: a Decimal, or a text.

    Raises:
        ArithmeticError: If it cannot stand there exactly.
    """
    factor = row.scale / row.divisor
    suffix, more = next(iter(suffix_factors(row.suffixes).items()), ("", Fraction(1)))
    whole = _EXACT.divide(number, decimal_factor(factor * more))
    if row.value_as == NUMBER:
        return whole
    if row.value_as == HEX:
        if whole != whole.to_integral_value():
            raise Inexact
        return int(whole).to_bytes(row.width, _order(row), signed=row.signed).hex()
    return f"{whole:f}{suffix}"


def _scaled(read: Read, factor: Fraction) -> Read:
    if factor == 1:
        return read
    decimal = decimal_factor(factor)

    def scaled(found: object) -> Decimal:
        number = read(found)
        if not number or number.is_nan():
            return number
        product = _EXACT.multiply(number, decimal)
        is_long = len(product.as_tuple().digits) > LONGEST_NUMBER
        return NOT_A_NUMBER if is_long or abs(product.adjusted()) > MOST_DIGITS else product

    return scaled


def _with_suffix(found: object, reads: dict[str, Read]) -> Decimal:
    if isinstance(found, str):
        text = found.strip(" ")
        for suffix, read in reads.items():
            if text.endswith(suffix):
                return read(text.removesuffix(suffix))
    return NOT_A_NUMBER


def _hex_number(found: object, row: MappingRow) -> Decimal:
    digits = _HEX.fullmatch(found.replace(" ", "")) if isinstance(found, str) else None
    if digits is None or len(digits[1]) != 2 * row.width:
        return NOT_A_NUMBER
    return Decimal(
        int.from_bytes(bytes.fromhex(digits[1]), _order(row), signed=row.signed)  # at most 8 bytes
    )


def _order(row: MappingRow) -> Literal["big", "little"]:
    return "big" if row.byte_order == BIG else "little"
