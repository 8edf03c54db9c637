"""The same amount hour after hour where the meter hardly ever repeats one."""

import numpy as np

from analytics.detector import CODES, Detector, Mark, Use, may_judge
from analytics.hours import Hours
from analytics.rule import Threshold
from energy.text import Text

_LEAST_HOURS = 6
_UNLIKELY = 25.0
_LEAST_CHANCE = 0.01
_PART = 3
_QUARTER_HOURS = 2190
_REST_SHARE = 0.01
_REST_HOURS = 14 * 24


def _look(hours: Hours) -> list[Mark]:
    amount = hours.amount
    is_same = np.append(False, amount[1:] == amount[:-1])  # NaN differs from NaN
    first = np.flatnonzero(~is_same)
    length = np.diff(np.append(first, len(amount)))
    runs = length[hours.known[first]]
    long = (length >= _LEAST_HOURS) & hours.known[first]
    zeros = amount[first] == 0
    zero_hours = int((amount == 0).sum())
    count = int(hours.known.sum())
    marks = []
    for place in np.flatnonzero(long).tolist():
        size = int(length[place])
        # How often an amount repeats, outside of this run.
        repeats = int(is_same.sum()) - (size - 1)
        chance = max(repeats / max(count - size, 1), _LEAST_CHANCE)
        often = int((_PART * runs >= size).sum())
        rests = zeros[place] and (zero_hours - size > _REST_SHARE * count or size > _REST_HOURS)
        if (size - 1) * -np.log(chance) >= _UNLIKELY and often <= _most(count) and not rests:
            marks.append(Mark(int(first[place]), int(first[place]) + size))
    return marks


def _most(count: int) -> float:
    """Return how many runs a third as long a meter may have: one a quarter, two at least."""
    return max(2.0, count / _QUARTER_HOURS)


def _says(mark: Mark) -> Text:
    return Text(
        f"连续 {mark.hours} h 用量完全相同", f"shows one and the same amount for {mark.hours} h"
    )


DETECTOR = Detector(
    name="stuck",
    label=Text("卡死", "Stuck"),
    use=Use.CAUSAL,
    thresholds=(
        Threshold("least", _LEAST_HOURS, "h", "chosen: a quarter of a day"),
        Threshold(
            "unlikely",
            _UNLIKELY,
            "1",
            "chosen: natural logarithms, one in 7e10 if repeats came by chance",
        ),
        Threshold("part", _PART, "1", "chosen: what is longer than a third of it counts as alike"),
        Threshold(
            "quarter", _QUARTER_HOURS, "h", "chosen: runs a third as long come once in it at most"
        ),
        Threshold("rest_share", _REST_SHARE, "1", "chosen: who rests otherwise, too, is not stuck"),
        Threshold("rest", _REST_HOURS, "h", "a longer rest is told by the rule silent_or_flat"),
    ),
    needs=Text("四周实测小时。", "Four weeks of measured hours."),
    check=Text(
        "到现场看表计是否走字，检查脉冲线和采集设备是否重复发送旧值。",
        "See whether the register moves, and whether the device sends an old value again.",
    ),
    disproof=Text(
        "负荷确实恒定，例如只有一台定速设备。", "A load that is constant, such as one machine."
    ),
    codes=CODES,
    gate=may_judge,
    look=_look,
    says=_says,
)
