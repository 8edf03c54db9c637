"""A night load that rose from one day to the next and stayed: something is left running."""

import numpy as np

from analytics.clock import daily_mean
from analytics.daytime import FEWEST_HOURS, is_night, is_open
from analytics.rule import YEAR_HOURS, Z80, Code, Evidence, Rule, Threshold
from analytics.step import (
    HOLD_DAYS,
    Levels,
    Step,
    is_above_all_before,
    is_seasonal,
    levels_of,
    steps_of,
)
from analytics.wording import cost_en, cost_zh, day, energy_en, energy_zh, number, percent
from energy.finding import Finding, Stream

_SHARE = 0.2
_SPREADS = 3.0
_LEAST_KWH = 500.0
_FEWEST_DAYS = 70
_PAST_DAYS = 180
_FEWEST_WORKDAYS = 5
_DAYS_APART = 7
_SEASON_SPREAD = 0.1


def _nights(evidence: Evidence) -> np.ndarray:
    clock = evidence.clock
    return daily_mean(evidence.amount, clock, hours=is_night(clock), at_least=FEWEST_HOURS)


def _gate(evidence: Evidence) -> str:
    if evidence.meter.kind != "electricity":
        return "follows_the_weather"
    if np.isfinite(_nights(evidence)).sum() < _FEWEST_DAYS:
        return "few_days"
    return ""


def _is_waste(evidence: Evidence, levels: Levels, step: Step) -> bool:
    seasonal = is_seasonal(levels, step)
    if seasonal is None:
        # Without the same season a year before only a level above all others may count, and
        # never for HVAC, which meets a season for the first time.
        higher = is_above_all_before(levels, step, least_days=_PAST_DAYS)
        return bool(higher) and evidence.meter.item.startswith(("A", "C", "D"))
    return not seasonal


def _look(evidence: Evidence) -> list[Finding]:
    levels = levels_of(_nights(evidence))
    absolute = _LEAST_KWH * evidence.per_display / YEAR_HOURS
    least = np.maximum(_SHARE * levels.before, absolute)
    found = [
        step
        for step in steps_of(levels, least=least, least_spreads=_SPREADS)
        if _is_waste(evidence, levels, step)
    ]
    # What goes on matters more than what is over; of these the greater.
    best = max(found, key=lambda step: (step.goes_on, step.size), default=None)
    return [] if best is None else [_finding(evidence, levels, best)]


def _half_width(levels: Levels, step: Step) -> float:
    """Return half of the 80 % interval of the step [base units an hour].

    Standard errors of both medians, with days counted as independent only a week apart, and a
    tenth of the step for what no year has shown yet.
    """
    value = levels.value
    before = np.isfinite(value[max(step.day - 42, 0) : step.day]).sum() / _DAYS_APART
    after = np.isfinite(value[step.day : step.last + 1]).sum() / _DAYS_APART
    error = step.spread * 1.2533 * np.sqrt(1 / max(before, 1) + 1 / max(after, 1))
    return Z80 * float(np.hypot(error, _SEASON_SPREAD * step.size))


def _raised_hours(evidence: Evidence, step: Step) -> np.ndarray:
    """Return the hours in which the load rose: all, or all but the working hours. Shape (n,).

    Compared are the workdays of two weeks before and after the step, which share a season. Only
    when they say clearly that the working hours did not rise are these left out.
    """
    clock = evidence.clock
    working = ~clock.off_hour & is_open(clock)
    daily = daily_mean(evidence.amount, clock, hours=working, at_least=FEWEST_HOURS)
    before = daily[max(step.day - HOLD_DAYS, 0) : step.day]
    after = daily[step.day : step.day + HOLD_DAYS]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    everywhere = np.ones(len(clock.start), bool)
    if min(len(before), len(after)) < _FEWEST_WORKDAYS:
        return everywhere
    rise = float(np.median(after) - np.median(before))
    error = float(np.hypot(before.std() / len(before) ** 0.5, after.std() / len(after) ** 0.5))
    unchanged = rise < step.size / 2 and rise + Z80 * error < step.size
    return ~working if unchanged else everywhere


