"""A channel that says nothing all day while another one of its device is read."""

from collections.abc import Mapping

import numpy as np

from analytics.beside import Beside, BesideCheck
from analytics.check import Severity
from analytics.rule import Threshold
from energy.life import absences
from energy.meter import Meter
from energy.registry import Registry
from energy.text import Text

_HOURS = 20


def _is_asked(registry: Registry, meter: Meter) -> bool:
    """Tell whether others hang on its device, and it for as long as anybody knows."""
    there = registry.on_device.get(meter.device, ())
    return len(there) > 1 and any(one.meter == meter.meter for one in there)


def _look(beside: Beside) -> Mapping[int, Text]:
    meter, registry = beside.meter, beside.registry
    own = beside.rows_of(meter.meter)
    silent = (own.measured_s == 0) & (own.unresolved_s == 0)  # what nobody can resolve was said
    for span in absences(registry.events_of(meter.meter)):
        silent &= (beside.start + beside.lasts_s * 1000 <= span.start) | (beside.start >= span.end)
    if not silent.any():
        return {}
    read: dict[int, str] = {}
    siblings = (one for one in registry.on_device[meter.device] if one.meter != meter.meter)
    for one in siblings:
        for place in np.flatnonzero(beside.rows_of(one.meter).measured_s >= _HOURS * 3600).tolist():
            read.setdefault(place, one.meter)
    return {
        place: _said(meter.device, read[place])
        for place in np.flatnonzero(silent).tolist()
        if place in read
    }


def _said(device: str, sibling: str) -> Text:
    return Text(
        f"同一设备 {device} 的 {sibling} 有实测读数，本表当日没有。",
        f"{sibling} of the same device {device} was read all day, this one was not.",
    )


CHECK = BesideCheck(
    name="sibling_present",
    label=Text("同一设备的各通道是否都有读数", "Are all channels of a device there?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("hours", _HOURS, "h", "measured of another channel; chosen: the device is there"),
    ),
    is_asked=_is_asked,
    look=_look,
)
