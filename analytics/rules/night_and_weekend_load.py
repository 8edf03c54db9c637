"""Nights or weekends that use nearly as much as working hours: nothing is set back."""

import numpy as np

from analytics.clock import Clock
from analytics.daytime import WEEK_DAYS, DayLoads, day_loads
from analytics.rule import Code, Evidence, Rule, Threshold
from analytics.setback import (
    FEWEST_WORKDAYS,
    PAST_DAYS,
    SEASON_SPREAD,
    SETBACK_SHARE,
    Waste,
    waste_above_setback,
)
from analytics.step import HOLD_DAYS, SEASON_SLACK_DAYS, YEAR_DAYS
from analytics.wording import cost_en, cost_zh, day, energy_en, energy_zh, number, percent
from energy.finding import Finding, Stream

_DAYTIME_CATEGORIES = ("government", "school")
_FEWEST_OFF_DAYS = 4
_QUIET_SHARE = 0.5
_QUIET_SHARE_HVAC = 0.2
_EVENING_SHARE = 1.15
_NIGHT_SHARE = 0.7
_OFF_SHARE = 0.8
_RESTED_SHARE = 0.55
_LEAST_KWH = 500.0
_WINDOW_DAYS = 28
_LEAST_COVERAGE = 0.8


def _days(evidence: Evidence, amount: np.ndarray) -> DayLoads:
    quiet = _QUIET_SHARE_HVAC if evidence.meter.item.startswith("B") else _QUIET_SHARE
    return day_loads(amount, evidence.clock, quiet_share=quiet)


def _first_recent(clock: Clock) -> int:
    return max(clock.days - 1 - _WINDOW_DAYS, 0)


def _recent(clock: Clock) -> np.ndarray:
    """Tell which days are of the last four weeks; the day that is not over is not."""
    recent = np.zeros(clock.days, bool)
    recent[_first_recent(clock) : clock.days - 1] = True
    return recent


def _gate(evidence: Evidence) -> str:
    if evidence.meter.kind != "electricity" or evidence.meter.item.startswith("D"):
        return "no_daytime_pattern_expected"
    days = _days(evidence, evidence.amount)
    lacking = _lacking(evidence, days)
    if lacking:
        return lacking
    # A sub-meter follows the people of its building: its main knows when they are there.
    above = days if evidence.main is None else _days(evidence, evidence.main)
    if _is_busier_in_the_evening(days) or _is_busier_in_the_evening(above):
        return "busier_in_the_evening"
    return ""


def _lacking(evidence: Evidence, days: DayLoads) -> str:
    """Return the code of what the last four weeks lack; "" when they are enough."""
    recent = _recent(evidence.clock)
    if evidence.coverage(from_day=_first_recent(evidence.clock)) < _LEAST_COVERAGE:
        return "too_little_measured"
    if _is_constant(evidence.amount[recent[evidence.clock.day]]):
        return "never_changes"
    if (days.occupied & recent).sum() < FEWEST_WORKDAYS:
        return "few_ordinary_workdays"
    if np.isfinite(days.off[recent]).sum() < _FEWEST_OFF_DAYS:
        return "few_off_days"
    return ""


def _is_constant(amount: np.ndarray) -> bool:
    known = amount[np.isfinite(amount)]
    return len(known) > 0 and float(known.min()) == float(known.max())


def _is_busier_in_the_evening(days: DayLoads) -> bool:
    """Tell whether the whole past says so: who the building is for does not change in weeks."""
    known = days.occupied & np.isfinite(days.evening) & np.isfinite(days.work)
    if not known.any():
        return False
    evening, work = np.median(days.evening[known]), np.median(days.work[known])
    return bool(evening > _EVENING_SHARE * work)


def _rested(evidence: Evidence, ratio: np.ndarray) -> bool:
    """Tell whether a rest is to be expected: by its use, or because it rested before."""
    if evidence.category in _DAYTIME_CATEGORIES:
        return True
    known = ratio[np.isfinite(ratio)]
    return len(known) >= PAST_DAYS and float(np.quantile(known, 0.1)) <= _RESTED_SHARE


