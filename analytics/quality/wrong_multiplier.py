"""All hours of the day are so many times larger, or smaller, from one day on: a wrong multiplier.

What is switched on adds an amount, and so raises quiet hours by more times than busy ones; a ratio,
a pulse constant or a decimal multiplies all of them alike.
"""

import numpy as np

from analytics.detector import CODES, FLAT, IRREGULAR, Detector, Mark, Use
from analytics.hours import Hours
from analytics.medians import NORMAL, median_across
from analytics.rule import Threshold
from analytics.wording import number
from energy.text import Text

_LEAST_FACTOR = 1.5
_HOLD_DAYS = 14
_KNOWN_DAYS, _WORKDAYS = 7, 4
_ALIKE = 0.15
_BETTER = 0.5
_TENTHS = 2.563  # from the first to the last tenth of a normal distribution
_AT_ONCE = 0.7
_SPREADS = 4.0
_PATTERN = 0.4
_MOST_SPREAD = 0.5
_YEAR_DAYS, _SEASON_DAYS = 364, 28
_MOST_STEPS = 6


def _gate(hours: Hours) -> str:
    if hours.why_not:
        return hours.why_not
    if hours.spread > _MOST_SPREAD:
        return "irregular"
    by_hour = median_across(hours.table(_there(hours) - hours.around).T)
    by_hour = by_hour[np.isfinite(by_hour)]
    if not len(by_hour):
        return "flat"
    low, high = np.quantile(by_hour, (0.1, 0.9))
    return "flat" if high - low < _PATTERN else ""


def _there(hours: Hours) -> np.ndarray:
    """Return the logarithms of amounts that are more than next to nothing, which has no factor."""
    return np.where(hours.amount > hours.least, hours.log, np.nan)


def _look(hours: Hours) -> list[Mark]:
    there = _there(hours)
    # Less the pattern of the week, so that both sides may hold other days of it.
    table = hours.table(there - hours.week)
    level = median_across(table)
    rise = _rises(level)
    size = np.where(np.abs(rise) >= _least(level), np.abs(rise), 0.0)
    clear = size > 0
    steps: list[tuple[int, float]] = []
    while len(steps) < _MOST_STEPS and size.max() > 0:
        day = _sharpest(level, int(size.argmax()))
        size[max(day - _HOLD_DAYS, 0) : day + _HOLD_DAYS + 1] = 0.0
        step = _step(table, hours.table(hours.amount), hours.clock.off, day)
        if step and not _was_so_a_year_away(rise, clear, day):
            steps.append((day, step))
    return _marks(hours, sorted(steps))


def _rises(level: np.ndarray) -> np.ndarray:
    """Return by how much the two weeks from each day on are above the two before; 0.0 unknown."""
    padded = np.pad(level, _HOLD_DAYS, constant_values=np.nan)
    window = np.lib.stride_tricks.sliding_window_view(padded, _HOLD_DAYS)
    enough = np.isfinite(window).sum(axis=1) >= _KNOWN_DAYS
    median = np.where(enough, median_across(window), np.nan)
    return np.asarray(np.nan_to_num(median[_HOLD_DAYS:-1] - median[: -_HOLD_DAYS - 1]))


def _least(level: np.ndarray) -> float:
    """Return the least step that is clear: beside the usual change from one day to the next."""
    change = np.diff(level)
    known = change[np.isfinite(change)]
    daily = NORMAL * float(np.median(np.abs(known))) / np.sqrt(2) if len(known) else 0.0
    return max(float(np.log(_LEAST_FACTOR)), _SPREADS * daily)


