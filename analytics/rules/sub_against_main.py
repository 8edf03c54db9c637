"""A sub-meter whose kWh are not the kWh of its main: a wrong transformer ratio, or reversed phases.

Whatever a sub-meter counts its main counts too. So the chance ups and downs of the main, hour by
hour, contain those of the sub-meter exactly once; a regression says how often they really do.
"""

from dataclasses import dataclass
from typing import NamedTuple
from weakref import ReferenceType, ref

import numpy as np

from analytics.clock import daily_mean
from analytics.rule import Code, Evidence, Rule, Threshold
from analytics.wording import day, number
from energy.finding import Finding, Stream

_BLOCK_DAYS = 28
_FEWEST_HOURS = 24 * 14
_OFF_BY = 0.15
_ERRORS = 5.0
_MOST_ERROR = 0.08
_WEEK_HOURS = 168
_STEP_VARIANCE = 0.5
_MOST_STEPPED = 0.05
_MOST_ALIKE = 1e6


@dataclass(frozen=True, slots=True)
class _Fit:
    """How many kWh of the main go with one kWh of the sub-meter, and the standard error."""

    factor: float
    error: float

    @property
    def is_wrong(self) -> bool:
        away = abs(self.factor - 1)
        return self.error <= _MOST_ERROR and away >= _OFF_BY and away >= _ERRORS * self.error


def _without_pattern(values: np.ndarray, slot: np.ndarray) -> np.ndarray:
    """Return columns less their mean in each slot of the week: the chance part remains."""
    count = np.maximum(np.bincount(slot, minlength=2 * _WEEK_HOURS), 1)
    columns = []
    for column in values.T:
        mean = np.bincount(slot, weights=column, minlength=2 * _WEEK_HOURS) / count
        columns.append(column - mean[slot])
    return np.array(columns).T


def _fit(evidence: Evidence, *, first_day: int, end_day: int) -> _Fit | None:
    """Fit the main by the sub-meter and its siblings over some days; None with too few hours."""
    if evidence.main is None:
        return None
    clock = evidence.clock
    low, high = np.searchsorted(clock.day, (first_day, end_day))
    own = [evidence.main[low:high], evidence.amount[low:high]]
    if np.isfinite(own).all(axis=0).sum() < _FEWEST_HOURS:
        return None  # siblings, of which there may be many, can only leave fewer
    there = (column[low:high] for column in evidence.siblings.values())
    columns = np.array([*own, *(column for column in there if np.isfinite(column).any())]).T
    known = np.isfinite(columns).all(axis=1)
    if known.sum() < _FEWEST_HOURS:
        return None
    index = np.arange(low, high)[known]
    weekday = (clock.first_day.weekday() + clock.day[index]) % 7
    off = clock.off[clock.day[index]].astype(np.int64)
    slot = weekday * 24 + clock.hour[index] + off * _WEEK_HOURS
    chance = _without_pattern(columns[known], slot)
    # Differences of neighbouring hours leave chance and take slow weather away.
    chance = np.diff(chance, axis=0)
    # A register counts whole steps. In these differences that alone has a variance of half a
    # squared step, which would make the factor too small.
    if (
        _STEP_VARIANCE * float(evidence.meter.base_per_step) ** 2
        > _MOST_STEPPED * chance[:, 1].var()
    ):
        return None
    return _regress(chance[:, 0], chance[:, 1:])


def _regress(main: np.ndarray, parts: np.ndarray) -> _Fit | None:
    moving = parts.std(axis=0) > 0
    if not moving[0]:
        return None
    parts = parts[:, moving]
    gram = parts.T @ parts
    size = np.sqrt(np.diag(gram))
    if np.linalg.cond(gram / np.outer(size, size)) > _MOST_ALIKE:
        return None  # two sub-meters that move as one cannot be told apart
    factors = np.linalg.solve(gram, parts.T @ main)
    rest = main - parts @ factors
    variance = float(rest @ rest) / max(len(main) - len(factors), 1)
    error = float(np.sqrt(variance * np.linalg.inv(gram)[0, 0]))
    return _Fit(float(factors[0]), error)


class _Asked(NamedTuple):
    """The fit of the newest days, and of what; the gate asks for it, and then the look."""

    evidence: ReferenceType[Evidence]
    fit: _Fit | None


_ASKED: list[_Asked] = []
"""The one asked for last, at most."""


def _newest_of(evidence: Evidence) -> _Fit | None:
    """Fit the newest days, once for the gate and the look."""
    for asked in _ASKED:
        if asked.evidence() is evidence:
            return asked.fit
    days = evidence.clock.days
    fit = _fit(evidence, first_day=days - 1 - _BLOCK_DAYS, end_day=days)
    _ASKED[:] = [_Asked(ref(evidence), fit)]
    return fit


def _gate(evidence: Evidence) -> str:
    if evidence.main is None:
        return "no_main"
    if _newest_of(evidence) is None:
        return "few_hours_together"
    return ""


