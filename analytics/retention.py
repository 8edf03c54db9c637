"""Letting old points go: raw readings and hours after their years, ledgers never.

Nothing under an open period goes: until somebody has closed the books of a year, its readings may
be needed for a correction, so with no closed period at all everything stays.
"""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from analytics.ledger.reach import REACHES_MS
from energy.registry import Registry
from energy.span import local_date, midnight
from storage.readings import ReadingStore
from storage.records import values
from storage.records.book import Records
from storage.tables import METER_HOUR, PLACE_HOUR, RAW_TABLES

CLOSED_UNTIL = "ledger.closed_until"
"""Name of the value that holds up to when all periods are closed [ms]; not there when none is."""
RAW_FROM = "ledger.raw_from"
"""Name of the value that holds from when on raw readings are there [ms]: older figures stay."""


@dataclass(frozen=True)
class Let:
    """What was let go.

    Attributes:
        before: Table to the time [ms] before which its points went.
        points: Table to how many went; -1 where the engine does not say.
    """

    before: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)


def let_hours_go(
    *,
    store: ReadingStore,
    records: Records,
    registry: Registry,
    now_ms: int,
    raw_years: int,
    hourly_years: int,
) -> Let:
    """Delete hours that are older than their years and closed, and decide what raw may go.

    Whole local years of the first site go. The decision is remembered in the records before
    anything is deleted, so that a round never rewrites figures whose readings are to go.

    Args:
        store: The store.
        records: Say which periods are closed, and remember from when on readings are there.
        registry: Sites and meters.
        now_ms: The present [ms].
        raw_years: Years that raw readings are kept.
        hourly_years: Years that hours are kept.
    """
    with records.reading() as session:
        closed = values.get(session, CLOSED_UNTIL)
    if closed is None or not registry.sites:
        return Let()
    zone = registry.sites[0].zone
    let = Let()
    raw = min(_cut(now_ms, raw_years, zone), int(closed))
    with records.session() as session:
        known = int(values.get(session, RAW_FROM) or raw)
        values.put(session, RAW_FROM, str(max(known, raw)))
    hourly = min(_cut(now_ms, hourly_years, zone), raw)
    for derived in (METER_HOUR, PLACE_HOUR):
        _delete(store, derived.name, hourly, let)
    return let


def let_raw_go(*, store: ReadingStore, records: Records, registry: Registry) -> Let:
    """Delete the raw readings that let_hours_go decided may go.

    Only the collector may write raw readings, so this runs beside it. What tells how the first
    hour began is kept for each meter: its reading before, and those that show whether it is right.
    """
    with records.reading() as session:
        raw = values.get(session, RAW_FROM)
    let = Let()
    if raw is not None:
        for table in RAW_TABLES:
            _delete(store, table, _bracketed(store, registry, table, int(raw)), let)
    return let


def _cut(now_ms: int, years: int, zone: ZoneInfo) -> int:
    """Return the start of the local year that lies so many years before this one [ms]."""
    return midnight(date(local_date(now_ms, zone).year - years, 1, 1), zone)


def _bracketed(store: ReadingStore, registry: Registry, table: str, cut: int) -> int:
    """Return from when on readings tell how meters heard after the cut went on there [ms]."""
    newest = store.newest()
    living = [
        m.meter for m in registry.meters if m.table == table and newest.get(m.meter, 0) >= cut
    ]
    before = [store.last_before(table, meter, cut) for meter in living]
    first = min([cut, *(reading.time for reading in before if reading is not None)])
    return first - REACHES_MS[-1]


def _delete(store: ReadingStore, table: str, before: int, let: Let) -> None:
    let.before[table] = before
    let.points[table] = store.delete_before(table, before)
