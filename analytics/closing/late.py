"""What came late for a closed period becomes a task for a person, never an edit."""

from collections.abc import Mapping, Sequence

from analytics.closing.period import span_for
from analytics.closing.sheet import maker_of
from analytics.closing.workflow import Sheet, SheetMaker
from energy.errors import ClosingError
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.records import restate_tasks, sheets
from storage.records.book import Records

Spans = Mapping[str, Sequence[Span]]
"""Name of a meter or institution to where its figures were computed anew."""


def look_at_closed(
    store: ReadingStore,
    records: Records,
    registry: Registry,
    recomputed: Spans | None,
    *,
    reference: Reference,
    now_ms: int,
) -> list[tuple[str, str]]:
    """Note which closed periods come out differently after a round, as ``note_late`` does.

    Args:
        store: Where the derived tables are.
        records: Closed sheets and tasks.
        registry: The registry in force.
        recomputed: Meter to where it was computed anew; None if anything may be new.
        reference: The reference data in force.
        now_ms: The present [ms].
    """
    spans: dict[str, list[Span]] = {}
    if recomputed is None:
        ever = Span(EARLIEST_MS, LATEST_MS)
        spans = {name: [ever] for name in registry.institution}
    for meter, parts in (recomputed or {}).items():
        spans.setdefault(registry.meter[meter].institution, []).extend(parts)
    return note_late(
        records=records,
        registry=registry,
        reference=reference,
        make=maker_of(store, reference, now_ms=now_ms),
        spans=spans,
        now_ms=now_ms,
    )


def note_late(
    *,
    records: Records,
    registry: Registry,
    make: SheetMaker,
    spans: Spans,
    reference: Reference,
    now_ms: int,
) -> list[tuple[str, str]]:
    """Open a task for each closed period that comes out differently now, and end those that agree.

    Args:
        records: Closed sheets and tasks.
        registry: The registry in force.
        make: Computes a sheet from the figures of now.
        spans: Institution to where its figures were computed anew; others are not looked at.
        now_ms: The present [ms].
        reference: The reference data in force.

    Returns:
        Institution and period of those that differ.
    """
    with records.reading() as session:
        closed = sheets.closed(session)
        differing = {
            (institution, period): len(
                Sheet(session, registry, make, institution, period, 0, reference).open_differences()
            )
            for institution, period in closed
            if _is_touched(registry, reference, institution, period, spans)
        }
    if differing:
        with records.session() as session:
            for (institution, period), lines in differing.items():
                restate_tasks.put(session, institution, period, at=now_ms, lines=lines)
    return [key for key, lines in differing.items() if lines]


def _is_touched(
    registry: Registry, reference: Reference, institution: str, period: str, spans: Spans
) -> bool:
    try:
        when = span_for(registry, reference, institution, period)
    except ClosingError:  # the institution, or the dates of its heating season, are gone
        return False
    return any(when.overlaps(span) for span in spans.get(institution, ()))