def _finding(evidence: Evidence, levels: Levels, step: Step) -> Finding:
    clock, per, name = evidence.clock, evidence.per_display, evidence.meter
    half = _half_width(levels, step)
    hours = _raised_hours(evidence, step)
    hours_a_year = YEAR_HOURS * float(hours.mean())
    low, high = max(step.size - half, 0.0) * hours_a_year, (step.size + half) * hours_a_year
    base = step.size * hours_a_year
    cost = evidence.micro_yuan(base, hours=hours)
    nights = int(np.isfinite(levels.value[step.day : step.last + 1]).sum())
    since, share = day(clock, step.day), percent(step.size / max(step.before, 1e-9))
    kw_before, kw_after = number(step.before / per), number(step.after / per)
    seen = is_seasonal(levels, step) is not None
    unlike_zh = "上年同期没有" if seen else "高于此前任何时候"
    unlike_en = "unlike the year before" if seen else "above all that was seen before"
    until_zh = "" if step.goes_on else f"至 {day(clock, step.last)}"
    until_en = "" if step.goes_on else f" until {day(clock, step.last)}"
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=name.meter,
        stream=Stream.WASTE,
        start=int(clock.day_start[step.day]),
        end=int(clock.day_start[step.last + 1]),
        goes_on=step.goes_on,
        sentence_zh=f"{name.name_zh}夜间（0 至 5 时）负荷自 {since} 起{until_zh}升至 "
        f"{kw_after} kW，此前为 {kw_before} kW（{nights} 夜，上升 {share}），{unlike_zh}。"
        f"{energy_zh(evidence, base=base, low=low, high=high)}，{cost_zh(cost)}。",
        sentence_en=f"{name.name_en} runs at {kw_after} kW from 00:00 to 05:00 since {since}"
        f"{until_en}; before that {kw_before} kW (n={nights} nights, {share} more), "
        f"{unlike_en}. {energy_en(evidence, base=base, low=low, high=high)}, {cost_en(cost)}.",
        check_zh=f"查 {since} 前后新增或改动的设备：水泵、风机、机房空调、伴热、充电；"
        "夜间逐路断电查找。",
        check_en=f"Look for what was added or changed around {since}: pumps, fans, server-room "
        "cooling, trace heating, chargers; find it at night circuit by circuit.",
        base_per_year=round(base),
        low=round(low),
        high=round(high),
        micro_yuan_per_year=cost,
        coverage=evidence.coverage(from_day=step.day),
        evidence={
            "before_kw": step.before / per,
            "after_kw": step.after / per,
            "nights": float(nights),
            "hours_a_year": hours_a_year,
        },
    )


RULE = Rule(
    name="level_shift",
    version=1,
    label_zh="夜间基础负荷突升",
    label_en="Step of the night load",
    stream=Stream.WASTE,
    thresholds=(
        Threshold("share", _SHARE, "1", "chosen: a fifth of the night load before"),
        Threshold(
            "spreads",
            _SPREADS,
            "1",
            "chosen: three robust standard deviations of the nights around their level",
        ),
        Threshold(
            "hold", HOLD_DAYS, "d", "two weeks: no holiday and no illness of a controller is longer"
        ),
        Threshold("least", _LEAST_KWH, "kWh/a", "chosen: less is not worth a walk"),
        Threshold(
            "season_slack",
            28,
            "d",
            "the Spring Festival moves by up to four weeks against the solar year",
        ),
        Threshold(
            "past", _PAST_DAYS, "d", "chosen: half a year, where no year before can be compared"
        ),
    ),
    needs="Electricity, 70 measured nights, two weeks on the new level, and the same season a year "
    "before; without that year half a year of nights and a meter that no weather moves.",
    disproof="A new use that was wanted and runs day and night.",
    codes=(
        Code(
            "follows_the_weather",
            "该能源随天气变化，夜间水平不能说明浪费。",
            "This kind follows the weather; its night level says nothing about waste.",
        ),
        Code("few_days", "实测夜晚不足 70 个。", "Fewer than 70 nights were measured."),
    ),
    gate=_gate,
    look=_look,
    memory_days=HOLD_DAYS,
)
