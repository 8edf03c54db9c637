"""Readings come as often as the registry says: else one of the two is wrong."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.rule import Threshold
from energy.span import SECOND_MS, Span
from energy.text import Text

_FEWEST = 4
_LONG, _SHORT = 1.5, 0.5
_SHARE_LONG, _SHARE_SHORT = 0.9, 0.5


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    time = checked.read.time
    nominal = checked.meter.interval_s * SECOND_MS
    passed = time[1:] - time[:-1]
    is_off = (passed > _LONG * nominal) | (passed < _SHORT * nominal)
    if np.count_nonzero(is_off) < _FEWEST * _SHARE_SHORT:
        return []
    day = checked.days.of(time)
    within = np.flatnonzero(np.diff(day) == 0)
    starts = np.flatnonzero(np.diff(day[within], prepend=-1))
    found = []
    for places in np.split(within, starts[1:]):
        said = _of_day(checked, passed[places] / nominal)
        if said is not None:
            span = Span(int(time[places[0]]), int(time[places[-1] + 1]))
            found.append((span, len(places), said))
    return found


def _of_day(checked: Checked, ratio: np.ndarray) -> Text | None:
    too_long = float((ratio > _LONG).mean()) if len(ratio) else 0.0
    too_short = float((ratio < _SHORT).mean()) if len(ratio) else 0.0
    if len(ratio) < _FEWEST or (too_long < _SHARE_LONG and too_short < _SHARE_SHORT):
        return None
    declared = checked.meter.interval_s / 60
    middle = float(np.median(ratio)) * declared
    return Text(
        f"读数间隔多为 {middle:.4g} 分钟，登记为 {declared:.4g} 分钟。",
        f"Readings come every {middle:.4g} min; the registry says {declared:.4g} min.",
    )


CHECK = Check(
    name="interval_size",
    label=Text("读数间隔是否与登记相符", "Do readings come as often as the registry says?"),
    severity=Severity.WRONG,
    thresholds=(
        Threshold("fewest", _FEWEST, "1", "intervals a day; chosen: fewer show no cadence"),
        Threshold("long", _LONG, "1", "times the nominal; as the ledger's normal cadence"),
        Threshold("share_long", _SHARE_LONG, "1", "of a day too long; chosen: losses leave more"),
        Threshold("short", _SHORT, "1", "times the nominal; chosen: jitter is less"),
        Threshold("share_short", _SHARE_SHORT, "1", "of a day too short; chosen: most"),
    ),
    look=_look,
)
