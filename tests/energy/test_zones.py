"""Offsets of zones against the tz database itself."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from energy.span import HOUR_MS
from energy.zones import QUARTER_ZONES_MS, is_half_hour_zone, is_quarter_hour_zone

MINUTE_MS = 60_000
SOLSTICES = [
    datetime(year, month, 21, tzinfo=UTC) for year in range(2010, 2036) for month in (6, 12)
]


def offsets() -> set[int]:
    """Return how far east of UTC every zone stands in each summer and winter [ms]."""
    zones = map(ZoneInfo, available_timezones() - {"Factory", "localtime"})
    found = (when.astimezone(zone).utcoffset() for zone in zones for when in SOLSTICES)
    return {offset // timedelta(milliseconds=1) for offset in found if offset is not None}


def test_every_zone_of_the_tz_database_is_known_and_no_other_quarter_is() -> None:
    found = offsets()

    quarters = {offset for offset in found if offset % (HOUR_MS // 2)}
    assert quarters == set(QUARTER_ZONES_MS)
    assert all(is_quarter_hour_zone(offset) for offset in quarters)
    assert all(is_half_hour_zone(offset) for offset in found - quarters - {0})


@pytest.mark.parametrize("minutes", [0, 1, 6 * 60 + 45, 8 * 60 + 10, 15 * 60, -13 * 60])
def test_what_no_zone_stands_at_is_none(minutes: int) -> None:
    offset = minutes * MINUTE_MS
    assert not is_half_hour_zone(offset)
    assert not is_quarter_hour_zone(offset)
