"""Events in the life of meters, in the registry files."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import groupby

from energy.life import NEW_REGISTER
from energy.meter import EVENTS, INSTALLED, RATIO, REMOVED, REPLACEMENT, RESET, Meter, MeterEvent
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS, from_ms
from energy.text import Text
from storage.csv_cells import Cells, exact_text
from storage.csv_files import check_unique
from storage.registry.life import Told, check_life
from storage.registry.meters import MAX_DIGITS, MeterRows

EVENT_COLUMNS = (
    "meter", "time", "event", "closing", "opening", "digits", "author", "reason", "evidence",
    "ratio", "step", "max_rate",
)  # fmt: skip
EVENT_COLUMNS_LATER = EVENT_COLUMNS[8:]
"""Columns that files of before do not have."""

_SAYS = {
    REPLACEMENT: ("closing", "opening", "digits", "ratio", "step", "max_rate"),
    RATIO: ("closing", "opening", "ratio", "max_rate"),
    RESET: ("closing", "opening"),
    REMOVED: ("closing",),
    INSTALLED: ("opening", "digits", "ratio", "step", "max_rate"),
}
"""Event to the columns that it can fill."""

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
    found: list[Told] = []
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
    well = [told for told in found if told[0].good]
    well.sort(key=lambda told: (told[1].meter, told[1].time))
    for name, told in groupby(well, key=lambda told: told[1].meter):
        check_life(list(told), meters.named[name])
    return tuple(event for _, event in found)


def _event(cells: Cells, meter: Meter) -> MeterEvent:
    kind = cells.one_of("event", EVENTS)
    closing, opening = (_steps(cells, column, meter) for column in ("closing", "opening"))
    if kind == RATIO:  # the register goes on: what it shows after is what it showed before
        opening = closing if opening is None else opening
        closing = opening if closing is None else closing
    digits = cells.whole("digits", least=1, most=MAX_DIGITS, default=max(meter.digits, 1))
    return MeterEvent(
        meter=meter.meter,
        time=cells.instant("time"),
        event=kind,
        closing=closing,
        opening=opening,
        digits=digits if kind in NEW_REGISTER else None,
        author=cells.text("author", needed=True),
        reason=cells.text("reason", needed=True),
        evidence=cells.text("evidence"),
        ratio=_given(cells, "ratio"),
        step=_given(cells, "step"),
        max_rate=_given(cells, "max_rate"),
    )


def _given(cells: Cells, column: str) -> Fraction | None:
    return cells.exact(column) if cells.cell(column) else None


def _steps(cells: Cells, column: str, meter: Meter) -> int | None:
    return int(cells.exact(column, zero=True) / meter.step) if cells.cell(column) else None


def _still_to_come(time: str) -> Text:
    return Text(
        f"{time} 还没有到；事情发生之后再填写，或更正时间。",
        f"{time} is still to come; write the event once it has happened, or correct the time.",
    )


def _check_event(cells: Cells, event: MeterEvent, meter: Meter) -> None:
    """Keep what is wrong with one event, whatever came before it."""
    if meter.table == GAUGE or (
        meter.table != REGISTER and event.event in (REPLACEMENT, RATIO, RESET)
    ):
        problem = Text(
            f"{meter.meter} 不是累计读数（register）；只有累计读数才有{_NAMES[event.event].zh}。",
            f"{meter.meter} is no register; only a register {_NAMES[event.event].en}.",
        )
        cells.mistake("meter", problem)
    if not cells.good:
        return
    says = _SAYS[event.event] if meter.table == REGISTER else ()
    for column in ("closing", "opening", "digits", "ratio", "step", "max_rate"):
        if cells.cell(column) and column not in says:
            cells.mistake(column, _not_said(event.event, says))
    if event.event == RATIO and event.ratio is None:
        problem = Text(
            "为空，请填写新的倍率，例如 200/5。",
            "it is empty; write the new ratio, such as 200/5.",
        )
        cells.mistake("ratio", problem)
    if event.event == RATIO and event.opening != event.closing:
        problem = Text(
            "与 closing 不同；换互感器时累计读数不变。若表也换了，请写 replacement。",
            "it is not the closing reading, but the register goes on when its transformers are "
            "exchanged. If the meter was exchanged, too, write replacement.",
        )
        cells.mistake("opening", problem)
    _check_grid(cells, event, meter)


_NAMES = {
    REPLACEMENT: Text("换表", "is replaced"),
    RATIO: Text("倍率变更", "changes its ratio"),
    RESET: Text("清零", "is reset"),
    REMOVED: Text("拆除", "is removed"),
    INSTALLED: Text("装表", "is installed"),
}


def _not_said(event: str, says: Sequence[str]) -> Text:
    may = ", ".join(says)
    return Text(
        f"{event} 事件不填这一列，请留空；它可以填：{may or '（无）'}。",
        f"{event} does not say it; leave it empty. It may say {may or 'nothing of the register'}.",
    )


def _check_grid(cells: Cells, event: MeterEvent, meter: Meter) -> None:
    """Readings at rest are whole steps of the meter, also those of a register that is coarser."""
    grid = f"{exact_text(meter.step)} {meter.unit}"
    for column in ("closing", "opening"):
        if cells.cell(column) and (cells.exact(column, zero=True) / meter.step).denominator != 1:
            problem = Text(
                f"不是最小步长 {grid} 的整数倍。", f"it is not a whole number of steps of {grid}."
            )
            cells.mistake(column, problem)
    if event.step is not None and (event.step / meter.step).denominator != 1:
        problem = Text(
            f"不是 meters.csv 中步长 {grid} 的整数倍；该计量点的读数按后者存储。步长更细的表"
            "请用新的计量点名称登记。",
            f"it is not a whole number of the step in meters.csv, {grid}, by which readings of "
            "this point are stored. A register with finer steps needs a meter name of its own.",
        )
        cells.mistake("step", problem)


def event_cells(event: MeterEvent, registry: Registry) -> Sequence[str]:
    """Return the cells of an event's row, its time on the clock of the meter's site."""
    meter = registry.meter[event.meter]
    wall = from_ms(event.time).astimezone(registry.site[meter.site].zone)
    return (
        event.meter,
        wall.isoformat(),
        event.event,
        _shown(event.closing, meter),
        _shown(event.opening, meter),
        "" if event.digits is None or meter.table != REGISTER else str(event.digits),
        event.author,
        event.reason,
        event.evidence,
        *(
            "" if one is None else exact_text(one)
            for one in (event.ratio, event.step, event.max_rate)
        ),
    )


def _shown(steps: int | None, meter: Meter) -> str:
    return "" if steps is None else exact_text(steps * meter.step)
