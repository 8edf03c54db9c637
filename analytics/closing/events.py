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

    Those of a virtual meter count for nothing, so that they can be taken out of any period.

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
        if event.meter in holder.portions:
            continue
        owners = owners_of(holder, event.meter)
        for whose, period in closed:
            if whose in owners and event.time in span_for(holder, reference, whose, period):
                found.append((event, whose, period))
                break
    return found


def owners_of(registry: Registry, meter: str) -> set[str]:
    """Return the institutions whose figures rest on a meter, virtual meters made of it included."""
    found = {meter}
    for name in registry.virtual_order:
        if not found.isdisjoint(registry.sources[name]):
            found.add(name)
    return {registry.meter[name].institution for name in found if name in registry.meter}


def _when(event: MeterEvent) -> tuple[int, str]:
    return event.time, event.meter
