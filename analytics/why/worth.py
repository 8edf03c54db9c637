"""Cost, standard coal and CO2 worked out again, hour by hour, with the rows they rest on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor
from zoneinfo import ZoneInfo

from analytics.why.again import Cell, Count
from energy.calendars import Calendar
from energy.factors import Factor, factor_at
from energy.kinds import KINDS
from energy.meter import Site
from energy.span import Span, from_ms, local_date
from energy.tariffs.tariff import TariffRow, row_at

MILLIONTHS = 1_000_000
"""Micro-yuan in a yuan, mg in a kg."""
_MINUTE_MS = 60_000
Between = Callable[[int, int], int]
"""(start, end) [ms] -> what was counted between them [base units]."""


@dataclass(frozen=True, slots=True)
class Hour:
    """What was counted in one hour of a ledger.

    Attributes:
        span: When.
        day: Local date it lies on.
        cell: What was counted.
        is_said: Whether there is anything to say of it.
    """

    span: Span
    day: date
    cell: Cell
    is_said: bool


@dataclass
class Priced:
    """What one row of a tariff priced, or one factor weighed; no row stands for "not known".

    Attributes:
        row: The row.
        amount: Base units.
        hours: How many hours had some of it.
    """

    row: TariffRow | Factor | None
    amount: int = 0
    hours: int = 0


@dataclass(frozen=True)
class Worth:
    """Cost, coal or CO2 of some hours.

    Attributes:
        total: Whole millionths of a yuan or a kilogram; None if it is known in no hour.
        rows: What priced or weighed them, in the order in which they were first needed.
    """

    total: int | None
    rows: tuple[Priced, ...]


def hours_of(count: Count, hours: Sequence[Span], zone: ZoneInfo) -> list[Hour]:
    """Return what was counted in each hour."""
    found = []
    for hour in hours:
        cell = count.cell(hour.start, hour.end)
        is_said = cell.amount is not None or cell.unresolved_s > 0
        found.append(Hour(hour, local_date(hour.start, zone), cell, is_said=is_said))
    return found


def cost_again(
    between: Between,
    hours: Sequence[Hour],
    rows: Sequence[TariffRow],
    *,
    kind: str,
    site: Site,
    calendar: Calendar,
    wanted: Span,
) -> Worth:
    """Return what some hours cost [1e-6 yuan]: whole millionths of the sum since local midnight.

    Args:
        between: Tells the amount of parts of hours, where a price changes within one.
        hours: From a local midnight on, in order of time.
        rows: The rows of the meter's tariff.
        kind: Kind of energy or water.
        site: Has the wall clock.
        calendar: Tells workdays from holidays.
        wanted: The hours that are asked about.
    """
    zone = site.zone
    per_display = KINDS[kind].base_per_display
    found: dict[TariffRow | None, Priced] = {}
    total: int | None = None
    today, so_far = date.min, 0
    for hour in hours:
        so_far = so_far if hour.day == today else 0
        today, before = hour.day, so_far
        parts = [
            (row_at(rows, wall=from_ms(start).astimezone(zone), calendar=calendar),
             between(start, end))
            for start, end in _cut(hour.span, rows, zone)
        ]  # fmt: skip
        so_far += sum(row.price_micro * amount for row, amount in parts if row is not None)
        if hour.cell.amount is None or hour.span.start not in wanted:
            continue
        for row, amount in parts:
            found.setdefault(row, Priced(row)).amount += amount
        for row in {row for row, _ in parts}:  # a row that prices both parts of an hour, once
            found[row].hours += 1
        if all(row is not None for row, _ in parts):
            total = (total or 0) + so_far // per_display - before // per_display
    return Worth(total, tuple(found.values()))


def weight_again(
    hours: Sequence[Hour],
    rows: Sequence[Factor],
    *,
    kind: str,
    region: str,
    wanted: Span,
) -> Worth:
    """Return the standard coal or CO2 of some hours [mg], cut off on the sum since local midnight.

    Args:
        hours: From a local midnight on, in order of time.
        rows: One set of coefficients or series of factors.
        kind: Kind of energy or water.
        region: Division whose row is taken before that of the country.
        wanted: The hours that are asked about.
    """
    found: dict[Factor | None, Priced] = {}
    total: int | None = None
    today, so_far = date.min, 0
    for hour in hours:
        so_far = so_far if hour.day == today else 0
        today = hour.day
        before, so_far = so_far, so_far + (hour.cell.amount or 0)
        if hour.cell.amount is None or hour.span.start not in wanted:
            continue
        row = factor_at(rows, kind=kind, region=region, day=hour.day)
        weighed = found.setdefault(row, Priced(row))
        weighed.amount += hour.cell.amount
        weighed.hours += 1
        if row is not None:
            mg_per_base = row.per_display * Fraction(MILLIONTHS, KINDS[kind].base_per_display)
            total = (total or 0) + floor(so_far * mg_per_base) - floor(before * mg_per_base)
    return Worth(total, tuple(found.values()))


def emits_nothing(hours: Sequence[Hour], *, wanted: Span) -> Worth:
    """Return the CO2 of what is made on the spot without fuel: none, where there is an amount."""
    told = (hour.cell.amount is not None for hour in hours if hour.span.start in wanted)
    return Worth(0 if any(told) else None, ())


def _cut(span: Span, rows: Sequence[TariffRow], zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return the parts of an hour within which no row of a tariff begins or ends."""
    wall = from_ms(span.start).astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    bounds = {bound for row in rows for bound in (row.from_minute, row.to_minute)}
    inside = {span.start + (bound - minute) * _MINUTE_MS for bound in bounds}
    cuts = sorted({span.start, span.end, *(one for one in inside if one in span)})
    return list(pairwise(cuts))
