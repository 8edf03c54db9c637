"""From breaks to tasks: candidate events open, confirmed, healed; no amount depends on them."""

from collections.abc import Mapping, Sequence

from analytics.breaks import Seen, is_covered
from analytics.swaps import keep_swaps
from energy.meter import MeterEvent
from energy.registry import Registry
from storage.records.book import Records
from storage.records.event_candidates import (
    CONFIRMED,
    DISMISSED,
    HEALED,
    OPEN,
    PAIRED,
    SWAPPED,
    EventCandidate,
    add,
    candidates,
    put_state,
)
from storage.records.session import Session


def keep_candidates(
    records: Records, seen: Mapping[str, Sequence[Seen]], registry: Registry, *, now_ms: int
) -> None:
    """Bring the candidates up to the breaks that a round saw.

    Args:
        records: Where candidates are kept.
        seen: Meter to the breaks of its spans.
        registry: With the events in force.
        now_ms: The present [ms].
    """
    with records.reading() as session:
        known = {one.meter for one in candidates(session)}
    broken = {meter for meter, parts in seen.items() if any(part.breaks for part in parts)}
    concerned = (known & (seen.keys() | (known - registry.meter.keys()))) | broken
    if not concerned:
        return
    with records.session() as session:
        for meter in sorted(concerned):
            if meter in registry.meter:
                events = registry.events_of(meter)
                _of_meter(session, meter, seen[meter], events, now_ms=now_ms)
            else:
                for one in _own(session, meter):
                    if one.state in (OPEN, PAIRED):
                        put_state(session, one.number, HEALED, now_ms=now_ms)
        keep_swaps(session, registry, now_ms=now_ms)


def _of_meter(
    session: Session,
    meter: str,
    parts: Sequence[Seen],
    events: Sequence[MeterEvent],
    *,
    now_ms: int,
) -> None:
    breaks = {(one.after, one.before): one for part in parts for one in part.breaks}
    for one in _own(session, meter):
        if any(one.after in part.span for part in parts):
            state = _state(one, events, is_there=(one.after, one.before) in breaks)
            if state != one.state:
                put_state(session, one.number, state, now_ms=now_ms)
    own = _own(session, meter)
    for (after, before), found in sorted(breaks.items()):
        if not any(_is_known(one, after, before) for one in own):
            add(session, found, now_ms=now_ms)


def _own(session: Session, meter: str) -> list[EventCandidate]:
    """Return the candidates that are a break of a meter itself."""
    return [one for one in candidates(session, meter=meter) if one.looks != SWAPPED]


def _state(one: EventCandidate, events: Sequence[MeterEvent], *, is_there: bool) -> str:
    # Whoever enters the event takes back that nothing happened; the audit keeps both.
    if is_covered(events, one.after, one.before) and one.state != HEALED:
        return CONFIRMED
    if one.state == DISMISSED:
        return DISMISSED
    if is_there:
        return PAIRED if one.state == PAIRED else OPEN
    return HEALED


def _is_known(one: EventCandidate, after: int, before: int) -> bool:
    """Tell whether a break is one that is kept, or lies within one that a person dismissed."""
    if (one.after, one.before) == (after, before):
        return True
    return one.state == DISMISSED and one.after <= after and before <= one.before
