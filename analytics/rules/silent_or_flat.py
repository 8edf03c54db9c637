"""A meter that says nothing, or the same for longer than it ever did: data are lost."""

from dataclasses import dataclass

import numpy as np

from analytics.rule import Code, Evidence, Rule, Threshold
from analytics.wording import number
from energy.finding import Finding, Stream
from energy.span import HOUR_MS, SECOND_MS, from_ms

_INTERVALS = 6
_SILENT_HOURS = 6
_FLAT_HOURS = 48
_TIMES_LONGEST = 3.0
_FEWEST_HOURS = 24 * 28
_YEAR_HOURS = 364 * 24
_RUN_HOURS = 24
_SEASONAL_KINDS = ("gas", "heat", "cold")


@dataclass(frozen=True, slots=True)
class _Run:
    """Hours from ``first`` until before ``end`` with one and the same amount."""

    first: int
    end: int

    @property
    def hours(self) -> int:
        return self.end - self.first


def _gate(evidence: Evidence) -> str:
    if evidence.newest is None:
        return "never_read"
    if _is_silent(evidence):
        return ""
    if np.isfinite(evidence.amount).sum() < _FEWEST_HOURS:
        return "few_hours"
    return ""


def _is_silent(evidence: Evidence) -> bool:
    if evidence.last_word is None or not evidence.is_there:
        return False
    patience = max(
        _INTERVALS * evidence.meter.interval_s * SECOND_MS,
        _SILENT_HOURS * HOUR_MS,
    )
    return evidence.now - evidence.last_word > patience


def _runs(amount: np.ndarray) -> list[_Run]:
    """Return the runs of equal measured amounts that last at least a day, longest first."""
    starts = np.flatnonzero(np.append(True, amount[1:] != amount[:-1]))  # NaN differs from NaN
    ends = np.append(starts[1:], len(amount))
    long = (ends - starts >= _RUN_HOURS) & np.isfinite(amount[starts])
    pairs = zip(starts[long].tolist(), ends[long].tolist(), strict=True)
    return sorted((_Run(*pair) for pair in pairs), key=lambda run: -run.hours)


def _flat(evidence: Evidence) -> _Run | None:
    """Return the one run that is implausibly long against all others of this meter, if any."""
    runs = _runs(evidence.amount)
    if not runs or runs[0].hours < _FLAT_HOURS:
        return None
    others = runs[1].hours if len(runs) > 1 else 1
    if runs[0].hours < _TIMES_LONGEST * others:
        return None
    if evidence.meter.kind in _SEASONAL_KINDS and not _ran_a_year_before(evidence, runs[0]):
        return None
    outside = np.isfinite(evidence.amount)
    outside[runs[0].first : runs[0].end] = False
    return runs[0] if outside.sum() >= _FEWEST_HOURS else None


def _ran_a_year_before(evidence: Evidence, run: _Run) -> bool:
    """Tell whether the meter moved in the same season a year before: heating rests in summer."""
    first, end = run.first - _YEAR_HOURS, run.end - _YEAR_HOURS
    if first < 0:
        return False
    then = evidence.amount[first:end]
    known = then[np.isfinite(then)]
    return len(known) * 2 >= run.hours and bool(np.median(known) > 0)


def _look(evidence: Evidence) -> list[Finding]:
    if _is_silent(evidence):
        return [_silent(evidence)]
    run = _flat(evidence)
    return [] if run is None else [_flat_finding(evidence, run)]


def _wall(evidence: Evidence, time: int) -> str:
    """Return an instant as local date and hour."""
    clock = evidence.clock
    index = int(np.searchsorted(clock.start, time, side="right")) - 1
    if 0 <= index < len(clock.start) and time <= clock.end:
        return f"{clock.date_of(int(clock.day[index]))} {clock.hour[index]:02d}:00"
    return from_ms(time).strftime("%Y-%m-%d %H:%M UTC")


def _silent(evidence: Evidence) -> Finding:
    meter, last_word = evidence.meter, evidence.last_word or 0
    hours = (evidence.now - last_word) / HOUR_MS
    since = _wall(evidence, last_word)
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=meter.meter,
        stream=Stream.DATA,
        start=last_word,
        end=evidence.now,
        goes_on=True,
        sentence_zh=f"{meter.name_zh}自 {since} 起没有读数，已 {number(hours)} h。",
        sentence_en=f"{meter.name_en} has said nothing since {since}, for {number(hours)} h.",
        check_zh="检查采集设备和网关的电源、通信和时钟；读数恢复后核对累计读数。",
        check_en="Check power, connection and clock of device and gateway; compare the register "
        "when it speaks again.",
        coverage=0.0,
        evidence={"silent_hours": hours},
    )


def _flat_finding(evidence: Evidence, run: _Run) -> Finding:
    meter, clock = evidence.meter, evidence.clock
    known = np.flatnonzero(np.isfinite(evidence.amount))
    goes_on = run.end > int(known[-1])
    amount = float(evidence.amount[run.first]) / evidence.per_display
    since, until = int(clock.start[run.first]), int(clock.start[run.end - 1]) + HOUR_MS
    stretch_zh = "" if goes_on else f"至 {_wall(evidence, until)}"
    stretch_en = "" if goes_on else f" until {_wall(evidence, until)}"
    rate = f"{number(amount)} {evidence.rate_unit}"
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=meter.meter,
        stream=Stream.DATA,
        start=since,
        end=until,
        goes_on=goes_on,
        sentence_zh=f"{meter.name_zh}自 {_wall(evidence, since)} 起{stretch_zh}连续 {run.hours} h "
        f"读数毫无变化（{rate}），该计量点从未如此，疑似卡死。",
        sentence_en=f"{meter.name_en} shows {rate} without any change for {run.hours} h since "
        f"{_wall(evidence, since)}{stretch_en}, longer than it ever did; it is likely stuck.",
        check_zh="到现场看表计是否走字，检查脉冲线和互感器；确认后补录或更换表计。",
        check_en="See whether the register moves; check pulse line and transformers; enter the "
        "missing amount by hand or replace the meter.",
        coverage=1.0,
        evidence={"flat_hours": float(run.hours), "amount_per_hour": amount},
    )


RULE = Rule(
    name="silent_or_flat",
    version=2,
    label_zh="无读数或读数不变",
    label_en="Silent or flat meter",
    stream=Stream.DATA,
    thresholds=(
        Threshold("silent_intervals", _INTERVALS, "1", "chosen: six readings in a row missing"),
        Threshold("silent", _SILENT_HOURS, "h", "chosen: a gateway may be away for half a shift"),
        Threshold("flat", _FLAT_HOURS, "h", "chosen: a weekend of a building that is closed"),
        Threshold(
            "times_longest",
            _TIMES_LONGEST,
            "1",
            "chosen: three times as long as the meter ever showed one amount",
        ),
        Threshold("history", _FEWEST_HOURS, "h", "four weeks, to know what is usual"),
    ),
    needs="The time of the newest reading, less the steady error of its clock; for a flat meter "
    "four weeks of measured hours, and for gas, heat and cold the same season a year before.",
    disproof="A supply that was shut off on purpose; a meter whose removal is written down is left "
    "out.",
    codes=(
        Code("never_read", "从未收到读数。", "No reading ever came."),
        Code("few_hours", "实测小时不足四周。", "Fewer than four weeks of hours were measured."),
    ),
    gate=_gate,
    look=_look,
    memory_days=1,
)
