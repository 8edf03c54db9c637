"""From hours to local days, months and years: sums, and how long each period is so far."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analytics.ledger.rows import KnownDays, Patch, Rows, no_rows, patched, summed_by
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


def rollup(
    hours: Sequence[Patch],
    known: KnownDays,
    names: Sequence[str],
    *,
    timezone: str,
    horizon: int | None = None,
) -> Ledger:
    """Return days, months and years from the hours that changed.

    Args:
        hours: At least one part, in order, each of whole local days.
        known: The days as they were known before.
        names: Whose days among them.
        timezone: Wall clock in which days are cut.
        horizon: Time [ms] up to which a period has lasted so far; None for where the hours end.

    Returns:
        The length of a period is that of one meter.
    """
    first = hours[0].span.start
    month_start = year_start = EARLIEST_MS
    days_there = no_rows()
    if first > EARLIEST_MS:
        month_start, year_start = month_and_year(first, timezone)
        days_there = known.since(names, year_start)
    without = patched(days_there, [Patch(patch.span, no_rows()) for patch in hours])
    starts = np.concatenate([without.start, *(patch.rows.start for patch in hours)])
    if not len(starts):
        return Ledger(
            list(hours),
            list(hours),
            Patch(Span(month_start, LATEST_MS), no_rows()),
            Patch(Span(year_start, LATEST_MS), no_rows()),
        )
    if horizon is None:
        horizon = max(_end_of(rows) for rows in (without, *(patch.rows for patch in hours)))
    days = days_around(timezone, int(starts.min()), int(starts.max()))
    fresh = [Patch(patch.span, _days(patch.rows, days, horizon)) for patch in hours]
    every = patched(without, fresh)
    number = days.of(every.start)
    month = summed_by(every, days.month_start[number])
    year = summed_by(every, days.year_start[number])
    return Ledger(
        list(hours),
        fresh,
        _from(month_start, _lasting(month, _ends(month, days.month_bounds), horizon)),
        _from(year_start, _lasting(year, _ends(year, days.year_bounds), horizon)),
    )


def _days(hours: Rows, days: Days, horizon: int) -> Rows:
    day = summed_by(hours, days.start[days.of(hours.start)])
    return _lasting(day, _ends(day, days.start), horizon)


def _from(start: int, rows: Rows) -> Patch:
    return Patch(Span(start, LATEST_MS), rows.since(start))


def _end_of(rows: Rows) -> int:
    """Return up to when the last of the hours or days of a meter lasts [ms]; else EARLIEST_MS."""
    if not len(rows):
        return EARLIEST_MS
    return int(rows.start[-1]) + int(rows.field("period_s")[-1]) * SECOND_MS


def _ends(rows: Rows, bounds: np.ndarray) -> np.ndarray:
    """Return the end of each period: the start of the next one."""
    return np.asarray(bounds[bounds.searchsorted(rows.start, side="right")])


def _lasting(rows: Rows, ends: np.ndarray, horizon: int) -> Rows:
    lasted = np.maximum(np.minimum(ends, horizon) - rows.start, 0)
    return rows.with_period(lasted // SECOND_MS)
