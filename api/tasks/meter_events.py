"""Events of meters that readings point to and nobody has confirmed: one task a meter."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from api.task import Look, Source, Task, Urgency, meter_called
from energy.text import Text
from storage.records import event_candidates
from storage.records.event_candidates import EventCandidate


def _find(look: Look) -> Iterator[Task]:
    waiting = event_candidates.open_candidates(look.session)
    for meter, group in groupby(waiting, key=lambda one: one.meter):
        yield _task(look, meter, list(group))


def _task(look: Look, meter: str, found: Sequence[EventCandidate]) -> Task:
    first = found[0]
    known = look.registry.meter.get(meter)
    return Task(
        source="meter_events",
        urgency=Urgency.SOON,
        title=Text("待确认的计量点事件：", "A meter event to confirm: ")
        + Text(first.evidence_zh, first.evidence_en),
        where=meter_called(look.registry, meter),
        todo=Text(
            "若确有其事，登记事件（jieneng meters event）；若并无其事，排除它。"
            "在此之前这一段不计用量。",
            "If it happened, enter the event (jieneng meters event); if not, dismiss it. Until "
            "then this stretch has no amount.",
        ),
        command=f"jieneng meters candidates {meter}",
        since=first.after,
        count=len(found),
        institution=known.institution if known else "",
    )


SOURCE = Source(Text("待确认的计量点事件", "meter events to confirm"), _find)