def _shares(evidence: Evidence, days: DayLoads) -> tuple[float, float]:
    """Return night and off-day load as shares of working hours; 0 where no rest is expected."""
    occupied, recent = days.occupied, _recent(evidence.clock)
    work = float(np.median(days.work[occupied & recent]))
    nightly = np.where(occupied, days.night, np.nan)[recent]
    ratio = np.where(occupied, days.night / np.maximum(days.work, 1e-9), np.nan)
    expected = _rested(evidence, ratio)
    night = float(np.nanmedian(nightly)) / work if expected and np.isfinite(nightly).any() else 0.0
    open_daily = evidence.category not in _DAYTIME_CATEGORIES
    off = 0.0 if open_daily else float(np.nanmedian(days.off[recent])) / work
    return night, off


def _since(days: DayLoads, *, work: float, night_fires: bool) -> int:
    """Return the first day of the run of weeks, back from the newest, that show the same."""
    series = days.night if night_fires else days.off
    level = (_NIGHT_SHARE if night_fires else _OFF_SHARE) * work * 0.9
    end = len(series) - 1
    since = end
    while since > 0:
        week = series[max(since - WEEK_DAYS, 0) : since]
        known = week[np.isfinite(week)]
        if len(known) and float(np.median(known)) < level:
            break
        since = max(since - WEEK_DAYS, 0)
    known_days = np.flatnonzero(np.isfinite(series))
    return max(since, int(known_days[0]))


def _is_too_short(days: DayLoads, since: int) -> bool:
    return len(days.work) - 1 - since < HOLD_DAYS


def _was_so_a_year_before(days: DayLoads, since: int, *, night_fires: bool) -> bool:
    """Tell whether the same began in the same season a year before: then it is the season.

    Where it never stopped since then it is no season.
    """
    count = len(days.work)
    low, high = since - YEAR_DAYS, count - YEAR_DAYS
    if low < 0 or since <= count - YEAR_DAYS:
        return False
    around = slice(max(low - SEASON_SLACK_DAYS, 0), high + SEASON_SLACK_DAYS)
    work = days.work[around][days.occupied[around]]
    series = (days.night if night_fires else days.off)[low:high]
    known = series[np.isfinite(series)]
    if len(work) < FEWEST_WORKDAYS or len(known) < _FEWEST_OFF_DAYS:
        return False
    level = _NIGHT_SHARE if night_fires else _OFF_SHARE
    return bool(np.median(known) >= level * 0.9 * np.median(work))


def _look(evidence: Evidence) -> list[Finding]:
    days = _days(evidence, evidence.amount)
    work = float(np.median(days.work[days.occupied & _recent(evidence.clock)]))
    night, off = _shares(evidence, days)
    by_night, by_off = night >= _NIGHT_SHARE, off >= _OFF_SHARE
    if not (by_night or by_off):
        return []
    since = _since(days, work=work, night_fires=by_night)
    if _is_too_short(days, since) or _was_so_a_year_before(days, since, night_fires=by_night):
        return []
    waste = waste_above_setback(
        evidence.amount,
        evidence.clock,
        days,
        since=since,
        work=work,
        night=by_night,
        off=by_off,
    )
    if waste.base / evidence.per_display < _LEAST_KWH:
        return []
    return [_finding(evidence, since, work=work, night=night, off=off, waste=waste)]


def _finding(
    evidence: Evidence, since: int, *, work: float, night: float, off: float, waste: Waste
) -> Finding:
    cost = evidence.micro_yuan(waste.base, hours=waste.hours)
    per, clock = evidence.per_display, evidence.clock
    zh, en = _parts(evidence, work=work, night=night, off=off)
    amounts = {"base": waste.base, "low": waste.low, "high": waste.high}
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=evidence.meter.meter,
        stream=Stream.WASTE,
        start=int(clock.day_start[since]),
        end=clock.end,
        goes_on=True,
        sentence_zh=f"{evidence.meter.name_zh}自 {day(clock, since)} 起{zh}，工作时段为 "
        f"{number(work / per)} kW：没有按作息降负荷。{energy_zh(evidence, **amounts)}，"
        f"{cost_zh(cost)}。",
        sentence_en=f"{evidence.meter.name_en} since {day(clock, since)}: {en}, against "
        f"{number(work / per)} kW in working hours: nothing is set back. "
        f"{energy_en(evidence, **amounts)}, {cost_en(cost)}.",
        check_zh="核对空调、照明和风机的时间表；夜间 22 点后和周末到现场看哪些设备仍在运行。",
        check_en="Check the schedules of HVAC, lighting and fans; walk the building after 22:00 "
        "and on a weekend and list what still runs.",
        base_per_year=round(waste.base),
        low=round(waste.low),
        high=round(waste.high),
        micro_yuan_per_year=cost,
        coverage=evidence.coverage(from_day=since),
        evidence={
            "work_kw": work / per,
            "night_kw": night * work / per,
            "off_day_kw": off * work / per,
            "night_share": night,
            "off_day_share": off,
        },
    )


