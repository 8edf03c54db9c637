"""A register that falls and is not declared net: something is turned round or gone."""

import numpy as np

from analytics.check import Check, Checked, Severity, one_span
from analytics.consumption.course import UNRESOLVED
from analytics.rule import Threshold
from energy.meter import NET
from energy.reading import REGISTER
from energy.span import HOUR_MS, Span
from energy.text import Text

_LONGEST_HOURS = 24


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    course, series = checked.course, checked.series
    if course.is_measured_throughout:
        return []
    places = checked.intervals[course.known[checked.intervals] == UNRESOLVED]
    if checked.meter.table != REGISTER or checked.meter.counts == NET or not len(places):
        return []
    start, end = course.time[places], course.time[places + 1]
    first, second = (np.searchsorted(series.time, one) for one in (start, end))
    inside = second < len(series.time)
    start, end, first, second = (one[inside] for one in (start, end, first, second))
    are_read = (series.time[first] == start) & (series.time[second] == end)
    fall = series.value[first] - series.value[second]
    falls = are_read & (fall > 0) & (end - start <= _LONGEST_HOURS * HOUR_MS)
    times, fall = start[falls], fall[falls]
    return [_of_day(times[day], fall[day]) for day in checked.by_day(times)]


def _of_day(times: np.ndarray, fall: np.ndarray) -> tuple[Span, int, Text]:
    count, most = len(times), int(fall.max())
    evidence = Text(
        f"读数回落 {count} 次，最多 {most} 步，不是走满归零。",
        f"The register fell {count} times, by {most} steps at most, and did not roll over.",
    )
    return one_span(times), count, evidence


CHECK = Check(
    name="negative_consumption",
    label=Text("读数是否回落", "Does the register fall?"),
    severity=Severity.WRONG,
    thresholds=(
        Threshold(
            "longest", _LONGEST_HOURS, "h", "between the readings; chosen: later it may be another"
        ),
    ),
    look=_look,
)
