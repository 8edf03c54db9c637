"""A register cannot show more than its dials: another one stands there than the registry says."""

import numpy as np

from analytics.check import Check, Checked, Severity, one_span
from analytics.consumption.course import Reason
from energy.span import Span
from energy.text import Text


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    if not len(checked.course.aside):
        return []
    times = checked.aside(Reason.WIDTH)
    value = checked.series.value[np.isin(checked.series.time, times)]
    return [_of_day(times[places], value[places]) for places in checked.by_day(times)]


def _of_day(times: np.ndarray, value: np.ndarray) -> tuple[Span, int, Text]:
    count, least, most = len(times), int(value.min()), int(value.max())
    evidence = Text(
        f"{count} 个读数超出表计位数，介于 {least} 与 {most} 步之间。",
        f"{count} readings do not fit into the register: from {least} to {most} steps.",
    )
    return one_span(times), count, evidence


CHECK = Check(
    name="number_of_dials",
    label=Text("读数是否在表计位数之内", "Do readings fit into the dials?"),
    severity=Severity.WRONG,
    thresholds=(),
    look=_look,
)
