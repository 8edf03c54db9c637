"""Days whose pattern stands hours too early or too late: the clock of the meter was wrong."""

import numpy as np

from analytics.detector import CODES, FLAT, Detector, Mark, Use
from analytics.hours import Hours
from analytics.medians import median_across
from analytics.rule import Threshold
from energy.text import Text

_LEAST_HOURS = 2
_SAME_HOURS, _APART_DAYS = 1, 4
_LIKE = 0.85
_GAIN = 0.4
_LEAST_DAYS = 5
_FEWEST_WORKDAYS = 20
_PATTERN = 0.25
_DAY = 24
_HALF_DAY = 12


def _workdays(hours: Hours) -> np.ndarray:
    """Return the logarithms of workdays that were measured throughout, less their mean, by 24."""
    table = hours.table(hours.log)
    table[hours.clock.off] = np.nan
    return np.asarray(table - table.mean(axis=1, keepdims=True))


def _gate(hours: Hours) -> str:
    if hours.why_not:
        return hours.why_not
    days = _workdays(hours)
    if np.isfinite(days).all(axis=1).sum() < _FEWEST_WORKDAYS:
        return "few_hours"
    low, high = np.quantile(median_across(days.T), (0.1, 0.9))
    return "flat" if high - low < _PATTERN else ""


def _shifts(hours: Hours) -> np.ndarray:
    """Return by how many hours each day is behind the usual day; NaN where nobody can tell.

    Correlation with the median workday turned by each number of hours; a day is off where the best
    turn is LIKE it and by GAIN more than no turn.
    """
    days = _workdays(hours)
    usual = median_across(days.T)
    usual = usual - usual.mean()
    # Row s is the usual day that happens s hours later.
    turned = usual[(np.arange(_DAY) - np.arange(_DAY)[:, None]) % _DAY]
    size = np.linalg.norm(days, axis=1) * np.linalg.norm(usual)
    like = days @ turned.T / np.where(size > 0, size, np.nan)[:, None]
    known = np.isfinite(like).all(axis=1)
    best = np.zeros(len(days), np.int64)
    best[known] = like[known].argmax(axis=1)
    top = like[np.arange(len(days)), best]
    is_off = (top >= _LIKE) & (top - like[:, 0] >= _GAIN)
    shift = (best + _HALF_DAY) % _DAY - _HALF_DAY
    is_off &= np.abs(shift) >= _LEAST_HOURS
    # A day like no turn, such as the first one after a weekend, says nothing either way.
    is_right = ~is_off & (like[:, 0] >= _LIKE)
    return np.where(is_off, shift, np.where(is_right, 0.0, np.nan))


def _look(hours: Hours) -> list[Mark]:
    shift = _shifts(hours)
    told = np.flatnonzero(np.isfinite(shift))
    values = shift[told]
    parts = (np.abs(np.diff(values)) > _SAME_HOURS) | np.diff(values != 0)
    parts |= np.diff(told) > _APART_DAYS
    cuts = np.flatnonzero(parts) + 1
    marks = []
    for days in np.split(told, cuts):
        if len(days) >= _LEAST_DAYS and shift[days[0]]:
            first, end = np.searchsorted(hours.clock.day, (days[0], days[-1] + 1)).tolist()
            # A pattern that comes later by the clock is of a clock that is ahead.
            marks.append(Mark(first, end, -float(np.median(shift[days]))))
    return marks


def _says(mark: Mark) -> Text:
    size = round(abs(mark.factor))
    behind = mark.factor > 0
    return Text(
        f"日用量曲线整体{'提前' if behind else '推后'} {size} h，像是时钟"
        f"{'慢' if behind else '快'}了",
        f"has its days {size} h {'earlier' if behind else 'later'} than they use to be, as with a "
        f"clock that is {'behind' if behind else 'ahead'}",
    )


DETECTOR = Detector(
    name="clock",
    label=Text("时间错位", "Shifted in time"),
    use=Use.FILTER,
    thresholds=(
        Threshold("least", _LEAST_HOURS, "h", "chosen: one hour is also a summer timetable"),
        Threshold("same", _SAME_HOURS, "h", "chosen: from day to day, as the pattern varies"),
        Threshold("apart", _APART_DAYS, "d", "chosen: a weekend and a day that says nothing"),
        Threshold("like", _LIKE, "1", "chosen: correlation with the usual day, turned"),
        Threshold("gain", _GAIN, "1", "chosen: more than the day as it stands has"),
        Threshold("days", _LEAST_DAYS, "d", "chosen: a working week, all turned alike"),
        Threshold("fewest", _FEWEST_WORKDAYS, "d", "chosen: four weeks, to know the usual day"),
        Threshold(
            "pattern", _PATTERN, "1", "chosen: logarithm of busy over quiet hours, 1.3 times"
        ),
    ),
    needs=Text(
        "四周完整实测的工作日，昼夜用量有差别。",
        "Four weeks of workdays measured throughout, and hours of the day that differ.",
    ),
    check=Text(
        "核对采集设备或导入文件的时区和时钟；对照规则 device_clock。",
        "Compare clock and time zone of the device or of the imported file; see the rule "
        "device_clock.",
    ),
    disproof=Text("作息时间当时确有调整。", "Working hours that were moved for that time."),
    codes=(*CODES, FLAT),
    gate=_gate,
    look=_look,
    says=_says,
)
