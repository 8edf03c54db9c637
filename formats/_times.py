"""What the formats share about time: seconds since 1970 as ms, and texts that name their zone."""

import re
from decimal import Context, Decimal
from math import floor

EXACT = Context(prec=120)
"""Wide enough for every sum and shift of two numbers that the formats take."""
_ZONED = re.compile(r".*[0-9](?:Z|[+-][0-9]{2}:?[0-9]{2})", re.DOTALL)


def ms_of(seconds: Decimal) -> int:
    """Return seconds as whole milliseconds; finer parts are floored."""
    return floor(seconds.scaleb(3, EXACT))


def seconds_text(ms: int) -> str:
    """Return milliseconds as seconds, a JSON number without an exponent."""
    return format(Decimal(ms).scaleb(-3, EXACT), "f")


def names_its_zone(text: str) -> bool:
    """Tell whether a time as text ends in ``Z`` or an offset such as ``+08:00``."""
    return _ZONED.fullmatch(text) is not None
