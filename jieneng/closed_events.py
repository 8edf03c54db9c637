"""Refuses events of meters in periods that are closed, with what to do instead."""

from analytics.closing.events import closed_events
from energy.errors import Mistake, RegistryError
from energy.meter import MeterEvent
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.records import reference, sheets
from storage.records.session import Session


def in_closed_periods(
    session: Session, before: Registry, after: Registry
) -> list[tuple[MeterEvent, Text]]:
    """Return events that are added, changed or taken out in a closed period, and what to do."""
    found = closed_events(before, after, sheets.closed(session), reference.load(session))
    return [
        (event, _problem(event.meter, event.time, whose, period)) for event, whose, period in found
    ]


def see_open(session: Session, before: Registry, after: Registry) -> None:
    """See that no event is added, changed or taken out in a closed period.

    Raises:
        RegistryError: All that are, with the period of each.
    """
    found = in_closed_periods(session, before, after)
    if found:
        raise RegistryError([Mistake("events.csv", 0, "", problem) for _, problem in found])


def _problem(meter: str, time: int, institution: str, period: str) -> Text:
    when = from_ms(time).isoformat()
    return Text(
        f"{meter} 在 {when} 的事件：{institution} 的 {period} 已结账。如属实，请加 "
        f"--restating 再做一次，然后运行 jieneng ledger restate {institution} {period}。",
        f"event of {meter} at {when}: {period} of {institution} is closed. If it is true, do it "
        f"again with --restating, and then: jieneng ledger restate {institution} {period}.",
    )
