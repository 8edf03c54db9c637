"""A few hours far above all that the meter usually shows."""

import numpy as np

from analytics.detector import CODES, Detector, Mark, Use
from analytics.hours import Hours
from analytics.rule import Code, Threshold
from analytics.spans import runs_of
from energy.text import Text

_TIMES = 3.0
_QUANTILE = 0.995
_MOST_HOURS = 3
_LEAST_STEPS = 10
_IN_USE = 0.5


def _gate(hours: Hours) -> str:
    if hours.why_not:
        return hours.why_not
    return "" if hours.quantile(1 - _IN_USE) > 0 else "seldom_used"


def _look(hours: Hours) -> list[Mark]:
    top = hours.quantile(_QUANTILE)
    if top <= 0:
        return []
    above = hours.amount > _TIMES * max(top, _LEAST_STEPS * hours.step)
    return [
        Mark(first, end, float(np.nanmax(hours.amount[first:end])) / top)
        for first, end in runs_of(above)
        if end - first <= _MOST_HOURS
    ]


def _says(mark: Mark) -> Text:
    return Text(
        f"用量突增至平时高位的 {mark.factor:.3g} 倍",
        f"shows {mark.factor:.3g} times what its highest hours use to be",
    )


DETECTOR = Detector(
    name="spike",
    label=Text("突增", "Spike"),
    use=Use.FILTER,
    thresholds=(
        Threshold("times", _TIMES, "1", "chosen: of the quantile; no load grows so for hours"),
        Threshold("quantile", _QUANTILE, "1", "chosen: the 44 highest hours of a year lie above"),
        Threshold("most", _MOST_HOURS, "h", "chosen: what lasts longer is a load or a unit slip"),
        Threshold("steps", _LEAST_STEPS, "1", "chosen: register steps, or the cut decides"),
        Threshold("in_use", _IN_USE, "1", "chosen: who rests most of the time has rare uses"),
    ),
    needs=Text(
        "四周实测小时，其中至少一半用量大于零。",
        "Four weeks of measured hours, half of them with an amount above zero.",
    ),
    check=Text(
        "看该小时前后的读数：是否补计了此前的缺测，或设备重启后跳变。",
        "Look at the readings around: does the hour hold what was missing before, or did the "
        "device start anew?",
    ),
    disproof=Text("当时确有大负荷试运行。", "A large load that was tried at that time."),
    codes=(
        *CODES,
        Code("seldom_used", "大部分小时用量为零。", "Most hours use nothing."),
    ),
    gate=_gate,
    look=_look,
    says=_says,
)