def _look(evidence: Evidence) -> list[Finding]:
    newest = _newest_of(evidence)
    if newest is None or not newest.is_wrong:
        return []
    since = _since(evidence, newest)
    known = np.flatnonzero(np.isfinite(evidence.amount))
    # What no sub-meter sees may move with this one and makes it look too small from the first day
    # on; too small since some day, or too large, it cannot make it.
    if newest.factor > 1 and since <= int(evidence.clock.day[known[0]]) + _BLOCK_DAYS:
        return []
    return [_finding(evidence, newest, since)]


def _since(evidence: Evidence, newest: _Fit) -> int:
    """Return the first day of the blocks, back from the newest, that are wrong in the same way."""
    since = evidence.clock.days - 1 - _BLOCK_DAYS
    while since > 0:
        fit = _fit(evidence, first_day=max(since - _BLOCK_DAYS, 0), end_day=since)
        was_right = fit is not None and abs(fit.factor - 1) < abs(newest.factor - 1) / 2
        if was_right:
            return _first_wrong_day(evidence, newest, since)
        since = max(since - _BLOCK_DAYS // 2, 0)
    known = np.flatnonzero(np.isfinite(evidence.amount))
    return max(since, int(evidence.clock.day[known[0]]))


def _first_wrong_day(evidence: Evidence, newest: _Fit, near: int) -> int:
    """Return the day about ``near`` from which the sub-meter's share of its main jumped."""
    clock = evidence.clock
    every = np.ones(len(clock.start), bool)
    low, high = max(near - _BLOCK_DAYS - 14, 0), near + _BLOCK_DAYS
    if evidence.main is None:
        return near
    main = daily_mean(evidence.main, clock, hours=every, at_least=20)[low:high]
    part = daily_mean(evidence.amount, clock, hours=every, at_least=20)[low:high]
    share = np.log(np.maximum(part, 1e-9) / np.maximum(main, 1e-9))
    known = np.flatnonzero(np.isfinite(share))
    rest = clock.off[low:high][known]
    jump = -np.log(max(newest.factor, 0.01))
    # The cut after which the jump, taken away, leaves the workdays most alike, and the days off.
    left = [
        sum(_spread(level[rest == kind]) for kind in (False, True))
        for level in (share[known] - jump * (known >= cut) for cut in known)
    ]
    return low + int(known[int(np.argmin(left))]) if left else near


def _spread(level: np.ndarray) -> float:
    return float(np.abs(level - np.median(level)).sum()) if len(level) else 0.0


def _finding(evidence: Evidence, fit: _Fit, since: int) -> Finding:
    meter, clock = evidence.meter, evidence.clock
    says = 1 / max(fit.factor, 0.01)
    ratio = float(meter.ratio)
    likely = number(ratio / says)
    text_zh = f"{meter.name_zh}自 {day(clock, since)} 起的读数约为总表所见的 {number(says)} 倍"
    text_en = (
        f"{meter.name_en} counts {number(says)} times what its main sees of it since "
        f"{day(clock, since)}"
    )
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=meter.meter,
        stream=Stream.DATA,
        start=int(clock.day_start[since]),
        end=clock.end,
        goes_on=True,
        sentence_zh=f"{text_zh}：登记的倍率 {number(ratio)} 可能不对，按总表推算约为 {likely}。",
        sentence_en=f"{text_en}: the registered ratio {number(ratio)} is likely wrong; by the main "
        f"it would be about {likely}.",
        check_zh="核对互感器铭牌、接线相序和登记表中的倍率；更正倍率后台账会重算。",
        check_en="Compare the transformers' plates, the phases and the ratio in the registry; the "
        "ledger is computed again when the ratio is corrected.",
        coverage=evidence.coverage(from_day=since),
        evidence={"times_of_main": says, "standard_error": fit.error, "ratio": ratio},
    )


RULE = Rule(
    name="sub_against_main",
    version=1,
    label_zh="分表与总表不符",
    label_en="Sub-meter against main",
    stream=Stream.DATA,
    thresholds=(
        Threshold("off_by", _OFF_BY, "1", "chosen: no transformer of class 1 or better is so far"),
        Threshold("errors", _ERRORS, "1", "chosen: five standard errors of the regression"),
        Threshold(
            "most_error", _MOST_ERROR, "1", "chosen: half of off_by, or the data cannot tell"
        ),
        Threshold(
            "block", _BLOCK_DAYS, "d", "chosen: four weeks, the slots of the week four times"
        ),
    ),
    needs="A main of the same kind and four weeks in which main, sub-meter and its siblings were "
    "measured together for at least 336 hours, with a register fine enough for its load. A "
    "sub-meter that counts too little is only found when it was right before.",
    disproof="A sub-meter that also counts what its main does not supply.",
    codes=(
        Code("no_main", "没有上级计量点。", "There is no meter above it."),
        Code(
            "few_hours_together",
            "分表与总表同时实测的小时太少。",
            "Main and sub-meters were measured together for too few hours.",
        ),
    ),
    gate=_gate,
    look=_look,
    memory_days=_BLOCK_DAYS,
)
