"""Readings that arrive late one by one, all by the same time: their clock is behind."""

import numpy as np

from analytics.check import Check, Checked, Severity, one_span
from analytics.rule import Threshold
from energy.span import SECOND_MS, Span
from energy.text import Text

_FEWEST = 6
_SHARE = 0.5
_SPREAD = 0.5
_PACE = 0.5
_MIDDLE = 10, 90


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    time, arrived = checked.read
    off = np.where(arrived > 0, arrived - time, 0)
    is_off = np.abs(off) > checked.meter.on_time_ms
    if np.count_nonzero(is_off) < _FEWEST:
        return []
    days = [places[is_off[places]] for places in checked.by_day(time) if _are_most(is_off[places])]
    return [
        (one_span(time[late]), len(late), _said(float(np.median(off[late]))))
        for late in days
        if _is_steady(off[late], time[late], arrived[late])
    ]


def _are_most(is_off: np.ndarray) -> bool:
    return int(is_off.sum()) >= max(_FEWEST, _SHARE * len(is_off))


def _is_steady(off: np.ndarray, time: np.ndarray, arrived: np.ndarray) -> bool:
    """Tell whether readings came in the time in which they were read, all as late."""
    if _width(off) > _SPREAD * abs(float(np.median(off))):
        return False
    # What was gathered for days and sent at once may be about as late, too: it came in no time.
    return _width(arrived) >= _PACE * _width(time)


def _width(numbers: np.ndarray) -> float:
    low, high = np.percentile(numbers, _MIDDLE)
    return float(high - low)


def _said(off_ms: float) -> Text:
    minutes = abs(off_ms) / (60 * SECOND_MS)
    behind = off_ms > 0
    zh, en = ("慢", "behind") if behind else ("快", "ahead")
    return Text(
        f"读数逐个到达，时标一律{zh} {minutes:.0f} 分钟。",
        f"Readings come one by one, all of them {minutes:.0f} min {en}.",
    )


CHECK = Check(
    name="time_tolerance",
    label=Text("时标是否与标准时间相符", "Do times agree with standard time?"),
    severity=Severity.WRONG,
    thresholds=(
        Threshold("fewest", _FEWEST, "1", "readings a day; chosen: fewer may be an outage"),
        Threshold("share", _SHARE, "1", "of the readings of the day; chosen: most"),
        Threshold("spread", _SPREAD, "1", "of the error, 80 % of them; chosen: a gateway gathers"),
        Threshold("pace", _PACE, "1", "of the time they were read in; chosen: no backlog"),
    ),
    look=_look,
)