def _parts(evidence: Evidence, *, work: float, night: float, off: float) -> tuple[str, str]:
    """Return the parts of the sentence that fire, in Chinese and English."""
    kw = work / evidence.per_display
    zh, en = [], []
    if night >= _NIGHT_SHARE:
        zh.append(f"夜间（0 至 5 时）{number(night * kw)} kW（{percent(night)}）")
        en.append(f"{number(night * kw)} kW from 00:00 to 05:00 ({percent(night)})")
    if off >= _OFF_SHARE:
        zh.append(f"周末和节假日白天 {number(off * kw)} kW（{percent(off)}）")
        en.append(f"{number(off * kw)} kW on weekend and holiday days ({percent(off)})")
    return "、".join(zh), " and ".join(en)


RULE = Rule(
    name="night_and_weekend_load",
    version=1,
    label_zh="夜间和周末不降负荷",
    label_en="No night or weekend setback",
    stream=Stream.WASTE,
    thresholds=(
        Threshold(
            "night_share",
            _NIGHT_SHARE,
            "1",
            "chosen: offices that rest stay under half of their working-hours load; 0.7 leaves "
            "room for servers and emergency lighting",
        ),
        Threshold(
            "off_day_share",
            _OFF_SHARE,
            "1",
            "chosen above the night's: some people work on weekends, and daylight is no help",
        ),
        Threshold(
            "setback_share",
            SETBACK_SHARE,
            "1",
            "chosen: the attainable setback where the meter's own past shows none; above what "
            "resting offices reach, so that the waste is rather too small",
        ),
        Threshold(
            "rested_share",
            _RESTED_SHARE,
            "1",
            "chosen: where the use does not promise a rest, a tenth of the nights must have "
            "shown one",
        ),
        Threshold(
            "evening_share",
            _EVENING_SHARE,
            "1",
            "chosen: who uses more in the evening than in working hours has no daytime pattern",
        ),
        Threshold(
            "quiet_share",
            _QUIET_SHARE,
            "1",
            "chosen: a workday under half of an ordinary one is a vacation or idle plant",
        ),
        Threshold(
            "quiet_share_hvac",
            _QUIET_SHARE_HVAC,
            "1",
            "chosen: cooling makes a summer workday several times one of spring",
        ),
        Threshold("hold", HOLD_DAYS, "d", "two weeks: a working weekend is no habit"),
        Threshold(
            "window",
            _WINDOW_DAYS,
            "d",
            "chosen: four weeks, so that medians move within two or three, and a season hardly",
        ),
        Threshold("least", _LEAST_KWH, "kWh/a", "chosen: less is not worth a walk"),
        Threshold(
            "season_spread",
            SEASON_SPREAD,
            "1",
            "chosen: standard deviation of a season's waste around the year's mean",
        ),
    ),
    needs="Electricity, four weeks with at least 80 % of the hours measured, in them 10 ordinary "
    "workdays and 4 days off.",
    disproof="A list of what must run at night that adds up to the night load.",
    codes=(
        Code(
            "no_daytime_pattern_expected",
            "该计量点不要求昼夜规律。",
            "No daytime pattern is expected of this meter.",
        ),
        Code(
            "never_changes",
            "近四周读数毫无变化，属于数据问题。",
            "The last four weeks never change, which is a matter of data.",
        ),
        Code(
            "too_little_measured",
            "近四周实测小时不足 80 %。",
            "Less than 80 % of the last four weeks was measured.",
        ),
        Code(
            "few_ordinary_workdays",
            "近四周正常工作日不足 10 天。",
            "The last four weeks hold fewer than 10 ordinary workdays.",
        ),
        Code(
            "few_off_days",
            "近四周休息日不足 4 天。",
            "The last four weeks hold fewer than 4 days off.",
        ),
        Code(
            "busier_in_the_evening",
            "晚间用量高于工作时段。",
            "The evenings use more than the working hours.",
        ),
    ),
    gate=_gate,
    look=_look,
    memory_days=HOLD_DAYS,
)
