"""A meter whose amounts were estimated, or are unknown, for too long: nobody has mended it."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.consumption.course import Known
from analytics.rule import Threshold
from energy.span import HOUR_MS, Span
from energy.text import Text

_LONGEST_HOURS = 72


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    time, known = checked.course.time, checked.course.known
    open_ = np.isin(known, (Known.ESTIMATED, Known.UNRESOLVED)).astype(np.int8)
    turns = np.diff(np.concatenate([[0], open_, [0]]))
    found = []
    for first, end in zip(np.flatnonzero(turns > 0), np.flatnonzero(turns < 0), strict=True):
        span = Span(int(time[first]), int(time[end]))
        hours = (span.end - span.start) / HOUR_MS
        if hours > _LONGEST_HOURS:
            evidence = Text(
                f"连续 {hours:.0f} 小时没有按常规间隔的读数，用量为估算或未知。",
                f"No reading at normal cadence for {hours:.0f} h: estimated or unknown.",
            )
            found.append((span, int(end - first), evidence))
    return found


CHECK = Check(
    name="prolonged_estimation",
    label=Text("是否长期估算", "Was it estimated for too long?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("longest", _LONGEST_HOURS, "h", "three days; chosen: a weekend and a day to act"),
    ),
    look=_look,
)
