"""Meters as they are: what registers show and what is sent, faults and all.

Faults of the meter's side only; what was used does not change. Every planted fault is listed with
its span, so that a ledger can be held to it. What registers show is in meters/registers.py, what is
sent of it in meters/sending.py.
"""

from collections.abc import Sequence
from dataclasses import replace

from energy.errors import ConfigError
from energy.meter import Meter, MeterEvent
from energy.registry import Registry
from energy.text import Text
from simulators.meters.happenings import Happenings, TrueFault
from simulators.meters.registers import tell_gauge, tell_registers
from simulators.meters.sending import happen, happen_at_gateway
from simulators.scenario import CLOCK, GATEWAY, MESSAGE, Fault
from simulators.trees.ground_truth import District

_TO_THE_END = ("stuck", "silent", "ratio", "ct_change", "reversed_sign", "swapped_child")
_NEVER_READ = "missing_branch"


def afflict(district: District) -> Happenings:
    """Return what the meters of a district show and send, with its planted faults.

    A district built for more hours shows and sends the same in the earlier ones, as long as both
    reach beyond the planted rollovers.

    Raises:
        ConfigError: If the intervals of meters do not fit the slots, or each other in one device.
    """
    found = _spans(district)
    own = [one for one in found if one.fault.meter in district.meters.keys() | district.gauges]
    happenings = Happenings(faults=own)
    tell_registers(district, happenings)
    for name, gauge in district.gauges.items():
        happenings.told[name] = tell_gauge(gauge, district.grid)
    _check_devices(happenings)
    for entry in own:
        happen(happenings, entry, district.grid.origin)
    for entry in found:
        if entry.fault.kind in GATEWAY:
            happen_at_gateway(
                happenings,
                entry,
                district.registry,
                seed=district.seed,
                origin=district.grid.origin,
            )
    every = happenings.told.values()
    late = max((int((told.publish_at - told.time).max()) for told in every), default=0)
    ahead = max((int((told.said_time - told.time).max()) for told in every), default=0)
    happenings.longest_delay_ms = late + ahead
    happenings.events.sort(key=lambda event: event.time)
    return happenings


def handed_out(
    registry: Registry, faults: Sequence[Fault], events: Sequence[MeterEvent]
) -> Registry:
    """Return the registry that people have: no branches that nobody reads, and what was noted.

    Args:
        registry: All meters there are.
        faults: The planted faults.
        events: Entries of the meters' life that somebody wrote down, all of them.
    """
    unread = {fault.meter for fault in faults if fault.kind == _NEVER_READ}
    return replace(
        registry,
        meters=tuple(meter for meter in registry.meters if meter.meter not in unread),
        events=tuple(event for event in events if event.meter not in unread),
    )


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


def _spans(district: District) -> list[TrueFault]:
    """Return the planted faults that begin within the built slots, each at a reading."""
    grid, found = district.grid, []
    for fault in district.scenario.faults:
        stride = grid.stride(district.registry.meter[fault.meter])
        first = -(-grid.slot(fault.day) // stride) * stride
        if first + stride >= grid.count:
            continue
        slots = max(stride, round(fault.hours * grid.an_hour))
        refused = round(fault.strength) if fault.kind in MESSAGE else 0
        start = grid.origin + first * grid.slot_ms
        end = grid.end if _lasts(fault) else start + slots * grid.slot_ms
        if fault.kind == _NEVER_READ:
            start, end = grid.origin, grid.end
        found.append(TrueFault(fault, start, end, refused))
    return found


def _lasts(fault: Fault) -> bool:
    """Tell whether a fault goes on to the end."""
    return fault.kind in _TO_THE_END or (not fault.hours and fault.kind in (*CLOCK, *GATEWAY))
