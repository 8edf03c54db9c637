"""One turn of the findings: look, follow, tell, and show."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from analytics.findings.alerts import announce
from analytics.findings.escalate import escalate
from analytics.findings.fallen import has_fallen
from analytics.findings.follow import Change, What, follow
from analytics.findings.gather import Sources, evidences
from analytics.findings.handled import Handled, handle
from analytics.findings.table import finding_frame
from analytics.findings.watch import Watched, inspect, memory_of
from energy.finding import FindingState
from energy.handling import Handling
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from storage.readings import ReadingStore
from storage.records import clocks_ahead, finding_steps, findings
from storage.records.book import Records
from storage.records.findings import StoredFinding
from storage.records.session import Session
from storage.tables import FINDING


@dataclass(frozen=True)
class Turn:
    """What a turn did.

    Attributes:
        watched: What was found, looked at and skipped.
        changes: What became of each finding.
        told: How many changes people are told of.
    """

    watched: Watched
    changes: list[Change] = field(default_factory=list)
    told: int = 0


def keep_findings(
    *,
    store: ReadingStore,
    records: Records,
    registry: Registry,
    reference: Reference,
    now_ms: int,
    meters: Collection[str] | None = None,
    link: str = "",
) -> Turn:
    """Run the rules over meters, merge what they found, leave alerts, rewrite the derived table.

    Repeating it with the same data changes nothing and tells nobody anything twice.

    Args:
        store: Hourly amounts, and where the table of findings goes.
        records: Where findings and the outbox are.
        registry: Meters, buildings, sites.
        reference: Tariffs and calendars.
        now_ms: The present [ms].
        meters: Names of the meters to look at; None for all.
        link: Address of the console for alerts; empty when people have none.
    """
    with records.reading() as session:
        ahead = clocks_ahead.all(session)
    watched = inspect(
        store=store,
        registry=registry,
        reference=reference,
        now_ms=now_ms,
        meters=meters,
        ahead=ahead,
    )
    with records.session() as session:
        finding_steps.begin(session)
        changes = follow(
            session,
            found=watched.found,
            looked=watched.looked,
            now_ms=now_ms,
            explained=watched.explained,
        )
        changes += _ended_with_their_meters(session, registry, now_ms)
        fallen = partial(_has_fallen, Sources(store, registry, reference, now_ms))
        handled = Handled(changes, watched.explained, registry, memory_of, fallen, now_ms)
        lives = handle(session, handled)
        changes += lives.told
        told = announce(
            session,
            changes,
            registry=registry,
            link=link,
            handlings=lives.handlings,
            now_ms=now_ms,
        )
        told += escalate(session, lives, registry=registry, link=link, now_ms=now_ms)
    stored = lives.stored
    frame = finding_frame(stored, registry, lives.handlings, now_ms=now_ms)
    end = max([now_ms, *(entry.finding.start for entry in stored)]) + 1
    store.replace(FINDING, frame, tags={}, span=Span(0, end))
    return Turn(watched, changes, told)


def _has_fallen(sources: Sources, entry: StoredFinding, handling: Handling) -> bool | None:
    """Tell whether the meter of a finding uses less since it was fixed; see has_fallen."""
    accepted, fixed_at = handling.accepted, handling.fixed_at
    if accepted is None or accepted.base_per_year is None or fixed_at is None:
        return True
    since = min(fixed_at, entry.finding.end)
    found = evidences(sources, [entry.finding.meter])
    return next((has_fallen(one, accepted, since=since) for one in found), None)


def _ended_with_their_meters(session: Session, registry: Registry, now_ms: int) -> list[Change]:
    """End the open findings of meters that the registry no longer has: nobody can look there."""
    return [
        Change(
            What.ENDED,
            findings.save(session, entry.finding, state=FindingState.ENDED, at=now_ms),
        )
        for entry in findings.current(session)
        if entry.state is FindingState.OPEN and entry.finding.meter not in registry.meter
    ]
