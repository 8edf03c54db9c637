"""Amounts that are equal to the step, one after the other: a device that repeats itself."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.consumption.course import MEASURED
from analytics.rule import Threshold
from energy.reading import REGISTER
from energy.span import Span
from energy.text import Text

_FEWEST = 12
_STEPS = 100


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    if checked.meter.table != REGISTER:
        return []
    amounts = checked.amounts
    same = amounts.count[1:] == amounts.count[:-1]
    if np.count_nonzero(same) < _FEWEST - 1:
        return []
    measured = checked.course.known[amounts.place] == MEASURED
    # Of few steps an interval, equal ones are the rule.
    least = _STEPS * checked.meter.base_per_step / checked.course.base_per_count
    same &= amounts.count[1:] >= float(least)
    same &= (np.diff(amounts.day) == 0) & (np.diff(amounts.place) == 1)
    same &= measured[1:] & measured[:-1]
    turns = np.diff(np.concatenate([[0], same.astype(np.int8), [0]]))
    first, last = np.flatnonzero(turns > 0), np.flatnonzero(turns < 0)
    long = last - first + 1 >= _FEWEST
    first, last = first[long], last[long]
    _, of_day = np.unique(amounts.day[first], return_index=True)
    return [_found(checked, int(first[one]), int(last[one])) for one in of_day]


def _found(checked: Checked, first: int, last: int) -> tuple[Span, int, Text]:
    amounts, time = checked.amounts, checked.course.time
    count, unit = last - first + 1, checked.meter.display_unit
    each = checked.display(float(amounts.count[first]))
    evidence = Text(
        f"连续 {count} 个间隔的用量完全相同，均为 {each:.4g} {unit}。",
        f"{count} intervals in a row have exactly the same amount, {each:.4g} {unit}.",
    )
    start, end = amounts.place[first], amounts.place[last] + 1
    return Span(int(time[start]), int(time[end])), count, evidence


CHECK = Check(
    name="consecutive_equal",
    label=Text("用量是否连续相同", "Are amounts the same again and again?"),
    severity=Severity.LOOK,
    thresholds=(
        Threshold("fewest", _FEWEST, "1", "intervals in a row of one day; chosen: half a day"),
        Threshold(
            "steps",
            _STEPS,
            "1",
            "of the register; chosen: a steady load varies by 1 %, fewer cannot show it",
        ),
    ),
    look=_look,
)
