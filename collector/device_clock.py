"""What is known of the clocks of devices: when they cannot be right, and how they usually err."""

from datetime import UTC, datetime

from energy.span import to_ms

EARLIEST = to_ms(datetime(2000, 1, 1, tzinfo=UTC))
"""Nothing is older, however long readings are kept: clocks that were never set say 1970 or 1980."""

_ZONE_MS = 1_800_000
"""Zones differ by whole and half hours; the three that have quarters are not worth the doubt."""
_MOST_ZONES_MS = 14 * 3_600_000
_ABOUT_MS = 120_000


def is_another_zone(ahead_ms: int) -> bool:
    """Tell whether a time is ahead by about as much as another zone's clock would be."""
    zones = round(ahead_ms / _ZONE_MS)
    is_near = abs(ahead_ms - zones * _ZONE_MS) <= _ABOUT_MS
    return is_near and 1 <= zones <= _MOST_ZONES_MS // _ZONE_MS
