"""The ledger of one meter: its hours, days, months and years in the derived tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analytics.ledger.following import Followed, Told
from analytics.ledger.hours import Books, hours_of
from analytics.ledger.periods import Ledger, rollups, with_days
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
TOGETHER = 200_000
"""Meters are summed up as soon as so many of their readings are at hand: they fit the memory of a
laptop many times. Chosen: a day of a thousand meters."""


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


class Computed(NamedTuple):
    """What a round found of one meter.

    Attributes:
        told: The meter and its readings.
        parts: What they say, in order of time, as far as figures may still change.
        ledger: What follows from it.
    """

    told: Told
    parts: Sequence[Followed]
    ledger: Ledger


def compute_meters(
    followed: Iterable[tuple[Told, Sequence[Followed]]],
    known: KnownDays,
    books_of: Callable[[Meter], Books],
    *,
    frozen_before: int,
) -> Iterator[Computed]:
    """Yield the ledger of each meter where it can have changed.

    Many meters are summed up together, as soon as so many readings are at hand.

    Args:
        followed: Meters and what their readings say, in order of time.
        known: The days of before, which the months and years need.
        books_of: What the ledger of a meter is kept by.
        frozen_before: Time [ms] before which readings have been let go; no figure older than this
            changes.
    """
    waiting: list[tuple[Told, Sequence[Followed], list[Patch]]] = []
    readings = 0
    for told, parts in followed:
        hours = _hours(parts, books_of(told.meter), frozen_before)
        if hours:
            waiting.append((told, parts[-len(hours) :], hours))
            readings += sum(len(part.series) for part in parts)
        if readings > TOGETHER:
            yield from _summed(waiting, known)
            waiting, readings = [], 0
    yield from _summed(waiting, known)


def _hours(parts: Sequence[Followed], books: Books, frozen_before: int) -> list[Patch]:
    """Return the hours of a meter on the days that are not frozen."""
    found = []
    for part in parts:
        span = open_days(part.span, frozen_before=frozen_before, timezone=books.site.timezone)
        if span is not None:
            found.append(Patch(span, hours_of(part.course, books, span=span)))
    return found


def _summed(
    waiting: Sequence[tuple[Told, Sequence[Followed], list[Patch]]], known: KnownDays
) -> Iterator[Computed]:
    every = [
        with_days(hours, known, [told.meter.meter], timezone=told.timezone)
        for told, _, hours in waiting
    ]
    for (told, parts, _), ledger in zip(waiting, rollups(every), strict=True):
        yield Computed(told, parts, ledger)


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
