"""Every rule over every meter: what was found, what was looked at, and what could not be."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import MappingProxyType

import analytics.rules
from analytics.findings.gather import Sources, evidences
from analytics.findings.overlap import parted
from analytics.rule import Evidence, Rule
from analytics.sound import sound_evidence
from energy.clock_ahead import ClockAhead
from energy.finding import Finding, Stream
from energy.offers import offers
from energy.reference import Reference
from energy.registry import Registry
from storage.readings import ReadingStore

log = logging.getLogger(__name__)

RAISED = "rule_raised"
LONGEST_MEMORY_DAYS = 28
_DAY_MS = 86_400_000


@dataclass
class Watched:
    """What one look at the meters gave.

    Attributes:
        found: The findings, at most one for each fingerprint.
        looked: Fingerprints (meter/rule) of which a rule had enough data to conclude something.
        skipped: Fingerprint to the code of the rule's gate that forbade a conclusion.
        explained: Fingerprint of what was found and is left out to that of the finding that says
            the same of its cause.
    """

    found: list[Finding] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)


def rules() -> dict[str, Rule]:
    """Return the rules that the files of analytics/rules offer."""
    return offers(analytics.rules, "RULE", Rule)


def memory_of(rule: str) -> int:
    """Return how far back the conclusions of a rule lean [ms]; a day for one about a rule.

    A rule that the program no longer has is given the longest: it is never hurried.
    """
    if rule.startswith(RAISED):
        return _DAY_MS
    known = rules().get(rule)
    return (LONGEST_MEMORY_DAYS if known is None else known.memory_days) * _DAY_MS


def watch(
    *,
    store: ReadingStore,
    registry: Registry,
    reference: Reference,
    now_ms: int,
    meters: Collection[str] | None = None,
) -> list[Finding]:
    """Return what every rule finds at every meter, or at those named."""
    return inspect(
        store=store, registry=registry, reference=reference, now_ms=now_ms, meters=meters
    ).found


def inspect(
    *,
    store: ReadingStore,
    registry: Registry,
    reference: Reference,
    now_ms: int,
    meters: Collection[str] | None = None,
    offered: Mapping[str, Rule] | None = None,
    ahead: Mapping[str, ClockAhead] = MappingProxyType({}),
) -> Watched:
    """Run rules over meters.

    Args:
        store: Where the hourly amounts are.
        registry: Meters, buildings, sites.
        reference: Tariffs and calendars.
        now_ms: The present [ms].
        meters: Names of the meters to look at; None for all.
        offered: The rules; None for all that analytics/rules offers.
        ahead: Devices whose clocks are ahead, by name.

    Returns:
        Findings, and what was looked at and what was not. A rule that raises becomes one finding
        about itself; the others run.
    """
    sources = Sources(store, registry, reference, now_ms, ahead)
    watched = judge(evidences(sources, meters), rules() if offered is None else offered)
    watched.found, watched.explained = parted(watched.found, registry)
    return watched


def judge(evidence: Iterable[Evidence], offered: Mapping[str, Rule]) -> Watched:
    """Run rules over evidence; see ``inspect``."""
    watched = Watched()
    broken: dict[str, Finding] = {}
    for entry in evidence:
        sound = cache(partial(sound_evidence, entry))
        for rule in offered.values():
            try:
                # Rules of data see what was measured, those of waste what of it is sound.
                shown = entry if rule.stream is Stream.DATA else sound()
                _judge_one(shown, rule, watched)
            # A fault in one rule must not silence the others, and nobody can list what a rule
            # may raise: the fault is shown as a finding about the rule, with its trace in the log.
            except Exception as error:
                log.exception("rule.raised rule=%s meter=%s", rule.name, entry.meter.meter)
                broken.setdefault(rule.name, _about_itself(entry, rule, error))
    watched.found.extend(broken.values())
    return watched


def _judge_one(evidence: Evidence, rule: Rule, watched: Watched) -> None:
    fingerprint = f"{evidence.meter.meter}/{rule.name}"
    code = rule.gate(evidence)
    if code:
        watched.skipped[fingerprint] = code
        return
    found = rule.look(evidence)
    watched.looked.add(fingerprint)
    watched.found.extend(found)


def _about_itself(evidence: Evidence, rule: Rule, error: Exception) -> Finding:
    """Return the finding that a rule raised, at the first meter where it did."""
    what = f"{type(error).__name__}: {error}"
    return Finding(
        rule=f"{RAISED}:{rule.name}",
        version=rule.version,
        meter=evidence.meter.meter,
        stream=Stream.DATA,
        start=evidence.clock.end,
        end=evidence.now,
        goes_on=True,
        sentence_zh=f"规则 {rule.name} 在 {evidence.meter.name_zh} 上出错（{what}），"
        "其余规则照常运行。",
        sentence_en=f"The rule {rule.name} failed at {evidence.meter.name_en} ({what}); the other "
        "rules ran.",
        check_zh="把日志中的错误记录交给开发者。",
        check_en="Give the trace in the log to the developers.",
        coverage=0.0,
    )
