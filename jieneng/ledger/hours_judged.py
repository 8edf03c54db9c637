"""Which hours of a meter are marked as bad data, and which are the oddest, as lines or JSON."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.detector import Mark
from analytics.findings.gather import Sources, evidences
from analytics.hours import Hours
from analytics.oddness.score import oddness
from analytics.rule import Evidence
from analytics.sound import detectors, quality_of
from energy.errors import ConfigError
from energy.span import HOUR_MS
from energy.text import Text, padded
from jieneng.registry.meter_life import known_meter
from jieneng.wiring import House
from storage.records import reference as reference_records
from storage.records import registry as registry_records

_ODD_DAYS = 366
_MOST_ODD = 10
_MOST_MARKS = 40


@dataclass(frozen=True)
class Judged:
    """What is said of the hours of a meter.

    Attributes:
        evidence: The meter with its hours.
        marks: Name of a detector and mark, in order of time.
        skipped: Name of a detector to the code of its gate that forbade a conclusion.
        newest: The hours of the last year, which the scores are of.
        score: How odd each of them is; NaN unknown. Shape (n,).
    """

    evidence: Evidence
    marks: list[tuple[str, Mark]]
    skipped: dict[str, str]
    newest: Hours
    score: np.ndarray

    @property
    def oddest(self) -> list[int]:
        """Places of the oddest of the newest hours, the oddest first."""
        known = np.flatnonzero(np.isfinite(self.score))
        order = np.argsort(-self.score[known], kind="stable")[:_MOST_ODD]
        return [int(place) for place in known[order]]


def judged_hours(house: House, meter: str) -> Judged:
    """Return what detectors and score say of the hours of a meter.

    Raises:
        ConfigError: If the registry knows no such meter, or it counts no amount.
    """
    with house.records.reading() as session:
        registry, reference = registry_records.load(session), reference_records.load(session)
    known_meter(registry, meter)
    sources = Sources(house.store, registry, reference, house.clock())
    found = next(evidences(sources, [meter]), None)
    if found is None:
        raise ConfigError(
            Text(
                f"计量点 {meter!r} 不计用量，没有逐时数据可查；请换一个表计。",
                f"Meter {meter!r} counts no amount, so it has no hours to judge. Name another one.",
            )
        )
    quality, newest = quality_of(found.hours), found.hours.last(days=_ODD_DAYS)
    marks = [(name, mark) for name, own in quality.marks.items() for mark in own]
    marks.sort(key=lambda one: (one[1].first, one[0]))
    return Judged(found, marks, dict(quality.skipped), newest, oddness(newest).score)


def _wall(hours: Hours, place: int) -> str:
    return f"{hours.clock.date_of(int(hours.clock.day[place]))} {hours.clock.hour[place]:02d}:00"


def as_dict(judged: Judged) -> dict[str, object]:
    """Return it as JSON; times are ms since 1970 UTC, amounts base units."""
    hours, newest = judged.evidence.hours, judged.newest
    marks = []
    for name, mark in judged.marks:
        says = detectors()[name].says(mark)
        marks.append(
            {
                "detector": name,
                "start": int(hours.clock.start[mark.first]),
                "end": int(hours.clock.start[mark.end - 1]) + HOUR_MS,
                "factor": mark.factor,
                "says_zh": says.zh,
                "says_en": says.en,
            }
        )
    odd = [
        {
            "start": int(newest.clock.start[place]),
            "score": round(float(judged.score[place]), 3),
            "amount": float(newest.amount[place]),
            "usual": float(np.exp(newest.usual[place])),
        }
        for place in judged.oddest
    ]
    return {"marks": marks, "not_judged": judged.skipped, "oddest": odd}


def lines(judged: Judged) -> Iterator[Text]:
    """Yield a line for each of the newest marks, what was not judged and why, the oddest hours."""
    hours, offered = judged.evidence.hours, detectors()
    older = len(judged.marks) - _MOST_MARKS
    if older > 0:
        yield Text(f"此前另有 {older} 处标记。", f"{older} older marks.")
    for name, mark in judged.marks[-_MOST_MARKS:]:
        detector = offered[name]
        says, since = detector.says(mark), _wall(hours, mark.first)
        yield Text(
            f"{padded(detector.label.zh, 16)}  {since}  {mark.hours:5} h  {says.zh}",
            f"{name:16}  {since}  {mark.hours:5} h  {says.en}",
        )
    if not judged.marks:
        yield Text("没有标记。", "No hour is marked.")
    for name, code in judged.skipped.items():
        detector = offered[name]
        why = next(one for one in detector.codes if one.name == code)
        yield Text(f"未判断 {detector.label.zh}：{why.zh}", f"not judged: {name}: {why.en}")
    if judged.oddest:
        yield Text("近一年最异常的小时：", "The oddest hours of the last year:")
    yield from (_odd(judged, place) for place in judged.oddest)


def _odd(judged: Judged, place: int) -> Text:
    newest, per, unit = judged.newest, judged.evidence.per_display, judged.evidence.unit
    amount, usual = newest.amount[place] / per, np.exp(newest.usual[place]) / per
    when, score = _wall(newest, place), judged.score[place]
    return Text(
        f"{when}  {score:5.2f}  {amount:.4g} {unit}，平时约 {usual:.3g}",
        f"{when}  {score:5.2f}  {amount:.4g} {unit}, usually about {usual:.3g}",
    )
