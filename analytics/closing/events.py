"""Which events of meters lie in closed periods."""

from collections.abc import Sequence

from analytics.closing.period import span_for
from energy.meter import MeterEvent
from energy.reference import Reference
from energy.registry import Registry


def closed_events(
    before: Registry,
    after: Registry,
    closed: Sequence[tuple[str, str]],
    reference: Reference,
) -> list[tuple[MeterEvent, str, str]]:
    """Return events that one registry has and the other has not, and that lie in a closed period.

    Args:
        before: The registry in force.
        after: The one that shall be.
        closed: Institution and period of each closed sheet.
        reference: Knows the heating seasons.

    Returns:
        Event, institution and period; the first such period of each event.
    """
    found = []
    for event in sorted(set(before.events) ^ set(after.events), key=_when):
        holder = after if event.meter in after.meter else before
        institution = holder.meter[event.meter].institution
        for whose, period in closed:
            if whose != institution:
                continue
            if event.time in span_for(holder, reference, institution, period):
                found.append((event, institution, period))
                break
    return found


def _when(event: MeterEvent) -> tuple[int, str]:
    return event.time, event.meter
