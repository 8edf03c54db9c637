"""Meters as they are: what registers show and what is sent, faults and all.

Faults of the meter's side only; what was used does not change. Every planted fault is listed with
its span, so that a ledger can be held to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from energy.errors import ConfigError
from energy.meter import REPLACEMENT, Meter, MeterEvent
from energy.span import HOUR_MS, SECOND_MS
from energy.text import Text
from simulators.chance import generator
from simulators.grid import DAY_MS, Grid
from simulators.ground_truth import District, TrueGauge, TrueMeter
from simulators.happenings import BadMessage, Happenings, Repeat, Told, TrueFault
from simulators.scenario import MESSAGE, Fault

_HIGHEST_START = 0.4  # a new history starts in the lower part of a register; chosen
_BAD_EVERY_HOURS = 3


@dataclass(frozen=True)
class _Scene:
    """One fault about to happen to one meter."""

    happenings: Happenings
    fault: Fault
    mine: Told
    device: tuple[Told, ...]
    first: int
    last: int

    @property
    def span(self) -> slice:
        return slice(self.first, self.last)

    @property
    def interval_ms(self) -> int:
        return self.mine.meter.interval_s * SECOND_MS


def _true_ratio(edges: np.ndarray, begins: int, fault: Fault, meter: Meter) -> np.ndarray:
    """Return what the register counts behind a transformer that the registry does not know."""
    factor = meter.ratio / round(fault.strength)
    after = (edges - edges[begins]) * factor.numerator // factor.denominator
    return np.where(np.arange(len(edges)) > begins, edges[begins] + after, edges)


def _register_edges(true: TrueMeter, grid: Grid, faults: Mapping[str, Fault]) -> np.ndarray:
    """Return the steps the register counts: what flowed, but for faults of the instrument."""
    edges = true.edges
    if "ratio" in faults:
        begins = grid.slot(faults["ratio"].day)
        edges = _true_ratio(edges, begins, faults["ratio"], true.meter)
    if "stuck" in faults:
        begins = grid.slot(faults["stuck"].day)
        edges = np.where(np.arange(len(edges)) > begins, edges[begins], edges)
    return edges


def _first_reading(seed: int, meter: Meter, wraps_at: int | None) -> int:
    """Return what the register shows at the origin [steps].

    Args:
        seed: The seed of the history.
        meter: The meter.
        wraps_at: Steps it has counted since the origin when a planted rollover is due.
    """
    if wraps_at is not None:
        return -wraps_at % meter.modulus
    drawn = generator(seed, f"first/{meter.meter}")
    return int(drawn.integers(1, max(2, int(meter.modulus * _HIGHEST_START))))


def _replaced(
    told: Told, grid: Grid, first: int, fault: Fault | None
) -> tuple[np.ndarray, MeterEvent | None]:
    """Return what the registers show, and the event if the meter was replaced amid a slot."""
    shown = (first + told.count) % told.meter.modulus
    if fault is None:
        return shown, None
    slot = int(fault.day * DAY_MS / grid.slot_ms)
    if slot + 1 >= len(told.edges):
        return shown, None
    middle = int(told.edges[slot] + (told.edges[slot + 1] - told.edges[slot]) // 2)
    when = grid.origin + slot * grid.slot_ms + grid.slot_ms // 2
    opening = int(fault.strength)
    after = (opening + told.count - middle) % told.meter.modulus
    event = MeterEvent(
        meter=told.meter.meter,
        time=when,
        event=REPLACEMENT,
        closing=(first + middle) % told.meter.modulus,
        opening=opening,
        digits=told.meter.digits,
        author="simulator",
        reason="planted replacement",
    )
    return np.where(told.time > when, after, shown), event


def _tell_register(true: TrueMeter, district: District, happenings: Happenings) -> Told:
    name, grid = true.meter.meter, district.grid
    faults = {f.kind: f for f in _faults_of(happenings, name)}
    edges = _register_edges(true, grid, faults)
    read = slice(None, None, grid.stride(true.meter))
    jitter_ms = true.jitter_s[read] * SECOND_MS
    count = edges[:-1][read] + np.diff(edges)[read] * jitter_ms // grid.slot_ms
    time = grid.starts[read] + jitter_ms
    published = ~true.missing[read] & (np.arange(grid.count)[read] >= true.begins)
    told = Told(
        true.meter, time, edges, count, count, count, published, published.copy(), time.copy(),
        time.copy(),
    )  # fmt: skip
    rollover = faults.get("rollover")
    wraps_at = None
    if rollover is not None:
        wraps_at = int(edges[min(grid.slot(rollover.day), grid.count)])
    first = _first_reading(district.seed, true.meter, wraps_at)
    replaced = faults.get("replacement", faults.get("replacement_unannounced"))
    told.shown, event = _replaced(told, grid, first, replaced)
    told.said_first = told.shown.copy()
    if event is not None and "replacement" in faults:
        happenings.events.append(event)
    return told


def _tell_gauge(gauge: TrueGauge, grid: Grid) -> Told:
    read = slice(None, None, grid.stride(gauge.meter))
    starts, centi, said = grid.starts[read], gauge.centi[read], ~gauge.missing[read]
    return Told(
        gauge.meter, starts, gauge.centi, centi, centi, centi, said, said.copy(), starts.copy(),
        starts.copy(),
    )  # fmt: skip


def _check_devices(happenings: Happenings) -> None:
    """Refuse devices that would read their meters at different times: they say all at once."""
    interval: dict[str, Meter] = {}
    for told in happenings.told.values():
        first = interval.setdefault(told.meter.device, told.meter)
        if first.interval_s != told.meter.interval_s:
            problem = Text(
                f"采集设备 {first.device!r} 的计量点 {first.meter!r} 和 {told.meter.meter!r} "
                "间隔不同；模拟的设备同时读取它的全部计量点。",
                f"Meters {first.meter!r} and {told.meter.meter!r} of device {first.device!r} have "
                "different intervals; a simulated device reads all its meters at once.",
            )
            raise ConfigError(problem)


def _faults_of(happenings: Happenings, meter: str) -> list[Fault]:
    return [entry.fault for entry in happenings.faults if entry.fault.meter == meter]


def _dip(scene: _Scene) -> None:
    fallen = int(scene.mine.shown[scene.first] * (1 - scene.fault.strength))
    scene.mine.shown[scene.first] = fallen
    scene.mine.said_first[scene.first] = fallen
    scene.mine.good[scene.first] = False


def _zero(scene: _Scene) -> None:
    scene.mine.shown[scene.first] = 0
    scene.mine.said_first[scene.first] = 0
    scene.mine.good[scene.first] = False


def _never_said(told: Told, span: slice) -> None:
    told.published[span] = False
    told.good[span] = False


def _outage(scene: _Scene) -> None:
    for told in scene.device:
        _never_said(told, scene.span)


def _silent(scene: _Scene) -> None:
    _never_said(scene.mine, slice(scene.first, None))


def _backlog(scene: _Scene) -> None:
    for told in scene.device:
        told.publish_at[scene.span] = told.time[scene.span][-1] + scene.interval_ms // 2


def _out_of_order(scene: _Scene) -> None:
    for told in scene.device:
        count = scene.last - scene.first
        late = told.time[scene.span][-1] + scene.interval_ms // 2
        told.publish_at[scene.span] = late + np.arange(count)[::-1]


def _say_again(scene: _Scene) -> None:
    for slot in range(scene.first, scene.last):
        at = int(scene.mine.publish_at[slot]) + scene.interval_ms // 4
        scene.happenings.repeats.append(Repeat(scene.mine.meter.device, slot, at))


def _resend(scene: _Scene) -> None:
    """Send one step less first: still between its neighbours, so either version can win."""
    for slot in range(scene.first, scene.last):
        if scene.mine.shown[slot] > scene.mine.shown[slot - 1] + 1:
            scene.mine.said_first[slot] -= 1
    _say_again(scene)


def _nothing(scene: _Scene) -> None:
    """Rollover, replacement, stuck and ratio are already in what the register shows."""
    del scene


_HAPPEN: dict[str, Callable[[_Scene], None]] = {
    "dip": _dip,
    "zero": _zero,
    "outage": _outage,
    "ambiguous_wrap": _outage,
    "silent": _silent,
    "backlog": _backlog,
    "out_of_order": _out_of_order,
    "duplicate": _say_again,
    "resend": _resend,
}


def _send_bad(happenings: Happenings, entry: TrueFault, meter: Meter) -> None:
    for number in range(entry.refused):
        at = entry.start + number * _BAD_EVERY_HOURS * HOUR_MS + HOUR_MS // 3
        happenings.bad.append(BadMessage(entry.fault.kind, meter, at))


def _spans(district: District) -> list[TrueFault]:
    """Return the planted faults that begin within the built slots, each at a reading."""
    grid, found = district.grid, []
    for fault in district.scenario.faults:
        stride = grid.stride(district.registry.meter[fault.meter])
        first = -(-grid.slot(fault.day) // stride) * stride
        if first + stride >= grid.count:
            continue
        lasting = fault.kind in ("stuck", "silent", "ratio")
        slots = max(stride, round(fault.hours * grid.an_hour))
        refused = round(fault.strength) if fault.kind in MESSAGE else 0
        start = grid.origin + first * grid.slot_ms
        end = grid.end if lasting else start + slots * grid.slot_ms
        found.append(TrueFault(fault, start, end, refused))
    return found


def _happen(happenings: Happenings, entry: TrueFault, origin: int) -> None:
    mine = happenings.told[entry.fault.meter]
    if entry.fault.kind in MESSAGE:
        _send_bad(happenings, entry, mine.meter)
        return
    device = tuple(t for t in happenings.told.values() if t.meter.device == mine.meter.device)
    interval_ms = mine.meter.interval_s * SECOND_MS
    first = (entry.start - origin) // interval_ms
    last = min(-(-(entry.end - origin) // interval_ms), len(mine.time))
    scene = _Scene(happenings, entry.fault, mine, device, first, last)
    _HAPPEN.get(entry.fault.kind, _nothing)(scene)


def afflict(district: District) -> Happenings:
    """Return what the meters of a district show and send, with its planted faults.

    A district built for more hours shows and sends the same in the earlier ones, as long as both
    reach beyond the planted rollovers.

    Raises:
        ConfigError: If the intervals of meters do not fit the slots, or each other in one device.
    """
    happenings = Happenings(faults=_spans(district))
    for name, true in district.meters.items():
        happenings.told[name] = _tell_register(true, district, happenings)
    for name, gauge in district.gauges.items():
        happenings.told[name] = _tell_gauge(gauge, district.grid)
    _check_devices(happenings)
    for entry in happenings.faults:
        _happen(happenings, entry, district.grid.origin)
    delays = [int((told.publish_at - told.time).max()) for told in happenings.told.values()]
    happenings.longest_delay_ms = max(delays, default=0)
    happenings.events.sort(key=lambda event: event.time)
    return happenings
