"""A meter that was removed, or is not installed yet, says nothing."""

import numpy as np

from analytics.check import Check, Checked, Severity, one_span
from energy.life import absences
from energy.span import Span
from energy.text import Text


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    away = absences(checked.events)
    if not away:
        return []
    time, value = checked.series.time, checked.series.value
    absent = np.zeros(len(time), dtype=bool)
    for span in away:
        # What stands at the very instant of the event is its own closing or opening reading.
        absent |= (time > span.start) & (time < span.end)
    absent &= (time >= checked.span.start) & (time < checked.span.end)
    time, value = time[absent], value[absent]
    return [_of_day(time[places], value[places]) for places in checked.by_day(time)]


def _of_day(time: np.ndarray, value: np.ndarray) -> tuple[Span, int, Text]:
    count, said = len(time), len(set(value.tolist()))
    evidence = Text(
        f"表计已拆除或尚未安装，仍收到 {count} 个读数，共 {said} 个不同数值。",
        f"{count} readings with {said} different values came while no meter stood there.",
    )
    return one_span(time), count, evidence


CHECK = Check(
    name="inactive_use",
    label=Text("停用的表计是否仍有读数", "Does a meter that is not there say something?"),
    severity=Severity.WRONG,
    thresholds=(),
    look=_look,
)
