"""Breaks of registers that look like an event nobody entered: one task a candidate."""

from collections.abc import Iterator

from api.task import Look, Source, Task, Urgency, meter_called
from energy.text import Text
from storage.records.event_candidates import EventCandidate, open_candidates


def _find(look: Look) -> Iterator[Task]:
    for one in open_candidates(look.session):
        yield _task(look, one)


def _task(look: Look, one: EventCandidate) -> Task:
    meter = look.registry.meter.get(one.meter)
    return Task(
        source="meter_events",
        urgency=Urgency.SOON,
        title=Text("读数中断，像有未登记的事件", "A register broke off: an event nobody entered?"),
        where=meter_called(look.registry, one.meter)
        + Text(f"：{one.evidence_zh}", f": {one.evidence_en}"),
        todo=Text(
            f"确有其事就登记事件；并无其事就排除：jieneng meters candidates --dismiss {one.number}",
            "If it happened, enter the event; if not, dismiss it: jieneng meters candidates "
            f"--dismiss {one.number}",
        ),
        command=f"jieneng meters candidates {one.meter}",
        since=one.after,
        institution="" if meter is None else meter.institution,
    )


SOURCE = Source(Text("未确认的表计事件", "events of meters to confirm"), _find)
