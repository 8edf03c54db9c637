"""The ledger of one meter: its hours, days, months and years in the derived tables."""

from dataclasses import dataclass

import numpy as np

from analytics.ledger.following import Followed
from analytics.ledger.hours import Books, hours_of
from analytics.ledger.periods import Rollup, horizon_of, rollup
from analytics.ledger.rows import EarlierDays, Rows, no_rows
from analytics.ledger.wall import days_around
from analytics.ledger.writing import Writer
from energy.meter import Meter
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import (
    COMPLETENESS,
    METER_DAY,
    METER_HOUR,
    METER_MONTH,
    METER_YEAR,
    NO_VALUE,
    Table,
)

METER_TABLES = (METER_HOUR, METER_DAY, METER_MONTH, METER_YEAR)


@dataclass(frozen=True)
class Starts:
    """Where the periods begin that a round writes [ms]; EARLIEST_MS for all.

    Attributes:
        day: A local midnight.
        month: The start of its month.
        year: The start of its year.
    """

    day: int
    month: int
    year: int


EVERYTHING = Starts(EARLIEST_MS, EARLIEST_MS, EARLIEST_MS)


@dataclass(frozen=True)
class Kept:
    """What a round wrote for one meter.

    Attributes:
        starts: From where on.
        hours: Its hours from there.
        rollup: Its days, months and years from there.
    """

    starts: Starts
    hours: Rows
    rollup: Rollup


def starts_of(since: int | None, timezone: str) -> Starts:
    """Return where the day, month and year of a local midnight begin; EVERYTHING for None."""
    if since is None or since <= EARLIEST_MS:
        return EVERYTHING
    days = days_around(timezone, since, since + 1)
    day = int(days.of(np.array([since]))[0])
    return Starts(int(days.start[day]), int(days.month_start[day]), int(days.year_start[day]))


def tags_of(meter: Meter) -> dict[str, str]:
    """Return the tags of a meter's points."""
    return {
        "meter": meter.meter,
        "building": meter.building or NO_VALUE,
        "institution": meter.institution or NO_VALUE,
        "site": meter.site,
        "kind": meter.kind,
        "role": meter.role,
        "item": meter.item or NO_VALUE,
    }


def compute_meter(
    days: EarlierDays, books: Books, followed: Followed, *, frozen_before: int
) -> Kept:
    """Return the ledger of a meter from where it can have changed.

    Args:
        days: The days before that, which the months and years need.
        books: What the ledger is kept by.
        followed: What the readings say.
        frozen_before: Time [ms] before which readings have been let go; no figure older than this
            changes.
    """
    timezone = books.site.timezone
    since = followed.since
    if frozen_before > EARLIEST_MS:
        since = max(frozen_before, since if since is not None else frozen_before)
    starts = starts_of(since, timezone)
    hours = hours_of(followed.course, books, since=since)
    earlier = no_rows()
    if starts is not EVERYTHING:
        earlier = days.between([books.meter.meter], starts.year, starts.day)
    rolled = rollup(hours, earlier, timezone=timezone, horizon=horizon_of(hours))
    month = rolled.month.since(starts.month)
    return Kept(starts, hours, Rollup(rolled.day, month, rolled.year))


def tables_of(
    tables: tuple[Table, ...], hours: Rows, rolled: Rollup, starts: Starts
) -> list[tuple[Table, Rows, int]]:
    """Return what belongs into each of the four tables, and from where on [ms]."""
    return list(
        zip(
            tables,
            (hours, rolled.day, rolled.month, rolled.year),
            (starts.day, starts.day, starts.month, starts.year),
            strict=True,
        )
    )


def write_meter(writer: Writer, meter: Meter, kept: Kept) -> None:
    """Make the four tables say what the ledger of a meter says."""
    tags = tags_of(meter)
    for table, rows, start in tables_of(METER_TABLES, kept.hours, kept.rollup, kept.starts):
        writer.write(table, rows, tags, start=start)


def forget_meter(store: ReadingStore, meter: str) -> None:
    """Take the ledger of a meter that left the registry out of the derived tables."""
    span = Span(EARLIEST_MS, LATEST_MS)
    for table in (*METER_TABLES, COMPLETENESS):
        store.replace(table, empty_points(table), tags={"meter": meter}, span=span)
