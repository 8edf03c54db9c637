"""Events in the life of meters, in the registry files."""

from collections.abc import Collection, Mapping, Sequence

from energy.meter import EVENTS, Meter, MeterEvent
from energy.reading import REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from storage.csv_cells import Cells, exact_text
from storage.csv_files import check_unique
from storage.registry_meters import MAX_DIGITS, MeterRows

EVENT_COLUMNS = ("meter", "time", "event", "closing", "opening", "digits", "author", "reason")

_CLOCKS_DIFFER_MS = 24 * HOUR_MS
"""A clock that is wrong by less shall not stop anybody from writing an event down; chosen."""


def read_events(
    rows: list[Cells],
    meters: MeterRows,
    names: Collection[str] | None,
    *,
    now_ms: int | None = None,
) -> tuple[MeterEvent, ...]:
    """Return the events of a file; mistakes stay with its rows.

    Args:
        rows: Rows of events.csv.
        meters: What meters.csv says; an event of a meter whose row holds a mistake is not judged
            by it.
        names: Names of meters.csv; None if it cannot be read.
        now_ms: The time now [ms]; None leaves unchecked whether an event is still to come.
    """
    check_unique(rows, "meter", "time")
    good = {meter.meter for meter in meters.good}
    found: list[tuple[Cells, MeterEvent]] = []
    for cells in rows:
        cells.known("meter", names, where="meters.csv", needed=True)
        meter = meters.named.get(cells.cell("meter"))
        if meter is None:
            continue
        event = _event(cells, meter)
        if now_ms is not None and event.time > now_ms + _CLOCKS_DIFFER_MS:
            cells.mistake("time", _still_to_come(cells.cell("time")))
        if meter.meter in good:
            _check_event(cells, event, meter)
            found.append((cells, event))
    _check_closings(found, meters.named)
    return tuple(event for _, event in found)


def _event(cells: Cells, meter: Meter) -> MeterEvent:
    return MeterEvent(
        meter=meter.meter,
        time=cells.instant("time"),
        event=cells.one_of("event", EVENTS),
        closing=int(cells.exact("closing", zero=True) / meter.step),
        opening=int(cells.exact("opening", zero=True) / meter.step),
        digits=cells.whole("digits", least=1, most=MAX_DIGITS, default=max(meter.digits, 1)),
        author=cells.text("author", needed=True),
        reason=cells.text("reason", needed=True),
    )


def _still_to_come(time: str) -> Text:
    return Text(
        f"{time} 还没有到；换表之后再填写，或更正时间。",
        f"{time} is still to come; write the event once it has happened, or correct the time.",
    )


def _more_than_shown(reading: str, digits: int) -> Text:
    return Text(
        f"{reading} 超过了 {digits} 位累计读数所能显示的数。",
        f"{reading} is more than a register of {digits} digits shows.",
    )


def _check_event(cells: Cells, event: MeterEvent, meter: Meter) -> None:
    if meter.table != REGISTER:
        problem = Text(
            f"{meter.meter} 不是累计读数（register）；只有累计读数才有换表。",
            f"{meter.meter} is no register; only a register is replaced.",
        )
        cells.mistake("meter", problem)
    if not cells.good:
        return
    for column in ("closing", "opening"):
        if (cells.exact(column, zero=True) / meter.step).denominator != 1:
            grid = f"{exact_text(meter.step)} {meter.unit}"
            problem = Text(
                f"不是最小步长 {grid} 的整数倍。", f"it is not a whole number of steps of {grid}."
            )
            cells.mistake(column, problem)
    if event.opening >= 10**event.digits:
        cells.mistake("opening", _more_than_shown(cells.cell("opening"), event.digits))


def _check_closings(found: Sequence[tuple[Cells, MeterEvent]], named: Mapping[str, Meter]) -> None:
    """A closing reading was shown by the register before: the meter's, or the last event's."""
    ordered = sorted(found, key=lambda pair: (pair[1].meter, pair[1].time))
    before: MeterEvent | None = None
    for cells, event in ordered:
        is_later = before is not None and before.meter == event.meter
        digits = before.digits if before is not None and is_later else named[event.meter].digits
        if event.closing >= 10**digits:
            cells.mistake("closing", _more_than_shown(cells.cell("closing"), digits))
        before = event


def event_cells(event: MeterEvent, registry: Registry) -> Sequence[str]:
    """Return the cells of an event's row, its time on the clock of the meter's site."""
    meter = registry.meter[event.meter]
    wall = from_ms(event.time).astimezone(registry.site[meter.site].zone)
    return (
        event.meter,
        wall.isoformat(),
        event.event,
        exact_text(event.closing * meter.step),
        exact_text(event.opening * meter.step),
        str(event.digits),
        event.author,
        event.reason,
    )
