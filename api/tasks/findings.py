"""Open findings: one task a rule and institution."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from api.task import Look, Source, Task, Urgency, meter_called
from energy.finding import FindingState, Stream
from energy.finding_step import WAITING
from energy.handling import Handling
from energy.text import Text
from storage.records import finding_steps, findings
from storage.records.findings import StoredFinding


def _find(look: Look) -> Iterator[Task]:
    groups: dict[tuple[str, str], list[StoredFinding]] = defaultdict(list)
    handlings = finding_steps.handlings(look.session)
    for entry in findings.current(look.session):
        handling = handlings.get(entry.number, Handling())
        is_open = entry.state is FindingState.OPEN
        waits = is_open and handling.stage_at(look.now_ms) in WAITING
        if waits or handling.unproven:
            meter = look.registry.meter.get(entry.finding.meter)
            whose = meter.institution if meter else ""
            groups[whose, entry.finding.rule].append(entry)
    for (whose, _), entries in groups.items():
        yield _task(look, whose, entries)


def _task(look: Look, whose: str, entries: Sequence[StoredFinding]) -> Task:
    worst = max(entries, key=lambda one: (one.finding.micro_yuan_per_year or 0, -one.opened))
    where, count = meter_called(look.registry, worst.finding.meter), len(entries)
    if count > 1:
        where += Text(f"等 {count} 处", f" and {count - 1} more")
    is_fault = worst.finding.stream is Stream.DATA
    return Task(
        source="findings",
        urgency=Urgency.SOON if is_fault else Urgency.LATER,
        title=Text(worst.finding.sentence_zh, worst.finding.sentence_en),
        where=where,
        todo=Text(worst.finding.check_zh, worst.finding.check_en),
        command=f"jieneng findings show {worst.number}",
        link=f"/findings/{worst.number}",
        since=min(one.opened for one in entries),
        count=count,
        institution=whose,
    )


SOURCE = Source(Text("未结异常", "open findings"), _find)
