"""From hours to local days, months and years: sums, and how long each period is so far."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analytics.ledger.rows import KnownDays, Patch, Rows, no_rows, patched, stacked, summed_by
from analytics.ledger.wall import Days, days_around, month_and_year
from energy.span import SECOND_MS, Span
from storage.admission import EARLIEST_MS, LATEST_MS


class Ledger(NamedTuple):
    """What the tables of one meter or place are to say: the parts that changed, and sums of them.

    Attributes:
        hours: Parts with their hours, in order, each of whole local days.
        days: The same parts with their local days.
        month: From the first month that changed on.
        year: From the first year that changed on.
    """

    hours: list[Patch]
    days: list[Patch]
    month: Patch
    year: Patch

    def of(self, place: int, hours: list[Patch]) -> "Ledger":
        """Return what the tables of one of many are to say, given its hours."""
        return Ledger(
            hours,
            [Patch(patch.span, patch.rows.of(place)) for patch in self.days],
            Patch(self.month.span, self.month.rows.of(place)),
            Patch(self.year.span, self.year.rows.of(place)),
        )


class Changed(NamedTuple):
    """Hours of a meter or place that changed, and the days they are summed up with.

    Attributes:
        hours: At least one part, in order, each of whole local days.
        days: As they were known before, from the first year that changed on.
        timezone: Wall clock in which days are cut.
    """

    hours: list[Patch]
    days: Rows
    timezone: str

    @property
    def periods(self) -> tuple[object, ...]:
        """What is equal for those that have the same periods."""
        starts = (patch.rows.start.tobytes() for patch in self.hours)
        spans = (patch.span for patch in self.hours)
        return self.timezone, *spans, *starts, self.days.start.tobytes()


def with_days(
    hours: Sequence[Patch], known: KnownDays, names: Sequence[str], *, timezone: str
) -> Changed:
    """Return hours that changed with the days that they are summed up with.

    Args:
        hours: At least one part, in order, each of whole local days.
        known: The days as they were known before.
        names: Whose days among them.
        timezone: Wall clock in which days are cut.
    """
    first = hours[0].span.start
    if first == EARLIEST_MS:
        return Changed([*hours], no_rows(), timezone)
    _, year = month_and_year(first, timezone)
    return Changed([*hours], known.since(names, year), timezone)


def rollups(every: Sequence[Changed]) -> list[Ledger]:
    """Return the ledger of each; those that have the same periods are summed up together."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, one in enumerate(every):
        alike.setdefault(one.periods, []).append(place)
    found: dict[int, Ledger] = {}
    for places in alike.values():
        many = [every[place] for place in places]
        parts = zip(*(one.hours for one in many), strict=True)
        hours = [Patch(part[0].span, stacked([patch.rows for patch in part])) for part in parts]
        days = stacked([one.days for one in many])
        whole = rollup(Changed(hours, days, many[0].timezone))
        found |= {place: whole.of(nth, many[nth].hours) for nth, place in enumerate(places)}
    return [found[place] for place in range(len(every))]


def rollup(one: Changed, *, horizon: int | None = None) -> Ledger:
    """Return days, months and years from the hours that changed.

    Args:
        one: The hours, of one or of many that have the same periods.
        horizon: Time [ms] up to which a period has lasted so far; None for where the hours end.

    Returns:
        The length of a period is that of one meter.
    """
    hours, timezone = one.hours, one.timezone
    first = hours[0].span.start
    is_whole = first == EARLIEST_MS
    month_start, year_start = (first, first) if is_whole else month_and_year(first, timezone)
    nothing = hours[0].rows.within(Span(EARLIEST_MS, EARLIEST_MS))
    without = patched(one.days, [Patch(patch.span, nothing) for patch in hours])
    starts = np.concatenate([without.start, *(patch.rows.start for patch in hours)])
    if not len(starts):
        return Ledger(
            hours,
            hours,
            Patch(Span(month_start, LATEST_MS), nothing),
            Patch(Span(year_start, LATEST_MS), nothing),
        )
    until = _end_of([without, *(patch.rows for patch in hours)]) if horizon is None else horizon
    days = days_around(timezone, int(starts.min()), int(starts.max()))
    fresh = [Patch(patch.span, _days(patch.rows, days, until)) for patch in hours]
    every = patched(without, fresh)
    number = days.of(every.start)
    month = summed_by(every, days.month_start[number])
    year = summed_by(every, days.year_start[number])
    return Ledger(
        hours,
        fresh,
        _from(month_start, _lasting(month, _ends(month, days.month_bounds), until)),
        _from(year_start, _lasting(year, _ends(year, days.year_bounds), until)),
    )


def _days(hours: Rows, days: Days, horizon: int | np.ndarray) -> Rows:
    day = summed_by(hours, days.start[days.of(hours.start)])
    return _lasting(day, _ends(day, days.start), horizon)


def _from(start: int, rows: Rows) -> Patch:
    return Patch(Span(start, LATEST_MS), rows.since(start))


def _end_of(parts: Sequence[Rows]) -> np.ndarray:
    """Return up to when the last hour or day lasts [ms]; at least one there is.

    Returns:
        Shape (1,); of many (many, 1).
    """
    ends = [
        rows.start[-1:] + rows.field("period_s")[..., -1:] * SECOND_MS
        for rows in parts
        if len(rows)
    ]
    return np.asarray(np.maximum.reduce(ends))


def _ends(rows: Rows, bounds: np.ndarray) -> np.ndarray:
    """Return the end of each period: the start of the next one."""
    return np.asarray(bounds[bounds.searchsorted(rows.start, side="right")])


def _lasting(rows: Rows, ends: np.ndarray, horizon: int | np.ndarray) -> Rows:
    lasted = np.maximum(np.minimum(ends, horizon) - rows.start, 0)
    return rows.with_period(lasted // SECOND_MS)
