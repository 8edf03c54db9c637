"""A meter of electricity that is there, answers, and counts nothing for a whole day."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.consumption.course import MEASURED
from analytics.rule import Threshold
from energy.meter import MAIN
from energy.span import Span
from energy.text import Text

_HOURS = 20


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    amounts, meter = checked.amounts, checked.meter
    # Heat, gas and water rest for a season or a holiday, and so does what a branch feeds.
    if meter.kind != "electricity" or meter.role != MAIN or not len(amounts.place):
        return []
    first = amounts.first_of_day
    used = np.add.reduceat(amounts.count, first)
    is_measured = checked.course.known[amounts.place] == MEASURED
    hours = np.add.reduceat(np.where(is_measured, amounts.hours, 0.0), first)
    idle = np.flatnonzero((used == 0) & (hours >= _HOURS))
    return [_found(checked, int(day), float(hours[day])) for day in idle]


def _found(checked: Checked, day: int, hours: float) -> tuple[Span, int, Text]:
    amounts, time = checked.amounts, checked.course.time
    first, end = int(amounts.first_of_day[day]), int(amounts.end_of_day[day])
    evidence = Text(
        f"当日实测 {hours:.0f} 小时，总表读数没有变化。",
        f"The main was read for {hours:.0f} h of the day and did not move.",
    )
    span = Span(int(time[amounts.place[first]]), int(time[amounts.place[end - 1] + 1]))
    return span, end - first, evidence


CHECK = Check(
    name="zero_consumption",
    label=Text("在用总表是否全天为零", "Does a main in use count nothing all day?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("hours", _HOURS, "h", "measured of the day; chosen: all but a short outage"),
    ),
    look=_look,
)
