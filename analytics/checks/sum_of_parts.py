"""What sub-meters count together is no more than what the meter above them counts."""

from collections.abc import Mapping

import numpy as np

from analytics.beside import Beside, BesideCheck
from analytics.check import Severity
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.meter import SUB, Meter
from energy.registry import Registry
from energy.tariffs.registers import total_of
from energy.text import Text

_SHARE = 0.02
_STEPS = 2
_FEWEST = 2


def _parts(registry: Registry, meter: Meter) -> list[Meter]:
    return [one for one in registry.children.get(meter.meter, ()) if one.role == SUB]


def _is_asked(registry: Registry, meter: Meter) -> bool:
    return bool(_parts(registry, meter))


def _look(beside: Beside) -> Mapping[int, Text]:
    meter, parts = beside.meter, _parts(beside.registry, beside.meter)
    steps = float(sum(one.base_per_step for one in (meter, *parts)))
    allowed = _SHARE * beside.below + _STEPS * steps
    over = beside.below - beside.above
    odd = over > allowed  # also where one of them is unknown: it cannot make it less
    if _are_tariffs(meter, parts):  # these leave nothing over
        odd |= (over < -allowed) & beside.is_below_known
    return {
        place: _said(beside, place)
        for place in np.flatnonzero(odd & beside.is_above_known).tolist()
    }


def _are_tariffs(meter: Meter, parts: list[Meter]) -> bool:
    """Tell whether the parts are the tariff registers of the instrument that counts the whole."""
    named = [one.device == meter.device and total_of(one.channel) == meter.channel for one in parts]
    return len(parts) >= _FEWEST and all(named)


def _said(beside: Beside, place: int) -> Text:
    unit, per = beside.meter.display_unit, KINDS[beside.meter.kind].base_per_display
    below, above = int(beside.below[place]) / per, int(beside.above[place]) / per
    return Text(
        f"下级表计合计 {below:.6g} {unit}，本表 {above:.6g} {unit}。",
        f"Its parts count {below:.6g} {unit} together, the whole {above:.6g} {unit}.",
    )


CHECK = BesideCheck(
    name="sum_of_parts",
    label=Text("下级之和是否超过总表", "Do the parts count more than the whole?"),
    severity=Severity.WRONG,
    thresholds=(
        Threshold("share", _SHARE, "1", "of the parts; two meters of class 1, each at its limit"),
        Threshold("steps", _STEPS, "1", "of each register; one at either end of the day"),
        Threshold("fewest", _FEWEST, "1", "tariff registers; chosen: one alone is no division"),
    ),
    is_asked=_is_asked,
    look=_look,
)
"""Tariff registers of one DL/T 645 meter must make up its total: with them, less fails, too."""
