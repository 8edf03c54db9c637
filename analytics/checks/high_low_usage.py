"""A day far above all days of the weeks before it, or far below: the period against the before."""

import numpy as np

from analytics.check import Check, Checked, Severity
from analytics.ledger.rows import ROW
from analytics.ledger.wall import days_around, month_and_year
from analytics.rule import Threshold
from energy.kinds import KINDS
from energy.span import HOUR_MS, Span
from energy.text import Text

_TIMES = 2.0
_SHARE = 0.005
_RESTS = 0.002
_WEEKS = 12
_SKIPPED = 6
_FEWEST = 28
_WINDOW = 7 * _WEEKS
_REACH = _WINDOW + _SKIPPED
_BEFORE = np.arange(_WINDOW)
_DAY_HOURS = 24
_DAY_MS = _DAY_HOURS * HOUR_MS


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    start, end = checked.span.start, CHECK.spoken_of(checked).end
    # From the first of a month on: meters of one round ask from about the same day.
    since, _ = month_and_year(start - (_REACH + 1) * _DAY_MS, checked.timezone)
    rows = checked.days_since(since)
    if not len(rows):
        return []
    days = days_around(checked.timezone, since, int(rows.start[-1]))
    lasts, place = days.lasts_s, days.of(rows.start)
    covered = rows.field("measured_s") + rows.field("estimated_s")
    whole = rows.known[ROW["amount"]] & (covered >= lasts[place])
    used = np.full(len(lasts) + _REACH, np.nan)
    used[_REACH + place[whole]] = rows.field("amount")[whole]
    first, last = rows.start.searchsorted((start, end))
    asked = place[first:last][whole[first:last]]
    before = used[asked[:, None] + _BEFORE]
    enough = np.isfinite(before).sum(axis=1) >= _FEWEST
    asked, before = asked[enough], before[enough]
    odd = _is_odd(checked, used[_REACH + asked], before)
    return [
        _found(checked, days.start[day : day + 2].tolist(), used[_REACH + day], past)
        for day, past in zip(asked[odd], before[odd], strict=True)
    ]


def _is_odd(checked: Checked, used: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Tell which days are out of the band of the days before them. Shape (days,).

    Args:
        checked: The meter.
        used: Amount of each day [base units]. Shape (days,).
        before: Amounts of the days it is held to; NaN where not known. Shape (days, _WINDOW).
    """
    if not len(used):
        return np.zeros(0, dtype=bool)
    full = float(checked.meter.base_per_hour_max) * _DAY_HOURS
    least = _SHARE * full
    most, fewest = np.fmax.reduce(before, axis=1), np.fmin.reduce(before, axis=1)
    rests = _RESTS * full
    high = (used > _TIMES * most) & (used - most >= least)
    if high.any():  # the median, which costs the most, is asked of these few alone
        # What rested for the season has no band: heating begins, and that is all that it means.
        high[high] = np.nanmedian(before[high], axis=1) >= rests
    # A day of next to nothing is asked about by zero_consumption, and by the rule of silent meters.
    low = (used >= rests) & (_TIMES * used < fewest) & (fewest - used >= least)
    return np.asarray(high | low)


def _found(
    checked: Checked, day: list[int], used: float, before: np.ndarray
) -> tuple[Span, int, Text]:
    unit, per = checked.meter.display_unit, KINDS[checked.meter.kind].base_per_display
    said, low, high = (float(one) / per for one in (used, np.nanmin(before), np.nanmax(before)))
    known = int(np.isfinite(before).sum())
    evidence = Text(
        f"当日用量 {said:.4g} {unit}，此前 {known} 天每日为 {low:.4g} 至 {high:.4g} {unit}。",
        f"The day used {said:.4g} {unit}; {known} days before it used {low:.4g} to {high:.4g} "
        f"{unit} each.",
    )
    return Span(day[0], day[1]), 1, evidence


CHECK = Check(
    name="high_low_usage",
    label=Text(
        "当日用量是否远高于或远低于此前各日", "Is a day far above or below all days before it?"
    ),
    severity=Severity.LOOK,
    thresholds=(
        Threshold(
            "times", _TIMES, "1", "the highest day before, or below the lowest; chosen: most ratios"
        ),
        Threshold("weeks", _WEEKS, "1", "before; chosen: longer than any vacation"),
        Threshold("skipped", _SKIPPED, "d", "just before the day; chosen: told for a week"),
        Threshold("fewest", _FEWEST, "1", "of them known throughout; chosen: four of each weekday"),
        Threshold("share", _SHARE, "1", "of the greatest plausible day, out of the band; chosen"),
        Threshold(
            "rests",
            _RESTS,
            "1",
            "of it: a meter that uses less has no band, and a day of less is no low one; chosen",
        ),
    ),
    look=_look,
    reach_days=_REACH,
)
