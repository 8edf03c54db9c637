"""A meter whose amounts were estimated, or are unknown, for too long: nobody has mended it."""

from collections.abc import Iterator

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.rule import Threshold
from energy.span import HOUR_MS, SECOND_MS, Span
from energy.text import Text

_LONGEST_HOURS = 72


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    if checked.course.is_measured_throughout:
        return []
    time, is_open = checked.course.time, checked.course.is_open
    if not is_open.any():
        return []
    turns = np.diff(np.concatenate([[0], is_open.astype(np.int8), [0]]))
    starts, ends = time[turns > 0].tolist(), time[turns < 0].tolist()
    if is_open[0] and checked.open_since is not None:
        starts[0] = checked.open_since
    longest = _LONGEST_HOURS * HOUR_MS
    runs = [
        Span(start, end) for start, end in zip(starts, ends, strict=True) if end - start > longest
    ]
    return [one for run in runs for one in _days_of(checked, run)]


def _days_of(checked: Checked, run: Span) -> Iterator[tuple[Span, int, Text]]:
    """Yield the days on which a run has lasted for too long, each with how long by its end."""
    edges, span = checked.days.start, checked.span
    late = max(run.start + _LONGEST_HOURS * HOUR_MS, span.start)
    if late >= min(run.end, span.end):
        return
    first, last = checked.days.of(np.array([late, min(run.end, span.end) - 1])).tolist()
    nominal = checked.meter.interval_s * SECOND_MS
    for day in range(first, last + 1):
        start, until = max(run.start, int(edges[day])), min(run.end, int(edges[day + 1]))
        hours = (until - run.start) / HOUR_MS
        evidence = Text(
            f"至当日结束已连续 {hours:.0f} 小时，用量均为估算或未知。",
            f"By the end of the day all is estimated or unknown for {hours:.0f} h.",
        )
        yield Span(start, until), max(1, (until - start) // nominal), evidence


CHECK = Check(
    name="prolonged_estimation",
    label=Text("是否长期估算", "Was it estimated for too long?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("longest", _LONGEST_HOURS, "h", "three days; chosen: a weekend and a day to act"),
    ),
    look=_look,
)
