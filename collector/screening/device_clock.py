"""What is known of the clocks of devices: when they cannot be right, and how they usually err."""

from datetime import UTC, datetime

from energy.span import to_ms
from energy.zones import is_half_hour_zone, is_quarter_hour_zone

EARLIEST = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
"""Nothing is older, however long readings are kept: clocks that were never set say 1970 or 1980."""

_HALF_HOURS = "time ahead by whole or half hours: it looks like a local time sent as UTC"
_QUARTERS = "time ahead by 5:45, 8:45, 12:45 or 13:45: it looks like a local time sent as UTC"


def why_ahead(ahead_ms: int) -> str:
    """Return why a time so far ahead of its arrival [ms] is refused, and what it looks like."""
    if is_half_hour_zone(ahead_ms):
        return _HALF_HOURS
    return _QUARTERS if is_quarter_hour_zone(ahead_ms) else "time in the far future"
