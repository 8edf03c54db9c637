"""How far the clocks of time zones stand from UTC, for telling a wrong zone from a wrong clock."""

from energy.span import HOUR_MS

QUARTER_MS = HOUR_MS // 4
QUARTER_ZONES_MS = tuple(quarters * QUARTER_MS for quarters in (23, 35, 51, 55))
"""+5:45 Nepal, +8:45 Eucla, +12:45 and in summer +13:45 Chatham. Source: IANA tz database, every
zone at any time since 2010; all others stand at whole and half hours."""

_HALF_MS = HOUR_MS // 2
_WEST_MS = -12 * HOUR_MS
_EAST_MS = 14 * HOUR_MS
_ABOUT_MS = 120_000
"""So far from it a zone is still meant; chosen: the way and the wait of a message, and a clock that
is a minute wrong."""


def is_about(length_ms: int, other_ms: int) -> bool:
    """Tell whether two lengths of time [ms] are the same but for the way of a message."""
    return abs(length_ms - other_ms) <= _ABOUT_MS


def is_half_hour_zone(offset_ms: int) -> bool:
    """Tell whether a zone of whole or half hours, but for UTC, may stand about so far east [ms]."""
    nearest = round(offset_ms / _HALF_MS) * _HALF_MS
    is_zone = nearest != 0 and _WEST_MS <= nearest <= _EAST_MS
    return is_zone and is_about(offset_ms, nearest)


def is_quarter_hour_zone(offset_ms: int) -> bool:
    """Tell whether one of the few zones with quarters of an hour stands about so far east [ms]."""
    return any(is_about(offset_ms, zone) for zone in QUARTER_ZONES_MS)
