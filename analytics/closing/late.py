"""What came late for a closed period becomes a task for a person, never an edit."""

from collections.abc import Mapping, Sequence

from analytics.closing.period import span_of
from analytics.closing.sheet import sheet_of
from analytics.closing.workflow import Sheet, SheetMaker
from energy.registry import Registry
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.records import restate_tasks, sheets
from storage.records.book import Records
from storage.records.session import Session

Spans = Mapping[str, Sequence[Span]]
"""Name of a meter or institution to where its figures were computed anew."""


def maker_of(store: ReadingStore) -> SheetMaker:
    """Return what makes sheets out of the derived tables of a store."""
    return lambda registry, institution, period, booked: sheet_of(
        store, registry, institution, period, booked
    )


def look_at_closed(
    store: ReadingStore,
    records: Records,
    registry: Registry,
    recomputed: Spans | None,
    *,
    now_ms: int,
) -> list[tuple[str, str]]:
    """Note which closed periods come out differently after a round, as ``note_late`` does.

    Args:
        store: Where the derived tables are.
        records: Closed sheets and tasks.
        registry: The registry in force.
        recomputed: Main meter to where it was computed anew; None if anything may be new.
        now_ms: The present [ms].
    """
    spans: dict[str, list[Span]] = {}
    if recomputed is None:
        ever = Span(EARLIEST_MS, LATEST_MS)
        spans = {name: [ever] for name in registry.institution}
    for meter, parts in (recomputed or {}).items():
        spans.setdefault(registry.meter[meter].institution, []).extend(parts)
    make = maker_of(store)
    return note_late(records=records, registry=registry, make=make, spans=spans, now_ms=now_ms)


def note_late(
    *, records: Records, registry: Registry, make: SheetMaker, spans: Spans, now_ms: int
) -> list[tuple[str, str]]:
    """Open a task for each closed period that comes out differently now, and end those that agree.

    Args:
        records: Closed sheets and tasks.
        registry: The registry in force.
        make: Computes a sheet from the figures of now.
        spans: Institution to where its figures were computed anew; others are not looked at.
        now_ms: The present [ms].

    Returns:
        Institution and period of those that differ.
    """
    with records.reading() as session:
        closed = sheets.closed(session)
        differing = {
            (institution, period): len(_sheet(session, key, registry, make).open_differences())
            for key in closed
            for institution, period in [key]
            if _is_touched(registry, institution, period, spans)
        }
    if differing:
        with records.session() as session:
            for (institution, period), lines in differing.items():
                restate_tasks.put(session, institution, period, at=now_ms, lines=lines)
    return [key for key, lines in differing.items() if lines]


def _is_touched(registry: Registry, institution: str, period: str, spans: Spans) -> bool:
    if institution not in registry.institution:
        return False
    zone = registry.site[registry.institution[institution].site].zone
    when = span_of(period, zone)
    return any(when.overlaps(span) for span in spans.get(institution, ()))


def _sheet(session: Session, key: tuple[str, str], registry: Registry, make: SheetMaker) -> Sheet:
    return Sheet(session, registry, make, *key, now_ms=0)
