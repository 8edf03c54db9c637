"""Events of meters entered one by one: judged as files are, in one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import formats
from analytics.consumption.epochs import epochs_of, limit_of_meter
from energy.errors import ConfigError, Mistake, RegistryError
from energy.life import event_called
from energy.messages.message import Format
from energy.meter import INSTALLED, Meter, MeterEvent
from energy.offers import offers
from energy.reading import REGISTER, Reading
from energy.registry import Registry
from energy.span import Span, from_ms
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.registry.closed_events import in_closed_periods
from storage.admission import LATEST_MS
from storage.csv_cells import exact_text
from storage.readings import ReadingStore
from storage.records import entered
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.registry.adding import EVENTS, AddedRowsError, read_added, registry_with
from storage.registry.events import event_cells
from storage.registry.files import read_registry
from storage.registry.judging import judge

if TYPE_CHECKING:
    from jieneng.wiring import House

LOOKED_AT = 4
"""Readings before a closing reading that it may follow; chosen: one more than a glitch is long, so
that a last reading that is wrong does not stop anybody from telling the truth."""

_EVENT = Text("计量点事件", "event")
_NOTHING = Text("没有改变任何内容", "nothing changed")

Row = Mapping[str, str]
Change = Callable[[Registry], Registry]


def enter(
    house: "House",
    rows: Sequence[Row],
    *,
    author: str,
    reason: str,
    change: Change = lambda registry: registry,
    restating: bool = False,
) -> tuple[int, list[MeterEvent]]:
    """Add events to the registry in force, and change it as they need; all of it or nothing.

    Args:
        house: With records and store.
        rows: Rows of events.csv; a column that a row does not name is empty.
        author: Who enters them, for the audit.
        reason: Why, for the audit.
        change: Returns the registry that the events are added to.
        restating: Whether they may lie in closed periods; these are then to be restated.

    Returns:
        The number of the registry, and the events.

    Raises:
        RegistryError: All mistakes at once.
    """
    with house.records.session() as session:
        reference = reference_records.load(session)
        before = registry_records.load_to_change(session)

        def read(folder: Path) -> Registry:
            found = read_registry(folder, offers(formats, "FORMAT", Format), now_ms=now_ms())
            judge(found, folder, before, reference, heard=house.store.newest())
            return found

        try:
            with registry_with(change(before), {EVENTS: rows}) as folder:
                registry = read_added(folder, {EVENTS: rows}, read)
        except AddedRowsError as error:
            raise RegistryError(_named(error, rows), _EVENT, _NOTHING) from error
        events = list(registry.events[-len(rows) :])
        mistakes = [
            Mistake(event.meter, 0, *told)
            for event in events
            if (told := problem_beside_readings(house.store, registry, event)) is not None
        ]
        if not restating:
            closed = in_closed_periods(session, before, registry)
            mistakes += [Mistake(event.meter, 0, "at", problem) for event, problem in closed]
        if mistakes:
            raise RegistryError(mistakes, _EVENT, _NOTHING)
        number = registry_records.replace(session, registry, author=author, reason=reason)
        entered.note(session, events)
    return number, events


def _named(error: AddedRowsError, rows: Sequence[Row]) -> list[Mistake]:
    """Return mistakes under the name of the meter: nobody sees a row number."""
    named = [
        Mistake(rows[place]["meter"], 0, mistake.column, mistake.problem)
        for file, place, mistake in error.of_rows
        if file == EVENTS
    ]
    return [*named, *error.others]


def known_meter(registry: Registry, name: str) -> Meter:
    """Return a meter of the registry.

    Raises:
        ConfigError: If there is none of this name.
    """
    meter = registry.meter.get(name)
    if meter is None:
        raise ConfigError(
            Text(
                f"登记表中没有计量点 {name!r}；请先在 meters.csv 中加一行：jieneng export "
                "registry FOLDER，改好后 jieneng import registry FOLDER。",
                f"The registry knows no meter {name!r}. Add a row to meters.csv first: jieneng "
                "export registry FOLDER, edit it, jieneng import registry FOLDER.",
            )
        )
    return meter


def problems_beside_readings(
    store: ReadingStore, registry: Registry
) -> Iterator[tuple[str, str, Text]]:
    """Yield meter, column and sentence of each event that cannot be beside the readings."""
    for event in registry.events:
        told = problem_beside_readings(store, registry, event)
        if told is not None:
            yield event.meter, *told


def see_following(store: ReadingStore, before: Registry, after: Registry) -> None:
    """See that each event that is new can be beside the readings before it.

    Those that were there before stay: readings that came later may contradict them, which
    ``jieneng check`` tells.

    Raises:
        RegistryError: All that cannot.
    """
    known = {
        event
        for event in before.events
        if event.meter in before.portions or event.meter not in after.portions
    }
    mistakes = [
        Mistake("events.csv", 0, told[0], Text(f"{event.meter}：", f"{event.meter}: ") + told[1])
        for event in after.events
        if event not in known and (told := problem_beside_readings(store, after, event)) is not None
    ]
    if mistakes:
        raise RegistryError(mistakes)


def problem_beside_readings(
    store: ReadingStore, registry: Registry, event: MeterEvent
) -> tuple[str, Text] | None:
    """Return the column of an event that cannot be beside the readings before it, and why.

    Beside the inputs of a virtual meter none of its own can be.
    """
    if event.meter in registry.portions:
        return "event", _of_inputs(event)
    if event.event == INSTALLED and registry.events_of(event.meter)[0] == event:
        problem = _stands_there(store, registry.meter[event.meter], event)
        return None if problem is None else ("event", problem)
    problem = closing_problem(store, registry, event)
    return None if problem is None else ("closing", problem)


def _of_inputs(event: MeterEvent) -> Text:
    name, what = event.meter, event_called(event.event)
    return Text(
        f"{name} 由其他计量点算出，那里没有自己的表，不能有“{what.zh}”事件；增减的是它的输入："
        "请在 virtual.csv 中写明各输入的 valid_from 和 valid_to（jieneng export registry FOLDER，"
        "改好后 jieneng import registry FOLDER），events.csv 中不要有它的行。",
        f"{name} is computed from others; no instrument of its own stands there, so it cannot have "
        f"the event {what.en}. What comes and goes are its inputs: write valid_from and valid_to "
        "of each in virtual.csv (jieneng export registry FOLDER, edit it, jieneng import registry "
        "FOLDER), and no row of it in events.csv.",
    )


def _stands_there(store: ReadingStore, meter: Meter, event: MeterEvent) -> Text | None:
    """Return that readings from before an instrument came would leave the ledger, or None."""
    if store.last_before(meter.table, meter.meter, event.time) is None:
        return None
    name = meter.meter
    return Text(
        f"{name} 此前已有读数，那里还有一块表；换表请写 replacement，若表已拆除请先说明何时："
        f"jieneng meters event {name} removed --at TIME --closing READING。若那些读数不是它的，"
        "请先用 jieneng edit 移走或撤下。",
        f"{name} has readings from before: an instrument stands there. Write replacement if it was "
        f"exchanged, or say first when it was removed: jieneng meters event {name} removed --at "
        "TIME --closing READING. If the readings are not its own, move or withdraw them first with "
        "jieneng edit.",
    )


def closing_problem(store: ReadingStore, registry: Registry, event: MeterEvent) -> Text | None:
    """Return why a closing reading cannot follow any of the readings right before it, or None."""
    meter, events = registry.meter[event.meter], registry.events_of(event.meter)
    if event.closing is None or meter.table != REGISTER:
        return None
    epoch = next(one for one in epochs_of(meter, events) if one.end == event.time)
    limit = limit_of_meter(meter, epoch)
    before = list(_readings_before(store, event, since=epoch.start))
    for reading in before:
        passed = event.time - reading.time
        fits = limit.fits(int(reading.value), event.closing, time_ms=passed)
        if passed >= limit.wraps_after or fits:
            return None
    return _does_not_follow(event, before[0], meter, registry) if before else None


def _readings_before(
    store: ReadingStore, event: MeterEvent, *, since: int | None
) -> Iterator[Reading]:
    """Yield the last readings of the register that an event ends, the newest first."""
    time = event.time
    for _ in range(LOOKED_AT):
        reading = store.last_before(REGISTER, event.meter, time)
        if reading is None or (since is not None and reading.time <= since):
            return
        yield reading
        time = reading.time


def _does_not_follow(event: MeterEvent, last: Reading, meter: Meter, registry: Registry) -> Text:
    wall = from_ms(last.time).astimezone(registry.site[meter.site].zone).isoformat()
    shown, said = (
        f"{exact_text(steps * meter.step)} {meter.unit}"
        for steps in (int(last.value), event.closing or 0)
    )
    is_below = (event.closing or 0) < last.value
    zh = "低于" if is_below else "远高于"
    en = "below" if is_below else "further above than the meter can have counted"
    return Text(
        f"截止读数 {said} {zh}此前最后的读数 {shown}（{wall}）；请核对读数与时间，"
        "没有人抄表就留空。",
        f"the closing reading of {said} is {en} the last reading before it, {shown} at {wall}. "
        "Compare reading and time; leave it empty if nobody read the meter.",
    )


def rows_of(registry: Registry, meter: str) -> Iterator[Sequence[str]]:
    """Yield the events of a meter, or of all for "", in order of time, as cells of events.csv."""
    for event in sorted(registry.events, key=lambda one: (one.time, one.meter)):
        if meter in ("", event.meter):
            yield event_cells(event, registry)


def readings_after(store: ReadingStore, event: MeterEvent) -> Sequence[int]:
    """Return the times of the readings that a meter has behind an event [ms], in order."""
    series = store.series(REGISTER, event.meter, Span(event.time + 1, LATEST_MS))
    return [int(time) for time in series.time]
