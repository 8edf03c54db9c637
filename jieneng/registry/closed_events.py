"""Refuses what changes closed periods, events and settings of meters, with what to do instead."""

from collections.abc import Collection, Iterator
from fractions import Fraction

from analytics.closing.events import closed_events
from analytics.closing.period import span_for
from energy.errors import Mistake, RegistryError
from energy.meter import Meter, MeterEvent
from energy.registry import Registry
from energy.span import Span, from_ms
from energy.text import Text
from storage.csv_cells import exact_text
from storage.readings import ReadingStore
from storage.records import reference, sheets
from storage.records.session import Session
from storage.tables import METER_DAY

COLUMNS = ("ratio", "digits", "max_rate", "role", "building", "use", "tariff")
"""What decides amount, place or cost of readings there are, whatever day they are of."""


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
    mistakes = [
        Mistake("events.csv", 0, "", problem)
        for _, problem in in_closed_periods(session, before, after)
    ]
    mistakes += _meters_otherwise(session, before, after, heard, store)
    if mistakes:
        raise RegistryError(mistakes)


def _meters_otherwise(
    session: Session,
    before: Registry,
    after: Registry,
    heard: Collection[str],
    store: ReadingStore | None,
) -> Iterator[Mistake]:
    """Yield each setting of a meter that would give readings of a closed period another meaning."""
    changes = {
        name: [one for one in COLUMNS if getattr(old, one) != getattr(after.meter[name], one)]
        for name, old in before.meter.items()
        if name in heard and name in after.meter
    }
    if not any(changes.values()):
        return
    closed, known = sheets.closed(session), reference.load(session)
    for name, columns in changes.items():
        old = before.meter[name]
        periods = (period for whose, period in closed if whose == old.institution)
        touched = (
            period
            for period in periods
            if store is None
            or _is_in(store, name, span_for(before, known, old.institution, period))
        )
        period = next(touched, None) if columns else None
        if period is not None:
            for column in columns:
                problem = _otherwise(old, after.meter[name], column, period)
                yield Mistake("meters.csv", 0, column, problem)


def _is_in(store: ReadingStore, meter: str, span: Span) -> bool:
    return len(store.points(METER_DAY, where=(("meter", (meter,)),), span=span)) > 0


def _otherwise(old: Meter, new: Meter, column: str, period: str) -> Text:
    stood, shall = (_cell(getattr(meter, column)) for meter in (old, new))
    whose = old.institution
    return Text(
        f"{old.meter} 由 {stood} 改为 {shall}，会改变 {whose} 已结账的 {period}。"
        "如果是从某天起改变，请登记有日期的事件：jieneng meters event；"
        "如果原来一直写错：jieneng import registry FOLDER --restating，"
        f"然后运行 jieneng ledger restate {whose} {period}。",
        f"{old.meter} from {stood} to {shall} would change {period} of {whose}, which is closed. "
        "If it changed on a day, enter that as an event: jieneng meters event. If it was wrong "
        "from the start: jieneng import registry FOLDER --restating, and then: "
        f"jieneng ledger restate {whose} {period}.",
    )


def _cell(value: object) -> str:
    """Return a setting as meters.csv has it."""
    return exact_text(value) if isinstance(value, Fraction) else str(value) or "-"


def _problem(meter: str, time: int, institution: str, period: str) -> Text:
    when = from_ms(time).isoformat()
    return Text(
        f"{meter} 在 {when} 的事件：{institution} 的 {period} 已结账。如属实，请加 "
        f"--restating 再做一次，然后运行 jieneng ledger restate {institution} {period}。",
        f"event of {meter} at {when}: {period} of {institution} is closed. If it is true, do it "
        f"again with --restating, and then: jieneng ledger restate {institution} {period}.",
    )
