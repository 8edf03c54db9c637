"""A virtual meter that is a difference, and falls below zero: more was taken away than is there."""

from collections.abc import Mapping

import numpy as np

from analytics.beside import Beside, BesideCheck
from analytics.check import Severity
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.meter import EXPORT, Meter
from energy.registry import Registry
from energy.text import Text
from energy.uses import OWN_GENERATION

_SHARE = 0.02
_STEPS = 2


def _is_asked(registry: Registry, meter: Meter) -> bool:
    taken = [
        registry.meter[portion.source]
        for portion in registry.portions.get(meter.meter, ())
        if not portion.is_added
    ]
    # What is sold or made may well be more than what is bought: such a net has a sign.
    return bool(taken) and not any(_goes_out(one) for one in taken)


def _goes_out(meter: Meter) -> bool:
    return meter.role == EXPORT or meter.use == OWN_GENERATION


def _look(beside: Beside) -> Mapping[int, Text]:
    registry, own = beside.registry, beside.rows_of(beside.meter.meter)
    sources = [registry.meter[name] for name in registry.sources[beside.meter.meter]]
    there = np.zeros(len(beside.number))
    for one in registry.portions[beside.meter.meter]:
        if one.is_added:
            amount = np.where(beside.held(one), np.abs(beside.rows_of(one.source).amount), 0)
            there = there + float(one.upper - one.lower) * amount
    steps = float(sum(one.base_per_step for one in sources))
    below = own.is_known & (own.covered_s >= beside.lasts_s)
    below &= own.amount < -(_SHARE * there + _STEPS * steps)
    return {
        place: _said(beside, int(own.amount[place])) for place in np.flatnonzero(below).tolist()
    }


def _said(beside: Beside, amount: int) -> Text:
    unit = beside.meter.display_unit
    said = f"{amount / KINDS[beside.meter.kind].base_per_display:.6g} {unit}"
    return Text(
        f"差值为 {said}：减去的表计多于被减的表计。",
        f"The difference is {said}: more is taken away than is there.",
    )


CHECK = BesideCheck(
    name="negative_remainder",
    label=Text("差值是否为负", "Is a difference below zero?"),
    severity=Severity.WRONG,
    thresholds=(
        Threshold("share", _SHARE, "1", "of what is added; two meters of class 1 at their limits"),
        Threshold("steps", _STEPS, "1", "of each register; one at either end of the day"),
    ),
    is_asked=_is_asked,
    look=_look,
)
