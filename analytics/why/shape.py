"""The shape of a gap worked out again from the days that it looks like, hour by hour.

Formula: docs/methods.md, "The shape of a gap".
"""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from analytics.consumption.shaping import Estimate, Method
from analytics.why.again import Count
from analytics.why.pieces import Point
from analytics.why.when import hours_within
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span, from_ms, local_date, midnight, next_day

_FREE = (DayType.WEEKEND, DayType.HOLIDAY)
_PER_STEP = 1000 * HOUR_MS
"""Weights are thousandths of a step an hour."""


_HALF_AT, _WEIGHS = 200, 1000
"""A day as warm as another weighs 1000, one 2 K apart half of it."""

Slots = Mapping[int, tuple[int, int]]
"""Hour of the wall clock to steps used in it on one day, and how long it lasted [ms]."""


def shape_again(
    estimate: Estimate,
    count: Count,
    zone: ZoneInfo,
    calendar: Calendar,
    warmth: Mapping[date, int],
) -> tuple[Point, ...]:
    """Return the points inside a gap that was filled with the shape of like or similar days.

    Args:
        estimate: Names the gap, how far the count went in it, and the days.
        count: The count of the meter on these days, in steps.
        zone: Wall clock.
        calendar: Tells workdays from free days.
        warmth: Mean temperature of each day of which it is known [0.01 degC].
    """
    used = {day: _slots(day, count, zone) for day in estimate.days}
    weights = []
    parts = _parts(estimate, zone)
    for cell, begin, end in parts:
        within = local_date(begin, zone)
        like = [
            day for day in estimate.days if _is_free(day, calendar) == _is_free(within, calendar)
        ]
        weigh = {day: _weight(estimate, warmth, day, within) for day in like}
        weights.append(_rate(used, weigh, _slot(cell, zone)) * (end - begin))
    found, so_far = [], 0
    for (_, _, end), weight in zip(parts[:-1], weights, strict=False):
        so_far += weight
        found.append((end, estimate.steps * so_far // sum(weights)))
    return tuple(found)


def _weight(estimate: Estimate, warmth: Mapping[date, int], day: date, within: date) -> int:
    """Return what a day weighs: the more the nearer its temperature is, if that is the method."""
    if estimate.method is not Method.SIMILAR_DAYS:
        return 1
    apart = warmth[day] - warmth[within]
    return _WEIGHS * _HALF_AT**2 // (_HALF_AT**2 + apart**2)


def _rate(used: Mapping[date, Slots], weigh: Mapping[date, int], slot: int) -> int:
    """Return the mean use of an hour of the wall clock [1/1000 step an hour]."""
    steps = sum(weight * used[day].get(slot, (0, 0))[0] for day, weight in weigh.items())
    lasted_ms = sum(weight * used[day].get(slot, (0, 0))[1] for day, weight in weigh.items())
    return steps * _PER_STEP // lasted_ms if lasted_ms else 0


def _slots(day: date, count: Count, zone: ZoneInfo) -> Slots:
    found: dict[int, tuple[int, int]] = {}
    for hour in hours_within(Span(midnight(day, zone), midnight(next_day(day), zone)), zone):
        slot = _slot(hour, zone)
        steps, lasted_ms = found.get(slot, (0, 0))
        lasts = hour.end - hour.start
        found[slot] = steps + count.between(hour.start, hour.end), lasted_ms + lasts
    return found


def _parts(estimate: Estimate, zone: ZoneInfo) -> list[tuple[Span, int, int]]:
    """Return the hours that a gap touches, each with what of it lies in the gap."""
    start, end = estimate.start, estimate.end
    first = midnight(local_date(start, zone), zone)
    last = midnight(next_day(local_date(end, zone)), zone)
    return [
        (hour, max(hour.start, start), min(hour.end, end))
        for hour in hours_within(Span(first, last), zone)
        if hour.end > start and hour.start < end
    ]


def _slot(hour: Span, zone: ZoneInfo) -> int:
    """Return the hour of the wall clock in which the middle of an hour of the ledger lies."""
    wall = from_ms(hour.start).astimezone(zone)
    begins = (wall.hour * 60 + wall.minute) * 60_000
    return (begins + (hour.end - hour.start) // 2) // HOUR_MS % 24


def _is_free(day: date, calendar: Calendar) -> bool:
    return calendar.day_type(day) in _FREE
