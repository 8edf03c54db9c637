"""Refuses what changes closed periods, events of meters first, with what to do instead."""

from collections.abc import Collection

from analytics.closing.events import closed_events
from energy.errors import Mistake, RegistryError
from energy.meter import MeterEvent
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.registry.closed_meters import RestsOn, meters_otherwise
from jieneng.registry.closed_tables import tables_otherwise
from storage.readings import ReadingStore
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


def see_open(
    session: Session,
    before: Registry,
    after: Registry,
    *,
    heard: Collection[str] = (),
    store: ReadingStore | None = None,
) -> None:
    """See that nothing that a closed period rests on is changed.

    Args:
        session: Knows what is closed.
        before: The registry in force.
        after: The one that shall be.
        heard: Meters that have readings in the store.
        store: Tells which closed periods a meter is in; None takes all of its institution.

    Raises:
        RegistryError: All changes that do, with a period of each.
    """
    closed = sheets.closed(session)
    if not closed:
        return
    known = reference.load(session)
    mistakes = [
        Mistake("events.csv", 0, "", _problem(event.meter, event.time, whose, period))
        for event, whose, period in closed_events(before, after, closed, known)
    ]
    rests = RestsOn(closed, known, frozenset(heard), store)
    mistakes += meters_otherwise(before, after, rests)
    mistakes += tables_otherwise(before, after, rests)
    if mistakes:
        raise RegistryError(mistakes)


def _problem(meter: str, time: int, institution: str, period: str) -> Text:
    when = from_ms(time).isoformat()
    return Text(
        f"{meter} 在 {when} 的事件：{institution} 的 {period} 已结账。如属实，请加 "
        f"--restating 再做一次，然后运行 jieneng ledger restate {institution} {period}。",
        f"event of {meter} at {when}: {period} of {institution} is closed. If it is true, do it "
        f"again with --restating, and then: jieneng ledger restate {institution} {period}.",
    )
