"""Water that runs in the quietest hour of the night since some day: a leak."""

import numpy as np

from analytics.daytime import FEWEST_HOURS, is_night
from analytics.rule import YEAR_HOURS, Z80, Code, Evidence, Rule, Threshold
from analytics.step import HOLD_DAYS, Levels, Step, is_seasonal, levels_of, steps_of
from analytics.wording import cost_en, cost_zh, day, energy_en, energy_zh, number
from energy.finding import Finding, Stream

_SHARE = 0.5
_SPREADS = 3.0
_LEAST_L_PER_H = 20.0
_FEWEST_DAYS = 70
_DAYS_APART = 7
_MODEL_SPREAD = 0.1


def _least_flow(evidence: Evidence) -> np.ndarray:
    """Return the least hourly amount between 0:00 and 5:00 of each day [L]; NaN when unknown."""
    clock = evidence.clock
    night = is_night(clock) & np.isfinite(evidence.amount)
    count = np.bincount(clock.day[night], minlength=clock.days)
    least = np.full(clock.days, np.inf)
    np.minimum.at(least, clock.day[night], evidence.amount[night])
    return np.where(count >= FEWEST_HOURS, least, np.nan)


def _gate(evidence: Evidence) -> str:
    if evidence.meter.kind != "water":
        return "no_water"
    if np.isfinite(_least_flow(evidence)).sum() < _FEWEST_DAYS:
        return "few_days"
    return ""


def _look(evidence: Evidence) -> list[Finding]:
    levels = levels_of(_least_flow(evidence))
    step_l = float(evidence.meter.base_per_step)
    # One step of the register an hour is what the register cannot tell from nothing.
    least = np.maximum(_SHARE * levels.before, max(_LEAST_L_PER_H, 2 * step_l))
    found = [
        step
        for step in steps_of(levels, least=least, least_spreads=_SPREADS)
        if not is_seasonal(levels, step)
    ]
    best = max(found, key=lambda step: (step.goes_on, step.size), default=None)
    return [] if best is None else [_finding(evidence, levels, best)]


def _half_width(levels: Levels, step: Step) -> float:
    days = np.isfinite(levels.value[step.day : step.last + 1]).sum() / _DAYS_APART
    error = step.spread * 1.2533 * np.sqrt(1 / 6 + 1 / max(days, 1))
    return Z80 * float(np.hypot(error, _MODEL_SPREAD * step.size))


def _finding(evidence: Evidence, levels: Levels, step: Step) -> Finding:
    clock, meter = evidence.clock, evidence.meter
    half = _half_width(levels, step)
    base = step.size * YEAR_HOURS
    low, high = max(step.size - half, 0.0) * YEAR_HOURS, (step.size + half) * YEAR_HOURS
    cost = evidence.micro_yuan(base, hours=np.ones(len(clock.start), bool))
    since = day(clock, step.day)
    until_zh = "" if step.goes_on else f"至 {day(clock, step.last)}"
    until_en = "" if step.goes_on else f" until {day(clock, step.last)}"
    before, after = number(step.before), number(step.after)
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=meter.meter,
        stream=Stream.WASTE,
        start=int(clock.day_start[step.day]),
        end=int(clock.day_start[step.last + 1]),
        goes_on=step.goes_on,
        sentence_zh=f"{meter.name_zh}自 {since} 起{until_zh}夜间最小流量由 {before} L/h 升至 "
        f"{after} L/h，疑似漏水。{energy_zh(evidence, base=base, low=low, high=high)}，"
        f"{cost_zh(cost)}。",
        sentence_en=f"{meter.name_en}: since {since}{until_en} the least flow of the night is "
        f"{after} L/h, before that {before} L/h; a leak is likely. "
        f"{energy_en(evidence, base=base, low=low, high=high)}, {cost_en(cost)}.",
        check_zh="夜间关闭末端用水后读水表；依次关分区阀门，检查便器水箱、浮球阀和埋地管道。",
        check_en="Read the meter at night with all taps closed; close zone valves one by one; "
        "look at cisterns, float valves and buried pipes.",
        base_per_year=round(base),
        low=round(low),
        high=round(high),
        micro_yuan_per_year=cost,
        coverage=evidence.coverage(from_day=step.day),
        evidence={"before_l_per_h": step.before, "after_l_per_h": step.after},
    )


RULE = Rule(
    name="water_night_flow",
    version=1,
    label_zh="夜间最小流量升高（漏水）",
    label_en="Water runs through the night",
    stream=Stream.WASTE,
    thresholds=(
        Threshold("share", _SHARE, "1", "chosen: half of the least flow before"),
        Threshold(
            "least",
            _LEAST_L_PER_H,
            "L/h",
            "chosen: about one running cistern; less drowns in the register's step",
        ),
        Threshold("spreads", _SPREADS, "1", "chosen: three robust standard deviations"),
        Threshold("hold", HOLD_DAYS, "d", "two weeks: no night work is longer"),
    ),
    needs="Water, 70 nights with at least 4 of the 5 hours after midnight measured.",
    disproof="A use that was wanted and runs all night, such as cooling-tower make-up.",
    codes=(
        Code("no_water", "不是水表。", "It is not a water meter."),
        Code("few_days", "实测夜晚不足 70 个。", "Fewer than 70 nights were measured."),
    ),
    gate=_gate,
    look=_look,
    memory_days=HOLD_DAYS,
)
