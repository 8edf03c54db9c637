"""What devices make of their readings: which are sent, when, with which time and which number."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from energy.registry import Registry
from energy.span import HOUR_MS, SECOND_MS
from simulators.chance import generator
from simulators.grid import DAY_MS
from simulators.meters.happenings import NO_TIME, BadMessage, Happenings, Repeat, Told, TrueFault
from simulators.scenario import BAD_EVERY_HOURS, MESSAGE, Fault

_BEIJING_MS = 8 * HOUR_MS


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


def happen(happenings: Happenings, entry: TrueFault, origin: int) -> None:
    """Let one fault happen to what the device of its meter sends."""
    mine = happenings.told[entry.fault.meter]
    if entry.fault.kind in MESSAGE:
        _send_bad(happenings, entry, mine)
        return
    device = tuple(t for t in happenings.told.values() if t.meter.device == mine.meter.device)
    span = _readings_in(entry, mine, origin)
    scene = _Scene(happenings, entry.fault, mine, device, span.start, span.stop)
    _HAPPEN.get(entry.fault.kind, _nothing)(scene)


def happen_at_gateway(
    happenings: Happenings, entry: TrueFault, registry: Registry, *, seed: int, origin: int
) -> None:
    """Let one fault happen to all that the gateway of its meter sends.

    Args:
        happenings: What the meters of a part of the district show.
        entry: A fault of simulators.scenario.GATEWAY; its meter may belong to another part.
        registry: Devices and gateways.
        seed: The seed of the history.
        origin: Its begin [ms].
    """
    where = registry.device[registry.meter[entry.fault.meter].device]
    for told in happenings.told.values():
        device = registry.device[told.meter.device]
        if device != where and (not where.gateway or device.gateway != where.gateway):
            continue
        span = _readings_in(entry, told, origin)
        drawn = generator(seed, f"lost/{device.device}/{entry.start}")
        lost = drawn.random(span.stop - span.start) < entry.fault.strength
        _never_said(told, np.flatnonzero(lost) + span.start)


def _readings_in(entry: TrueFault, told: Told, origin: int) -> slice:
    interval_ms = told.meter.interval_s * SECOND_MS
    first = -(-(entry.start - origin) // interval_ms)
    last = min(-(-(entry.end - origin) // interval_ms), len(told.time))
    return slice(first, max(first, last))


def _send_bad(happenings: Happenings, entry: TrueFault, mine: Told) -> None:
    for number in range(entry.refused):
        at = entry.start + number * BAD_EVERY_HOURS * HOUR_MS + HOUR_MS // 3
        happenings.bad.append(BadMessage(entry.fault.kind, mine.meter, at))


def _dip(scene: _Scene) -> None:
    fallen = int(scene.mine.shown[scene.first] * (1 - scene.fault.strength))
    scene.mine.shown[scene.first] = fallen
    scene.mine.said_first[scene.first] = fallen
    scene.mine.good[scene.first] = False


def _zero(scene: _Scene) -> None:
    scene.mine.shown[scene.first] = 0
    scene.mine.said_first[scene.first] = 0
    scene.mine.good[scene.first] = False


def _unit_slip(scene: _Scene) -> None:
    factor, span = Fraction(scene.fault.strength).limit_denominator(), scene.span
    slipped = scene.mine.shown[span] * factor.numerator // factor.denominator
    scene.mine.shown[span] = slipped
    scene.mine.said_first[span] = slipped
    scene.mine.good[span] = False


def _never_said(told: Told, readings: slice | np.ndarray) -> None:
    told.published[readings] = False
    told.good[readings] = False


def _outage(scene: _Scene) -> None:
    for told in scene.device:
        _never_said(told, scene.span)


def _silent(scene: _Scene) -> None:
    _never_said(scene.mine, slice(scene.first, None))


def _missing_branch(scene: _Scene) -> None:
    _never_said(scene.mine, slice(None))


def _backlog(scene: _Scene) -> None:
    for told in scene.device:
        told.publish_at[scene.span] = told.time[scene.span][-1] + scene.interval_ms // 2


def _backlog_without_times(scene: _Scene) -> None:
    """Send a memory that keeps no times, a reading a second: each stands at its arrival."""
    for told in scene.device:
        late = told.time[scene.span][-1] + scene.interval_ms // 2
        told.publish_at[scene.span] = late + np.arange(scene.last - scene.first) * SECOND_MS
        told.said_time[scene.span] = NO_TIME


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


def _retained(scene: _Scene) -> None:
    """Tell the reading at the begin of the span once more at its end, as a broker retains it."""
    at = int(scene.mine.publish_at[scene.first])
    at += max(1, scene.last - scene.first) * scene.interval_ms + scene.interval_ms // 4
    again = Repeat(scene.mine.meter.device, scene.first, at, retained=True)
    scene.happenings.repeats.append(again)


def _set_clocks(scene: _Scene, ahead_ms: Callable[[np.ndarray], np.ndarray]) -> None:
    """Set the clock of a device ahead.

    Args:
        scene: Whose, and when.
        ahead_ms: The time since the begin of the span [ms] to how far the clock is ahead then;
            devices say whole seconds.
    """
    for told in scene.device:
        since = told.time[scene.span] - scene.mine.time[scene.first]
        ahead = np.rint(ahead_ms(since) / SECOND_MS).astype(np.int64) * SECOND_MS
        said = told.said_time[scene.span]
        told.said_time[scene.span] = np.where(said == NO_TIME, NO_TIME, said + ahead)


def _clock_drift(scene: _Scene) -> None:
    _set_clocks(scene, lambda since: since * scene.fault.strength * SECOND_MS / DAY_MS)


def _clock_step(scene: _Scene) -> None:
    _set_clocks(scene, lambda since: np.full(len(since), scene.fault.strength * SECOND_MS))


def _beijing_as_utc(scene: _Scene) -> None:
    _set_clocks(scene, lambda since: np.full(len(since), _BEIJING_MS))


def _nothing(scene: _Scene) -> None:
    """What the register shows has it already, or a whole gateway."""
    del scene


_HAPPEN: dict[str, Callable[[_Scene], None]] = {
    "dip": _dip,
    "zero": _zero,
    "unit_slip": _unit_slip,
    "outage": _outage,
    "ambiguous_wrap": _outage,
    "silent": _silent,
    "missing_branch": _missing_branch,
    "backlog": _backlog,
    "backlog_without_times": _backlog_without_times,
    "out_of_order": _out_of_order,
    "duplicate": _say_again,
    "resend": _resend,
    "retained": _retained,
    "clock_drift": _clock_drift,
    "clock_step": _clock_step,
    "beijing_as_utc": _beijing_as_utc,
}
