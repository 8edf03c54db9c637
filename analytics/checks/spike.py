"""The highest interval of a day against the third highest, as settlement-grade systems ask."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.rule import Threshold
from energy.span import Span
from energy.text import Text

_TIMES = 2.8
_FEWEST = 12
_THIRD = 3
_SHORTEST = 0.5
_SHARE_OF_RATE = 0.1


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    # Over seconds a single step is a great rate: two readings at once, or the end of an estimate.
    amounts = checked.amounts.of_at_least(_SHORTEST * checked.meter.interval_s / 3600)
    # A kettle in an empty house is no spike: it must be large for what is connected, too.
    least = _SHARE_OF_RATE * float(checked.meter.max_rate)
    rate = checked.display(1.0) * amounts.count / amounts.hours
    if not len(rate) or float(rate.max()) < least:
        return []
    many = amounts.end_of_day - amounts.first_of_day >= _FEWEST
    order = np.lexsort((rate, amounts.day))
    ends = amounts.end_of_day[many]
    top, third = rate[order[ends - 1]], rate[order[ends - _THIRD]]
    spiked = (top > _TIMES * third) & (top >= least)
    return [
        _of_day(checked, int(amounts.place[order[end - 1]]), high, low)
        for end, high, low in zip(ends[spiked], top[spiked], third[spiked], strict=True)
    ]


def _of_day(checked: Checked, place: int, top: float, third: float) -> tuple[Span, int, Text]:
    unit = checked.meter.display_unit
    evidence = Text(
        f"当日最高 {top:.4g} {unit}/h，第三高 {third:.4g} {unit}/h。",
        f"The highest of the day is {top:.4g} {unit}/h, the third highest {third:.4g} {unit}/h.",
    )
    start, end = checked.course.time[place : place + 2].tolist()
    return Span(start, end), 1, evidence


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
        Threshold("shortest", _SHORTEST, "1", "nominal intervals; chosen: jitter is less"),
        Threshold("share", _SHARE_OF_RATE, "1", "of the greatest plausible rate; chosen"),
    ),
    look=_look,
)
