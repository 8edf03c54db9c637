"""A virtual meter whose amount of a day is missing because an input is."""

from collections.abc import Mapping

import numpy as np

from analytics.beside import Beside, BesideCheck
from analytics.check import Severity
from analytics.rule import Threshold
from energy.life import absences
from energy.meter import Meter
from energy.registry import Registry
from energy.span import SECOND_MS
from energy.text import Text

_HOURS = 4


def _is_asked(registry: Registry, meter: Meter) -> bool:
    return meter.meter in registry.portions


def _look(beside: Beside) -> Mapping[int, Text]:
    missing: dict[int, dict[str, None]] = {}
    for portion in beside.registry.portions[beside.meter.meter]:
        rows = beside.rows_of(portion.source)
        # Within the last hours one that speaks seldom is not late yet, and heals by itself.
        due_s = beside.lasts_s - _away_s(beside, portion.source)
        gone = (rows.unresolved_s > 0) | (due_s - rows.covered_s > _HOURS * 3600)
        for place in np.flatnonzero(beside.held(portion) & gone).tolist():
            missing.setdefault(place, {})[portion.source] = None
    return {place: _said(list(missing[place])) for place in sorted(missing)}


def _away_s(beside: Beside, name: str) -> np.ndarray:
    """Return how long of each day no instrument stood at an input [s]. Shape (n,)."""
    away = np.zeros(len(beside.start), dtype=np.int64)
    ends = beside.start + beside.lasts_s * SECOND_MS
    for span in absences(beside.registry.events_of(name)):
        away += np.clip(ends, span.start, span.end) - np.clip(beside.start, span.start, span.end)
    return away // SECOND_MS


def _said(names: list[str]) -> Text:
    said = ", ".join(names)
    return Text(
        f"输入表计 {said} 当日没有完整的用量，虚拟表计因此缺少用量。",
        f"Not all of the day is known of {said}, so the virtual meter lacks it, too.",
    )


CHECK = BesideCheck(
    name="missing_input",
    label=Text("虚拟表计的输入是否齐全", "Does a virtual meter have all its inputs?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("hours", _HOURS, "h", "of a day without any amount; chosen: more than a delay"),
    ),
    is_asked=_is_asked,
    look=_look,
)
