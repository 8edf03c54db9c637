"""The ledger of one meter: its hours, days, months and years in the derived tables."""

from collections.abc import Mapping, Sequence

from analytics.ledger.following import Followed
from analytics.ledger.hours import Books, hours_of
from analytics.ledger.periods import Ledger, rollup
from analytics.ledger.rows import KnownDays, Patch
from analytics.ledger.wall import open_days
from analytics.ledger.writing import Writer
from energy.meter import Meter
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.answers import empty_points
from storage.readings import ReadingStore
from storage.tables import (
    CHECK_DAY,
    COMPLETENESS,
    ESTIMATE,
    METER_DAY,
    METER_HOUR,
    METER_MONTH,
    METER_YEAR,
    NO_VALUE,
    Table,
)

METER_TABLES = (METER_HOUR, METER_DAY, METER_MONTH, METER_YEAR)


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
    known: KnownDays, books: Books, parts: Sequence[Followed], *, frozen_before: int
) -> Ledger | None:
    """Return the ledger of a meter where it can have changed; None if all of that is frozen.

    Args:
        known: The days of before, which the months and years need.
        books: What the ledger is kept by.
        parts: What the readings say, in order of time.
        frozen_before: Time [ms] before which readings have been let go; no figure older than this
            changes.
    """
    hours = []
    for part in parts:
        span = open_days(part.span, frozen_before=frozen_before, timezone=books.site.timezone)
        if span is not None:
            hours.append(Patch(span, hours_of(part.course, books, span=span)))
    if not hours:
        return None
    return rollup(hours, known, [books.meter.meter], timezone=books.site.timezone)


def write_ledger(
    writer: Writer, tables: tuple[Table, ...], ledger: Ledger, tags: Mapping[str, str]
) -> None:
    """Make the tables of hours, days, months and years say what a ledger says."""
    hour, day, month, year = tables
    for patch in ledger.hours:
        writer.write(hour, patch, tags)
    for patch in ledger.days:
        writer.write(day, patch, tags)
    writer.write(month, ledger.month, tags)
    writer.write(year, ledger.year, tags)


def forget_meter(store: ReadingStore, meter: str) -> None:
    """Take the ledger of a meter that left the registry out of the derived tables."""
    span = Span(EARLIEST_MS, LATEST_MS)
    for table in (*METER_TABLES, COMPLETENESS, ESTIMATE, CHECK_DAY):
        store.replace(table, empty_points(table), tags={"meter": meter}, span=span)
