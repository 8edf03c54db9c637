"""The highest interval of a day against the third highest, as settlement-grade systems ask."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.consumption.course import Known
from analytics.ledger.wall import days_around
from analytics.rule import Threshold
from energy.span import HOUR_MS, Span
from energy.text import Text

_TIMES = 2.8
_FEWEST = 12
_SHARE_OF_RATE = 0.1


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    course = checked.course
    places = np.flatnonzero(course.known == Known.MEASURED)
    if not len(places):
        return []
    days = days_around(checked.timezone, int(course.time[0]), int(course.time[-1]))
    day = days.of(course.time[places])
    cuts = np.flatnonzero(np.diff(day)) + 1
    found = [_of_day(checked, of_day) for of_day in np.split(places, cuts)]
    return [one for one in found if one is not None]


def _of_day(checked: Checked, places: np.ndarray) -> tuple[Span, int, Text] | None:
    if len(places) < _FEWEST:
        return None
    course = checked.course
    hours = (course.time[places + 1] - course.time[places]) / HOUR_MS
    rate = checked.display(1.0) * (course.count[places + 1] - course.count[places]) / hours
    order = np.argsort(rate, kind="stable")
    top, third = float(rate[order[-1]]), float(rate[order[-3]])
    # A kettle in an empty house is no spike: it must be large for what is connected, too.
    least = _SHARE_OF_RATE * float(checked.meter.max_rate)
    if top <= _TIMES * third or top < least:
        return None
    at = int(places[order[-1]])
    unit = checked.meter.display_unit
    evidence = Text(
        f"当日最高 {top:.4g} {unit}/h，第三高 {third:.4g} {unit}/h。",
        f"The highest of the day is {top:.4g} {unit}/h, the third highest {third:.4g} {unit}/h.",
    )
    return Span(int(course.time[at]), int(course.time[at + 1])), 1, evidence


CHECK = Check(
    name="spike",
    label=Text("当日最高值是否远高于第三高", "Is the highest of a day far above the third?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold(
            "times",
            _TIMES,
            "1",
            "180 % above the third, after the Californian VEE standard, its text not at hand",
        ),
        Threshold("fewest", _FEWEST, "1", "intervals a day; chosen: fewer have no third highest"),
        Threshold("share", _SHARE_OF_RATE, "1", "of the greatest plausible rate; chosen"),
    ),
    look=_look,
)