def _sharpest(level: np.ndarray, near: int) -> int:
    """Return the day about ``near`` whose change from the day before is the largest."""
    days = np.arange(max(near - _HOLD_DAYS // 2, 1), min(near + _HOLD_DAYS // 2 + 1, len(level)))
    change = np.nan_to_num(np.abs(level[days] - level[days - 1]))
    return int(days[int(change.argmax())]) if change.any() else near


def _step(table: np.ndarray, amounts: np.ndarray, off: np.ndarray, day: int) -> float:
    """Return the logarithm of the factor of a day on; 0.0 where it is none, or not at once."""
    # Workdays alone: on days off all hours are quiet, and what is added raises them alike.
    work = np.flatnonzero(~off)
    before = work[(work >= day - _HOLD_DAYS) & (work < day)]
    after = work[(work >= day) & (work < day + _HOLD_DAYS)]
    known = np.isfinite(table)
    if min(known[before].sum(axis=0).min(), known[after].sum(axis=0).min()) < _WORKDAYS:
        return 0.0
    by_hour = median_across(table[after].T) - median_across(table[before].T)
    rise = float(np.median(by_hour))
    if abs(rise) < np.log(_LEAST_FACTOR) or _unlike(by_hour) > _ALIKE:
        return 0.0
    # An amount that is added raises all hours by as much, a factor by as many times.
    added = median_across(amounts[after].T) - median_across(amounts[before].T)
    if _unlike(by_hour) > _BETTER * _unlike(added):
        return 0.0
    near = [median_across(table[max(one, 0) : one + 3].reshape(1, -1))[0] for one in (day - 3, day)]
    return rise if abs(near[1] - near[0]) >= _AT_ONCE * abs(rise) else 0.0


def _unlike(by_hour: np.ndarray) -> float:
    """Return the spread over the hours of the day as a share of their median.

    From the first to the last tenth, in standard deviations of a normal distribution: a median of
    deviations would see nothing where more hours are night than day.
    """
    low, middle, high = np.quantile(by_hour, (0.1, 0.5, 0.9))
    return float((high - low) / _TENTHS / max(abs(middle), 1e-9))


def _was_so_a_year_away(rise: np.ndarray, clear: np.ndarray, day: int) -> bool:
    """Tell whether the level moved alike in the same season of the year before or after."""
    for year in (-_YEAR_DAYS, _YEAR_DAYS):
        low, high = day + year - _SEASON_DAYS, day + year + _SEASON_DAYS + 1
        there = slice(max(low, 0), max(high, 0))
        alike = rise[there] * np.sign(rise[day]) >= abs(rise[day]) / 2
        if (alike & clear[there]).any():
            return True
    return False


def _marks(hours: Hours, steps: list[tuple[int, float]]) -> list[Mark]:
    """Return a mark from each step to the one that takes it back, or to the newest hour."""
    marks: list[Mark] = []
    since: tuple[int, float] | None = None
    for day, size in steps:
        place = int(np.searchsorted(hours.clock.day, day))
        if since is None:
            since = place, size
        elif size * since[1] < 0:
            marks.append(Mark(since[0], place, float(np.exp(since[1]))))
            since = None
    if since is not None:
        marks.append(Mark(since[0], len(hours.amount), float(np.exp(since[1]))))
    return marks


def _says(mark: Mark) -> Text:
    times = number(mark.factor)
    return Text(
        f"昼夜各时段用量一律变为此前的 {times} 倍，像是倍率有误",
        f"shows {times} times the amounts of before in all hours of the day, as with a wrong "
        "multiplier",
    )


DETECTOR = Detector(
    name="wrong_multiplier",
    label=Text("倍率有误", "Wrong multiplier"),
    use=Use.FILTER,
    thresholds=(
        Threshold("least", _LEAST_FACTOR, "1", "chosen: ratios of transformers are further apart"),
        Threshold("hold", _HOLD_DAYS, "d", "two weeks on either side, each weekday twice"),
        Threshold("known", _KNOWN_DAYS, "d", "chosen: half of them, for the level"),
        Threshold("workdays", _WORKDAYS, "d", "chosen: of them, for each hour of the day"),
        Threshold("alike", _ALIKE, "1", "chosen: of the step; spread between the hours of the day"),
        Threshold("better", _BETTER, "1", "chosen: of that spread if an amount were added instead"),
        Threshold("at_once", _AT_ONCE, "1", "chosen: of the step, from three days to the next"),
        Threshold("spreads", _SPREADS, "1", "chosen: robust standard deviations of days"),
        Threshold(
            "pattern", _PATTERN, "1", "chosen: logarithm of busy over quiet hours, 1.5 times"
        ),
        Threshold("most_spread", _MOST_SPREAD, "1", "chosen: beyond it seasons look alike"),
        Threshold("season", _SEASON_DAYS, "d", "the same step at this season of another year"),
    ),
    needs=Text(
        "变化前后各两周实测，昼夜用量有差别。",
        "Two measured weeks before and after, and hours of the day that differ.",
    ),
    check=Text(
        "核对该日前后互感器、脉冲常数、小数位和登记表中的倍率是否变更。",
        "Were transformers, pulse constant, decimals or the ratio in the registry changed about "
        "that day?",
    ),
    disproof=Text(
        "负荷整体同比增减，例如同类设备成倍投用。",
        "A load that grew alike in all hours, such as twice as many of the same machines.",
    ),
    codes=(*CODES, IRREGULAR, FLAT),
    gate=_gate,
    look=_look,
    says=_says,
)
