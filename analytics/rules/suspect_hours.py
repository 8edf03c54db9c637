"""Hours that cannot be what was used: a slipped unit, a wrong multiplier, hours shifted in time.

What the detectors of analytics/quality say since some day and no other rule can see. Spikes, dips,
stuck and missing hours have their checks and silent_or_flat; they raise nothing here.
"""

import numpy as np

from analytics.detector import CODES, Detector, Mark
from analytics.hours import Hours
from analytics.rule import RECENT_DAYS, Evidence, Rule, Threshold
from analytics.sound import detectors, quality_of
from analytics.wording import number
from energy.finding import Finding, Stream
from energy.span import HOUR_MS

_RAISED = ("wrong_multiplier", "unit_slip", "clock")
"""Detectors whose marks are findings, the one that says more of one cause first."""
_STILL_HOURS = 96
_IN_MAIN, _OF_FACTOR = 0.5, 0.5
_SIDE_HOURS, _WEEK_HOURS = 14 * 24, 7 * 24
_YEAR_DAYS, _SEASON_DAYS = 364, 28


def _gate(evidence: Evidence) -> str:
    return evidence.recent.why_not


def _look(evidence: Evidence) -> list[Finding]:
    hours = evidence.recent
    quality = quality_of(hours)
    found = [
        (mark, detectors()[name])
        for name in _RAISED
        for mark in quality.marks.get(name, ())
        if _is_borne_out(evidence, mark, name)
    ]
    if not found:
        return []
    mark, detector = max(found, key=lambda one: (_goes_on(hours, one[0]), one[0].end))
    return [_finding(evidence, hours, mark, detector)]


def _is_borne_out(evidence: Evidence, mark: Mark, name: str) -> bool:
    """Tell whether something else than what is usual at the meter speaks for a factor.

    A load that began, such as cooling in its first summer, is in the main as well; one that ran a
    week before is none. Without a main only the same season of the year before tells a season from
    a factor.
    """
    if name == "clock":
        return True
    is_lasting, own = name == "wrong_multiplier", evidence.recent.amount
    places = _sides(mark) if is_lasting else _week_before(mark)
    before, after = (_mean(own, place) for place in places)
    if before > 0 and after > 0 and not is_lasting:
        times = abs(np.log(after / before))
        if times < _OF_FACTOR * abs(np.log(mark.factor)):
            return False
    if evidence.main is not None:
        main = evidence.main[len(evidence.main) - len(own) :]
        above = _mean(main, places[1]) - _mean(main, places[0])
        if np.isfinite(above) and np.isfinite(after - before):
            return bool(above * np.sign(after - before) < _IN_MAIN * abs(after - before))
    return not is_lasting or _knows_the_season(evidence.recent, mark)


def _sides(mark: Mark) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the hours of two weeks before the start of a mark, and from it on."""
    start = max(mark.first - _SIDE_HOURS, 0)
    return np.arange(start, mark.first), np.arange(mark.first, mark.first + _SIDE_HOURS)


def _week_before(mark: Mark) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the hours a week before those of a mark, and of its own."""
    own = np.arange(max(mark.first, _WEEK_HOURS), mark.end)
    return own - _WEEK_HOURS, own


def _mean(amount: np.ndarray, places: np.ndarray) -> float:
    """Return the mean of some hours [base units]; NaN where none of them was measured."""
    known = amount[places[places < len(amount)]]
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else np.nan


def _knows_the_season(hours: Hours, mark: Mark) -> bool:
    """Tell whether half of the eight weeks around the same day a year before was measured."""
    day = int(hours.clock.day[mark.first]) - _YEAR_DAYS
    near = np.abs(hours.clock.day - day) < _SEASON_DAYS
    return int(np.count_nonzero(hours.known & near)) >= _SEASON_DAYS * 24


def _goes_on(hours: Hours, mark: Mark) -> bool:
    """Tell whether hardly anything was measured since the mark ended."""
    return int(np.flatnonzero(hours.known)[-1]) < mark.end + _STILL_HOURS


def _wall(hours: Hours, place: int) -> str:
    """Return the start of an hour as local date and hour; the end of the last one for its place."""
    clock = hours.clock
    if place == len(clock.start):
        return f"{clock.date_of(int(clock.day[-1]))} {int(clock.hour[-1]) + 1:02d}:00"
    return f"{clock.date_of(int(clock.day[place]))} {clock.hour[place]:02d}:00"


def _finding(evidence: Evidence, hours: Hours, mark: Mark, detector: Detector) -> Finding:
    meter, says, goes_on = evidence.meter, detector.says(mark), _goes_on(hours, mark)
    since = _wall(hours, mark.first)
    until = _wall(hours, mark.end)
    stretch_zh = "" if goes_on else f"至 {until}"
    stretch_en = "" if goes_on else f" until {until}"
    long = number(mark.hours)
    return Finding(
        rule=RULE.name,
        version=RULE.version,
        meter=meter.meter,
        stream=Stream.DATA,
        start=int(hours.clock.start[mark.first]),
        end=int(hours.clock.start[mark.end - 1]) + HOUR_MS,
        goes_on=goes_on,
        sentence_zh=f"{meter.name_zh}自 {since} 起{stretch_zh}（{long} h）{says.zh}"
        f"（{detector.label.zh}）。",
        sentence_en=f"{meter.name_en}: since {since}{stretch_en} ({long} h) it {says.en} "
        f"({detector.label.en.lower()}).",
        check_zh=detector.check.zh,
        check_en=detector.check.en,
        coverage=evidence.coverage(from_day=int(hours.clock.day[mark.first]) + _before(evidence)),
        evidence={"hours": float(mark.hours), _FIGURE[detector.name]: mark.factor},
    )


def _before(evidence: Evidence) -> int:
    """Return how many days of the evidence lie before the newest ones."""
    return max(evidence.clock.days - RECENT_DAYS, 0)


_FIGURE = {"wrong_multiplier": "times_before", "unit_slip": "times_usual", "clock": "behind_h"}

RULE = Rule(
    name="suspect_hours",
    version=1,
    label_zh="数据可疑：单位、倍率或时间错位",
    label_en="Suspect hours: unit, multiplier or time",
    stream=Stream.DATA,
    thresholds=(
        Threshold("past", RECENT_DAYS, "d", "a year and what the season before it needs"),
        Threshold(
            "still",
            _STILL_HOURS,
            "h",
            "chosen: it goes on when no more than a weekend and two days were measured since",
        ),
        Threshold(
            "in_main", _IN_MAIN, "1", "chosen: of the change; seen by the main as well it is a load"
        ),
        Threshold(
            "of_factor",
            _OF_FACTOR,
            "1",
            "chosen: of its logarithm, against the hours a week before",
        ),
        Threshold(
            "season",
            _SEASON_DAYS,
            "d",
            "around the same day a year before, for a meter without main",
        ),
    ),
    needs=(
        "Four weeks of measured hours, and what the detectors need: docs/quality.md. Of a factor "
        "a main that does not change with it; without one the same season a year before."
    ),
    disproof="What would disprove the mark: a load that really changed so, in docs/quality.md.",
    codes=CODES,
    gate=_gate,
    look=_look,
)
