"""Holds a demo to its truth file: what the ledger says against what truly happened.

Every figure is defined in the docstring of Score. The truth comes from the simulator's files only;
of the readings in the store, nothing but their times and number is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from energy.finding import Finding, Stream
from energy.reading import GAUGE
from energy.span import Span
from energy.text import Text
from jieneng.truth.files import Truth, read_truth
from jieneng.truth.tie_out import MeterScore, RegisterCheck, accepted_times, hours_said
from storage.readings import ReadingStore

METERS_PER_QUERY = 16
"""Few enough to hold their hours in memory, enough to scan the table seldom."""
SPARE_HOURS_PER_FAULT = 2
LEAST_MEASURED_SHARE = 0.99
LEAST_FOUND_SHARE = 0.7

_SHIFTING = ("ratio",)
"""Instrument faults that show as a change of level, which no rule can tell from waste."""


@dataclass(frozen=True, slots=True)
class Score:
    """How right the platform was. "By truth" means by the simulator's truth file.

    Attributes:
        readings_published: Different readings (meter, time) sent up to ``until`` by truth, those
            that must be refused included.
        readings_bad: Of these, the ones that must be refused.
        readings_stored: Different readings in the store.
        dead_letters: Readings kept as dead letters.
        tie_out_difference: Sum over meters of |A - T| [base units]. A is the measured plus
            estimated amount of the ledger; T the advance of the register by truth between the
            first and the last accepted reading, less its advance inside the spans that the ledger
            calls unresolved.
        wrong_measured_hours: Hours said to be measured whose amount differs from the truth by
            more than one step plus the advance of the reading intervals that the edges of the hour
            cut.
        unresolved_true: Meter-hours touched by a span that nobody can resolve, by truth: a
            register that may have wrapped more than once, a replacement without an event.
        unresolved_said: Meter-hours of which the ledger says that some seconds are unresolved.
        unresolved_missed: Meter-hours of unresolved_true that are not among unresolved_said.
        measured_share: Of the hours that lie in reading intervals of normal cadence by truth, all
            of them, the share that the ledger says is measured.
        faults_planted: Planted faults of meters and messages that began by ``until``.
        findings_planted: Planted wastes and instrument faults that began by ``until``.
        findings_found: Of these, the ones with an overlapping finding at their meter, a meter
            above it, or (for a main) a meter below it.
        findings_unplanted: Findings that no planted waste or fault explains.
        missed: Planted findings that were not found, as "kind meter".
        unplanted: Findings that nothing planted explains, as "rule meter".
    """

    readings_published: int
    readings_bad: int
    readings_stored: int
    dead_letters: int
    tie_out_difference: int
    wrong_measured_hours: int
    unresolved_true: int
    unresolved_said: int
    unresolved_missed: int
    measured_share: float
    faults_planted: int
    findings_planted: int
    findings_found: int
    findings_unplanted: int
    missed: tuple[str, ...] = ()
    unplanted: tuple[str, ...] = ()

    @property
    def ledger_problems(self) -> tuple[Text, ...]:
        """Return what is wrong of stored readings and their amounts, a clause each."""
        due = self.readings_published - self.readings_bad
        return _failed(
            {
                Text(
                    f"用量与真值相差 {self.tie_out_difference} 个基本单位。",
                    f"amounts differ from the truth by {self.tie_out_difference} base units.",
                ): self.tie_out_difference == 0,
                Text(
                    f"{self.wrong_measured_hours} 个称为实测的小时是错的。",
                    f"{self.wrong_measured_hours} hours said to be measured are wrong.",
                ): self.wrong_measured_hours == 0,
                Text(
                    f"{self.unresolved_missed} 个无法判定的小时给出了用量。",
                    f"{self.unresolved_missed} hours that nobody can resolve were given an amount.",
                ): self.unresolved_missed == 0,
                Text(
                    f"入库 {self.readings_stored} 个读数，应为 {due} 个。",
                    f"{self.readings_stored} readings are stored, not {due}.",
                ): self.readings_stored == due,
                Text(
                    f"可实测的小时中只有 {self.measured_share:.4f} 是实测。",
                    f"only {self.measured_share:.4f} of the hours that can be are measured.",
                ): self.measured_share >= LEAST_MEASURED_SHARE,
            }
        )

    @property
    def problems(self) -> tuple[Text, ...]:
        """Return what does not tie out, a clause each; empty when all is well."""
        spare = self.unresolved_said - self.unresolved_true
        others = {
            Text(
                f"无法判定的小时比必要的多 {spare} 个。",
                f"{spare} hours more than necessary are unresolved.",
            ): spare <= SPARE_HOURS_PER_FAULT * self.faults_planted,
            Text(
                f"拒收 {self.dead_letters} 个读数，应至少 {self.readings_bad} 个。",
                f"{self.dead_letters} readings were refused, not at least {self.readings_bad}.",
            ): self.dead_letters >= self.readings_bad,
            Text(
                f"{self.findings_planted} 个植入的异常只找到 {self.findings_found} 个。",
                f"only {self.findings_found} of {self.findings_planted} findings were found.",
            ): self.findings_found >= LEAST_FOUND_SHARE * self.findings_planted,
        }
        return self.ledger_problems + _failed(others)


def _failed(checks: Mapping[Text, bool]) -> tuple[Text, ...]:
    return tuple(clause for clause, holds in checks.items() if not holds)


def _overlaps(finding: Finding, planted: Mapping[str, Any]) -> bool:
    start, end = int(planted["start"]), int(planted["end"])
    return finding.start < end and (finding.goes_on or finding.end >= start)


def explains(planted: Mapping[str, Any], finding: Finding) -> bool:
    """Tell whether a finding shows what was planted: an entry of ``findings`` in truth.json."""
    if finding.meter not in planted["seen_at"] or not _overlaps(finding, planted):
        return False
    return planted["kind"] in _SHIFTING or finding.stream == Stream(planted["stream"])


def _due(entries: Sequence[Mapping[str, Any]], until: int) -> list[Mapping[str, Any]]:
    """Return what began by a time; waste that wasted nothing, as lights left on by day, is none."""
    return [entry for entry in entries if entry["start"] <= until and entry.get("base", 1)]


def _is_unplanted(finding: Finding, truth: Truth) -> bool:
    if any(explains(planted, finding) for planted in _due(truth.facts["findings"], truth.until)):
        return False
    return not any(
        finding.meter in fault["touches"]
        and finding.stream == Stream.DATA
        and _overlaps(finding, fault)
        for fault in _due(truth.facts["faults"], truth.until)
    )


def _registers(
    truth: Truth, store: ReadingStore, unresolved: Mapping[str, Sequence[Span]] | None
) -> Iterator[MeterScore]:
    names = [
        name
        for name, facts in truth.facts["meters"].items()
        if facts["table"] != GAUGE and name in truth.readings
    ]
    for first in range(0, len(names), METERS_PER_QUERY):
        some = names[first : first + METERS_PER_QUERY]
        said = hours_said(store, some)
        for name in some:
            spans = None if unresolved is None else unresolved.get(name, ())
            accepted = accepted_times(store, truth, name)
            yield RegisterCheck(name, truth, said[name], accepted, spans).score()


def score(
    folder: Path,
    *,
    store: ReadingStore,
    findings: Sequence[Finding],
    dead_letters: int,
    until: int | None = None,
    unresolved: Mapping[str, Sequence[Span]] | None = None,
) -> Score:
    """Hold what the store says to the truth files in a folder.

    Args:
        folder: Where the simulator wrote truth.parquet, hours.parquet and truth.json.
        store: Raw readings and the derived table meter_hour.
        findings: Findings as the platform holds them now.
        dead_letters: Readings kept as dead letters.
        until: Time [ms] up to which readings are due; None for the end of the history.
        unresolved: Spans between readings that the ledger calls unresolved, by meter; None to
            take them from the unresolved seconds of the hours.
    """
    truth = read_truth(folder, until)
    meters = list(_registers(truth, store, unresolved))
    bad = sum(entry["publish_at"] <= truth.until for entry in truth.facts["refused"])
    planted = _due(truth.facts["findings"], truth.until)
    missed = [p for p in planted if not any(explains(p, finding) for finding in findings)]
    unplanted = [finding for finding in findings if _is_unplanted(finding, truth)]
    expected = sum(meter.expected for meter in meters)
    return Score(
        readings_published=sum(len(due) for due in truth.readings.values()) + bad,
        readings_bad=bad,
        readings_stored=sum(store.counts().values()),
        dead_letters=dead_letters,
        tie_out_difference=sum(meter.difference for meter in meters),
        wrong_measured_hours=sum(meter.wrong for meter in meters),
        unresolved_true=sum(meter.unresolved_true for meter in meters),
        unresolved_said=sum(meter.unresolved_said for meter in meters),
        unresolved_missed=sum(meter.unresolved_missed for meter in meters),
        measured_share=sum(meter.measured for meter in meters) / expected if expected else 0.0,
        faults_planted=len(_due(truth.facts["faults"], truth.until)),
        findings_planted=len(planted),
        findings_found=len(planted) - len(missed),
        findings_unplanted=len(unplanted),
        missed=tuple(f"{entry['kind']} {entry['meter']}" for entry in missed),
        unplanted=tuple(f"{finding.rule} {finding.meter}" for finding in unplanted),
    )
