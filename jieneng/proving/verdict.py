"""What the platform said of a scenario, held to its truth."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from energy.finding import Finding, FindingState, Stream
from energy.query import Aggregate, Column, Query
from energy.registry import Registry
from energy.span import Span
from energy.text import Text
from jieneng.proving.fates import Fate, Known, fate_of
from jieneng.proving.lateness import Lateness, Restated
from jieneng.proving.stage import Stage
from jieneng.truth.files import Truth, read_truth
from jieneng.truth.score import Score, explains, score
from jieneng.truth.tie_out import RegisterCheck, accepted_times, hours_said
from simulators.scenario import CLOCK
from storage.readings import ReadingStore
from storage.records import dead_letters, findings, reading_versions
from storage.records.book import Records
from storage.tables import COMPLETENESS

NOT_DUE = (*CLOCK, "swapped_child", "reversed_sign", "unit_slip", "reset")
"""Faults with which amounts need not be right yet: clocks, and meters whose life is not told."""

_EVER = Span(0, 2**53)
_DAYS = ("expected", "received", "doubtful")


@dataclass(frozen=True)
class Verdict:
    """The figures of one scenario.

    Attributes:
        scenario: Its file, without the ending.
        name: What people call it.
        score: The ledger against the truth; see jieneng/truth/score.py.
        restated: Hours that late readings completed.
        fates: Planted faults by what became of them, as "kind meter".
        not_due: Kinds of its faults with which nothing is due yet.
        attributed: Planted waste that was found: waste a year by the finding over the true one.
        rounds: How often ledger and rules looked.
        seconds: How long it took.
    """

    scenario: str
    name: Text
    score: Score
    restated: Restated
    fates: Mapping[Fate, Sequence[str]]
    not_due: Sequence[str]
    attributed: Sequence[float]
    rounds: int
    seconds: float

    @property
    def problems(self) -> list[Text]:
        """Return what does not hold, one sentence each; see not_due for whether it should."""
        found = list(self.score.ledger_problems)
        if late := self.restated.due - self.restated.done:
            found.append(
                Text(
                    f"迟到的读数没有补正 {late} 个小时。",
                    f"{late} hours were not restated when their readings came late.",
                )
            )
        return [self.name + Text("：", ": ") + clause for clause in found]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as one JSON object."""
        found = asdict(self.score)
        return found | {
            "scenario": self.scenario,
            "late_hours": self.restated.due,
            "late_hours_restated": self.restated.done,
            **{f"faults_{fate.value}": list(self.fates[fate]) for fate in Fate},
            "energy_attributed": list(self.attributed),
            "savings": None,
            "rounds": self.rounds,
            "seconds": round(self.seconds, 1),
            "not_due": list(self.not_due),
            "problems": [text.en for text in self.problems],
        }


def verdict_of(
    stage: Stage, lateness: Lateness, *, scenario: str, name: Text, rounds: int, seconds: float
) -> Verdict:
    """Hold what the stage's house says now to the truth beside it."""
    store, records = stage.house.store, stage.house.records
    with records.reading() as session:
        # What has ended goes on no longer, whatever the rule saw when it last saw it.
        found = [
            replace(one.finding, goes_on=one.finding.goes_on and one.state is FindingState.OPEN)
            for one in findings.current(session)
        ]
        letters = sum(dead_letters.counts(session).values())
    held = score(stage.truth, store=store, findings=found, dead_letters=letters)
    truth = read_truth(stage.truth)
    checks = _Checks(truth, store)
    return Verdict(
        scenario=scenario,
        name=name,
        score=held,
        restated=lateness.restated(checks.hours_of),
        fates=_fates(truth, found, checks, stage, is_all_refused=letters >= held.readings_bad),
        not_due=sorted({fault["kind"] for fault in truth.facts["faults"]} & set(NOT_DUE)),
        attributed=attributed(truth, found),
        rounds=rounds,
        seconds=seconds,
    )


