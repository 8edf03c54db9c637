"""Hours next to nothing at a meter that never rests."""

import numpy as np

from analytics.detector import CODES, Detector, Mark, Use
from analytics.hours import Hours
from analytics.rule import Code, Threshold
from analytics.spans import runs_of
from energy.text import Text

_SHARE = 0.2
_QUANTILE = 0.05
_LEAST_STEPS = 10
_OF_MEDIAN = 0.1
_MOST_HOURS = 7 * 24
_MOST_SHARE = 0.03


def _gate(hours: Hours) -> str:
    if hours.why_not:
        return hours.why_not
    quiet, middle = hours.quantile(_QUANTILE), hours.quantile(0.5)
    if quiet <= max(_LEAST_STEPS * hours.step, _OF_MEDIAN * middle):
        return "rests"
    low = int(np.searchsorted(hours.ordered, _SHARE * quiet))
    return "rests" if low > _MOST_SHARE * len(hours.ordered) else ""


def _look(hours: Hours) -> list[Mark]:
    quiet = hours.quantile(_QUANTILE)
    return [
        Mark(first, end, float(np.mean(hours.amount[first:end])) / quiet)
        for first, end in runs_of(hours.amount < _SHARE * quiet)
        if end - first <= _MOST_HOURS
    ]


def _says(mark: Mark) -> Text:
    return Text(
        f"用量跌至平时低位的 {mark.factor:.0%}",
        f"shows {mark.factor:.0%} of what its quietest hours use to be",
    )


DETECTOR = Detector(
    name="dip",
    label=Text("突降", "Dip"),
    use=Use.CAUSAL,
    thresholds=(
        Threshold("share", _SHARE, "1", "chosen: of the quantile; what never rests keeps more"),
        Threshold("quantile", _QUANTILE, "1", "chosen: eighteen days of a year may be faulty"),
        Threshold("steps", _LEAST_STEPS, "1", "chosen: register steps, or the cut decides"),
        Threshold("of_median", _OF_MEDIAN, "1", "chosen: who rests deeper shows zeros by nature"),
        Threshold("most", _MOST_HOURS, "h", "chosen: a week of it is a building that was closed"),
        Threshold("most_share", _MOST_SHARE, "1", "chosen: eleven days a year; more is a habit"),
    ),
    needs=Text(
        "四周实测小时；该计量点从不停用。",
        "Four weeks of measured hours of a meter that never rests.",
    ),
    check=Text(
        "问当时是否停电；若没有，检查互感器回路、脉冲线和采集设备。",
        "Ask whether the power was off; if not, check transformers, pulse line and device.",
    ),
    disproof=Text("当时确实停电或停用。", "A supply that was off at that time."),
    codes=(
        *CODES,
        Code("rests", "该计量点常有停用时段。", "The meter rests now and then."),
    ),
    gate=_gate,
    look=_look,
    says=_says,
)
