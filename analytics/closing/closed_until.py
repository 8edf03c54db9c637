"""Up to when the books of everybody are closed: what lies before may grow old and go."""

from collections.abc import Iterable

from analytics.closing.period import span_for
from analytics.ledger.mains import begun_of
from analytics.retention import CLOSED_UNTIL
from energy.errors import ClosingError
from energy.meter import MAIN, SUB
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from storage.readings import ReadingStore
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records import sheets, values
from storage.records.book import Records
from storage.records.session import Session


def keep_closed_until(store: ReadingStore, records: Records) -> int | None:
    """Note in the records up to when all periods are closed, and return it.

    Returns:
        The end [ms] of the closed periods that follow each other from the first month in which a
        meter was heard, of the institution that is furthest behind; None while one has none.
    """
    with records.session() as session:
        registry, reference = registry_records.load(session), reference_records.load(session)
        until = closed_until(session, store, registry, reference)
        if until is not None:
            values.put(session, CLOSED_UNTIL, str(until))
    return until


def closed_until(
    session: Session, store: ReadingStore, registry: Registry, reference: Reference
) -> int | None:
    """Return up to when the periods of all institutions with readings are closed [ms]."""
    begun: dict[str, int] = {}
    for role in (MAIN, SUB):
        for name, first in begun_of(store, role).items():
            if (meter := registry.meter.get(name)) is not None:
                whose = meter.institution
                begun[whose] = min(first, begun.get(whose, first))
    ends = []
    closed = sheets.closed(session)
    for whose, first in begun.items():
        keys = [period for institution, period in closed if institution == whose]
        ends.append(_follow(first, _spans(registry, reference, whose, keys)))
    return min((end for end in ends if end is not None), default=None) if all(ends) else None


def _spans(
    registry: Registry, reference: Reference, institution: str, keys: Iterable[str]
) -> list[Span]:
    """Return the periods that are still known, in order."""
    found = []
    for key in keys:
        try:
            found.append(span_for(registry, reference, institution, key))
        except ClosingError:
            continue  # a season whose dates are no longer in the reference data keeps nothing open
    return sorted(found, key=lambda span: span.start)


def _follow(first: int, spans: Iterable[Span]) -> int | None:
    """Return the end of the spans that follow each other without a hole from a time on."""
    end = first
    for span in spans:
        if span.start > end:
            break
        end = max(end, span.end)
    return end if end > first else None
