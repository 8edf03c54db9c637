"""Meters as they are: what registers show and what is sent, faults and all.

Faults of the meter's side only; what was used does not change. Every planted fault is listed with
its span, so that a ledger can be held to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from energy.meter import REPLACEMENT, Meter, MeterEvent
from energy.span import HOUR_MS
from simulators.chance import generator
from simulators.ground_truth import District, TrueMeter
from simulators.happenings import BadMessage, Happenings, Repeat, Told, TrueFault
from simulators.scenario import MESSAGE, Fault
from simulators.waste import DAY_HOURS

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


def _true_ratio(edges: np.ndarray, fault: Fault, meter: Meter) -> np.ndarray:
    """Return what the register counts behind a transformer that the registry does not know."""
    begins = round(fault.day * DAY_HOURS)
    factor = meter.ratio / round(fault.strength)
    after = (edges - edges[begins]) * factor.numerator // factor.denominator
    return np.where(np.arange(len(edges)) > begins, edges[begins] + after, edges)


def _register_edges(true: TrueMeter, faults: Mapping[str, Fault]) -> np.ndarray:
    """Return the steps the register counts: what flowed, but for faults of the instrument."""
    edges = true.edges
    if "ratio" in faults:
        edges = _true_ratio(edges, faults["ratio"], true.meter)
    if "stuck" in faults:
        begins = round(faults["stuck"].day * DAY_HOURS)
        edges = np.where(np.arange(len(edges)) > begins, edges[begins], edges)
    return edges


def _first_reading(seed: int, meter: Meter, edges: np.ndarray, rollover: Fault | None) -> int:
    """Return what the register shows at the origin [steps]."""
    if rollover is None:
        drawn = generator(seed, f"first/{meter.meter}")
        return int(drawn.integers(1, max(2, int(meter.modulus * _HIGHEST_START))))
    at = min(round(rollover.day * DAY_HOURS), len(edges) - 1)
    return int(-edges[at] % meter.modulus)


def _replaced(told: Told, first: int, fault: Fault | None) -> tuple[np.ndarray, MeterEvent | None]:
    """Return what the registers show, and the event if the meter was replaced."""
    shown = (first + told.count) % told.meter.modulus
    if fault is None:
        return shown, None
    slot = int(fault.day * DAY_HOURS)
    if slot + 1 >= len(told.edges):
        return shown, None
    middle = int(told.edges[slot] + (told.edges[slot + 1] - told.edges[slot]) // 2)
    when = int(told.time[0]) // HOUR_MS * HOUR_MS + slot * HOUR_MS + HOUR_MS // 2
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
    name, starts = true.meter.meter, district.starts
    faults = {f.kind: f for f in _faults_of(happenings, name)}
    edges = _register_edges(true, faults)
    hourly = np.diff(edges)
    count = edges[:-1] + hourly * true.jitter_s // (HOUR_MS // 1000)
    time = starts + true.jitter_s * 1000
    published = ~true.missing & (np.arange(len(starts)) >= true.begins)
    told = Told(
        true.meter, time, edges, count, count, count, published, published.copy(), time.copy()
    )
    first = _first_reading(district.seed, true.meter, edges, faults.get("rollover"))
    replaced = faults.get("replacement", faults.get("replacement_unannounced"))
    told.shown, event = _replaced(told, first, replaced)
    told.said_first = told.shown.copy()
    if event is not None and "replacement" in faults:
        happenings.events.append(event)
    return told


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
        told.publish_at[scene.span] = told.time[scene.span][-1] + HOUR_MS // 2


def _out_of_order(scene: _Scene) -> None:
    for told in scene.device:
        count = scene.last - scene.first
        late = told.time[scene.span][-1] + HOUR_MS // 2
        told.publish_at[scene.span] = late + np.arange(count)[::-1]


def _say_again(scene: _Scene) -> None:
    for slot in range(scene.first, scene.last):
        at = int(scene.mine.publish_at[slot]) + HOUR_MS // 4
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
    """Return the planted faults that begin within the built hours."""
    found = []
    for fault in district.scenario.faults:
        first = round(fault.day * DAY_HOURS)
        if first + 1 >= district.count:
            continue
        lasting = fault.kind in ("stuck", "silent", "ratio")
        hours = district.count - first if lasting else max(1, round(fault.hours))
        refused = round(fault.strength) if fault.kind in MESSAGE else 0
        start = district.origin + first * HOUR_MS
        found.append(TrueFault(fault, start, start + hours * HOUR_MS, refused))
    return found


def _happen(happenings: Happenings, entry: TrueFault, origin: int) -> None:
    mine = happenings.told[entry.fault.meter]
    if entry.fault.kind in MESSAGE:
        _send_bad(happenings, entry, mine.meter)
        return
    device = tuple(t for t in happenings.told.values() if t.meter.device == mine.meter.device)
    first = (entry.start - origin) // HOUR_MS
    last = min((entry.end - origin) // HOUR_MS, len(mine.time))
    scene = _Scene(happenings, entry.fault, mine, device, first, last)
    _HAPPEN.get(entry.fault.kind, _nothing)(scene)


def afflict(district: District) -> Happenings:
    """Return what the meters of a district show and send, with its planted faults.

    A district built for more hours shows and sends the same in the earlier ones, as long as both
    reach beyond the planted rollovers.
    """
    happenings = Happenings(faults=_spans(district))
    starts = district.starts
    for name, true in district.meters.items():
        happenings.told[name] = _tell_register(true, district, happenings)
    for name, gauge in district.gauges.items():
        said = ~gauge.missing
        centi = gauge.centi
        happenings.told[name] = Told(
            gauge.meter, starts, centi, centi, centi, centi, said, said.copy(), starts.copy()
        )
    for entry in happenings.faults:
        _happen(happenings, entry, district.origin)
    delays = [int((told.publish_at - told.time).max()) for told in happenings.told.values()]
    happenings.longest_delay_ms = max(delays, default=0)
    happenings.events.sort(key=lambda event: event.time)
    return happenings