class _Checks:
    """Single registers beside what the ledger says of them."""

    def __init__(self, truth: Truth, store: ReadingStore) -> None:
        self._truth = truth
        self._store = store

    def of(self, meter: str) -> RegisterCheck:
        hours = hours_said(self._store, [meter])[meter]
        accepted = accepted_times(self._store, self._truth, meter)
        return RegisterCheck(meter, self._truth, hours, accepted)

    def hours_of(self, meter: str) -> tuple[set[int], set[int]]:
        """Return hours that can be measured by truth, and those that are measured and right."""
        check = self.of(meter)
        right = np.setdiff1d(check.measured_hours(), check.wrong_hours())
        return set(check.expected_hours().tolist()), set(right.tolist())


def attributed(truth: Truth, found: Sequence[Finding]) -> list[float]:
    """Return of each waste that was found what the finding says it wastes a year, over the truth.

    The finding at the meter itself counts, or else the first one above it.
    """
    ratios = []
    for planted in truth.facts["findings"]:
        if planted["stream"] != Stream.WASTE or not planted["base_per_year"]:
            continue
        for meter in planted["seen_at"]:
            amounts = [
                finding.base_per_year
                for finding in found
                if finding.meter == meter and finding.base_per_year and explains(planted, finding)
            ]
            if amounts:
                ratios.append(max(amounts) / planted["base_per_year"])
                break
    return ratios


def attributed_text(ratios: Sequence[float]) -> str:
    """Return median and range, as "0.93 (0.80-1.02)"; "-" where nothing was found."""
    if not ratios:
        return "-"
    return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def _fates(
    truth: Truth,
    found: Sequence[Finding],
    checks: _Checks,
    stage: Stage,
    *,
    is_all_refused: bool,
) -> dict[Fate, list[str]]:
    fates: dict[Fate, list[str]] = {fate: [] for fate in Fate}
    known: dict[str, Known] = {}
    for fault in truth.facts["faults"]:
        meter = _read_at(fault["meter"], truth, stage.prepared.district.registry)
        if meter not in known:
            known[meter] = _known(meter, checks, found, stage)
        fate = fate_of(fault, known[meter], is_all_refused=is_all_refused)
        fates[fate].append(f"{fault['kind']} {fault['meter']}")
    return fates


def _read_at(meter: str, truth: Truth, registry: Registry) -> str:
    """Return a meter, or the nearest above it that is read: a missing branch is part of that."""
    at = meter
    while at not in truth.readings and registry.meter[at].parent:
        at = registry.meter[at].parent
    return at


def _known(meter: str, checks: _Checks, found: Sequence[Finding], stage: Stage) -> Known:
    check = checks.of(meter)
    family = _family(meter, stage.registry)
    return Known(
        hours=check.said,
        days=_days(stage.house.store, meter),
        overruled=_overruled(stage.house.records, meter),
        findings=[finding for finding in found if finding.meter in family],
        wrong=check.wrong_hours(against_used=True),
    )


def _family(meter: str, registry: Registry) -> set[str]:
    """Return a meter and those above and below it: a comparison of them may name either."""
    above = {meter}
    at = meter
    while parent := registry.meter[at].parent:
        above.add(parent)
        at = parent
    return above | {sub.meter for sub in registry.children.get(meter, ())}


def _days(store: ReadingStore, meter: str) -> pd.DataFrame:
    columns = tuple(Column(name, Aggregate.SUM, name) for name in _DAYS)
    # A point stands at the start of its local day; cut by the hour it stays there.
    query = Query(COMPLETENESS.name, columns, where=(("meter", (meter,)),), every="hour")
    return store.query(query, _EVER).set_index("time")[list(_DAYS)].fillna(0)


def _overruled(records: Records, meter: str) -> list[int]:
    with records.reading() as session:
        versions = reading_versions.of_meter(session, meter, _EVER)
    return [version.reading.time for version in versions]
