"""Which device hung at which meter in the past, in the registry files."""

from collections.abc import Callable, Collection, Mapping, Sequence

from energy.binding import Binding, Channel
from energy.meter import Meter
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from storage.csv_cells import Cells

BINDING_COLUMNS = ("meter", "device", "channel", "from", "until")

_Row = tuple[Cells, Binding]


def read_bindings(
    rows: list[Cells],
    meters: Mapping[str, Meter],
    *,
    names: Collection[str] | None,
    devices: Collection[str] | None,
) -> tuple[Binding, ...]:
    """Return the bindings of a file; mistakes stay with its rows.

    Args:
        rows: Rows of bindings.csv.
        meters: What meters.csv says, by name.
        names: Names of meters.csv; None if it cannot be read.
        devices: Names of devices.csv; None if it cannot be read.
    """
    found = [(cells, _binding(cells, names, devices)) for cells in rows]
    for cells, binding in found:
        meter = meters.get(binding.meter)
        if binding.until is None and cells.good and meter is not None:
            _check_now(cells, binding, meter)
    good = [(cells, binding) for cells, binding in found if cells.good]
    _check_apart(good, lambda binding: binding.meter)
    _check_apart(good, lambda binding: binding.key)
    return tuple(binding for _, binding in found)


def _binding(
    cells: Cells, names: Collection[str] | None, devices: Collection[str] | None
) -> Binding:
    binding = Binding(
        meter=cells.known("meter", names, where="meters.csv", needed=True),
        device=cells.known("device", devices, where="devices.csv", needed=True),
        channel=cells.text("channel", needed=True),
        start=_instant(cells, "from"),
        until=_instant(cells, "until"),
    )
    if cells.good and binding.end <= binding.first:
        begin = cells.cell("from")
        problem = Text(f"不晚于 from 的 {begin}。", f"it is not later than from, {begin}.")
        cells.mistake("until", problem)
    return binding


def _instant(cells: Cells, column: str) -> int | None:
    return cells.instant(column) if cells.cell(column) else None


def _check_now(cells: Cells, binding: Binding, meter: Meter) -> None:
    """What goes on is what meters.csv says; two answers to one question are a mistake."""
    if binding.key == (meter.device, meter.channel):
        return
    now = f"{meter.device} {meter.channel}".strip()
    problem = Text(
        f"为空，表示至今仍接着，而 meters.csv 写的是 {now or '（留空）'}；"
        "请填写拆下的时间，或更正 meters.csv。",
        f"it is empty, which says that it still hangs there, but meters.csv says "
        f"{now or '(empty)'}; write when it was taken away, or correct meters.csv.",
    )
    cells.mistake("until", problem)


def _check_apart(rows: Sequence[_Row], what: Callable[[Binding], str | Channel]) -> None:
    """A meter hangs on one channel at a time, and a channel at one meter."""
    last: dict[str | Channel, _Row] = {}
    for cells, binding in sorted(rows, key=lambda row: row[1].first):
        before = last.get(what(binding))
        if before is not None and binding.first < before[1].end:
            cells.mistake("from", _overlap(binding, before))
        if before is None or binding.end > before[1].end:
            last[what(binding)] = cells, binding


def _overlap(binding: Binding, before: _Row) -> Text:
    row, other = before[0].row, before[1]
    name = f"{other.device} {other.channel}"
    if other.meter == binding.meter:
        return Text(
            f"第 {row} 行在同一时间已把 {name} 接在 {other.meter} 上；"
            "一个计量点同一时间只接一个通道。",
            f"row {row} has {name} at {other.meter} at the same time; a meter hangs on one "
            "channel at a time.",
        )
    return Text(
        f"第 {row} 行在同一时间已把 {name} 接在 {other.meter} 上；"
        "一个通道同一时间只属于一个计量点。",
        f"row {row} has {name} at {other.meter} at the same time; a channel is one meter's at "
        "a time.",
    )


def binding_cells(binding: Binding, registry: Registry) -> Sequence[str]:
    """Return the cells of a binding's row, its times on the clock of the meter's site."""
    zone = registry.site[registry.meter[binding.meter].site].zone
    start, until = (
        "" if time is None else from_ms(time).astimezone(zone).isoformat()
        for time in (binding.start, binding.until)
    )
    return binding.meter, binding.device, binding.channel, start, until
