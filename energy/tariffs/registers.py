"""Registers of one electricity meter that add up to another: those of its tariffs (尖峰平谷).

Source: DL/T 645-2007, appendix A, table A.1: data identifier 00 QQ TT 00, with QQ the quantity
(1 forward active, ...) and TT the tariff, 0 for the total of all of them.
"""

import re

_REGISTER = re.compile(r"(.*/00[0-9A-F]{2})([0-3][0-9A-F])00")


def total_of(channel: str) -> str:
    """Return the channel of the total that a tariff's register is part of; "" if it is none.

    Args:
        channel: Address and data identifier, such as 123456789012/00010100.
    """
    found = _REGISTER.fullmatch(channel)
    if found is None or found[2] == "00":
        return ""
    return f"{found[1]}0000"
