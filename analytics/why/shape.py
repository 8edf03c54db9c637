"""The shape of a gap worked out again from the days that it looks like, hour by hour.

Formula: docs/methods.md, "The shape of a gap".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from analytics.consumption.shaping import Estimate
from analytics.why.again import Count
from analytics.why.pieces import Point
from analytics.why.when import hours_within
from energy.calendars import Calendar, DayType
from energy.span import HOUR_MS, Span, from_ms, local_date, midnight, next_day

_FREE = (DayType.WEEKEND, DayType.HOLIDAY)
_PER_STEP = 1000 * HOUR_MS
"""Weights are thousandths of a step an hour."""


@dataclass
class _Slot:
    """An hour of the wall clock over some days: what was used in it, and how long it lasted."""

    used: int = 0
    lasted_ms: int = 0

    @property
    def rate(self) -> int:
        """Mean use [1/1000 step an hour]."""
        return self.used * _PER_STEP // self.lasted_ms if self.lasted_ms else 0


@dataclass
class _Habit:
    """The hours of the days of one sort, free or not."""

    slots: dict[int, _Slot] = field(default_factory=dict)

    def rate(self, slot: int) -> int:
        """Return the mean use in an hour of the wall clock."""
        return self.slots.get(slot, _Slot()).rate


def shape_again(
    estimate: Estimate, count: Count, zone: ZoneInfo, calendar: Calendar
) -> tuple[Point, ...]:
    """Return the points inside a gap that was filled with the shape of like days.

    Args:
        estimate: Names the gap, how far the count went in it, and the days.
        count: The count of the meter on these days, in steps.
        zone: Wall clock.
        calendar: Tells workdays from free days.
    """
    habits = _habits(estimate.days, count, zone, calendar)
    parts = _parts(estimate, zone)
    weights = [
        habits[_is_free(begin, zone, calendar)].rate(_slot(cell, zone)) * (end - begin)
        for cell, begin, end in parts
    ]
    found, so_far = [], 0
    for (_, _, end), weight in zip(parts[:-1], weights, strict=False):
        so_far += weight
        found.append((end, estimate.steps * so_far // sum(weights)))
    return tuple(found)


def _habits(
    days: Sequence[date], count: Count, zone: ZoneInfo, calendar: Calendar
) -> Mapping[bool, _Habit]:
    habits = {True: _Habit(), False: _Habit()}
    for day in days:
        span = Span(midnight(day, zone), midnight(next_day(day), zone))
        habit = habits[_is_free(span.start, zone, calendar)]
        for hour in hours_within(span, zone):
            slot = habit.slots.setdefault(_slot(hour, zone), _Slot())
            slot.used += count.between(hour.start, hour.end)
            slot.lasted_ms += hour.end - hour.start
    return habits


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


def _is_free(time: int, zone: ZoneInfo, calendar: Calendar) -> bool:
    return calendar.day_type(local_date(time, zone)) in _FREE
