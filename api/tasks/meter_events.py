"""Events of meters that readings point to and nobody has confirmed, one task a meter.

Two meters that look swapped are one task.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from analytics.swaps import commands_of
from api.task import Look, Source, Task, Urgency, meter_called
from energy.text import Text
from storage.records import event_candidates
from storage.records.event_candidates import SWAPPED, EventCandidate


def _find(look: Look) -> Iterator[Task]:
    waiting = event_candidates.open_candidates(look.session)
    alone = [one for one in waiting if one.looks != SWAPPED]
    for meter, group in groupby(alone, key=lambda one: one.meter):
        yield _task(look, meter, list(group))
    for one in waiting:
        if one.looks == SWAPPED:
            yield _swap(look, one, waiting)


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


def _swap(look: Look, one: EventCandidate, waiting: Sequence[EventCandidate]) -> Task:
    known = look.registry.meter.get(one.meter)
    both = [meter_called(look.registry, meter) for meter in (one.meter, one.factor)]
    return Task(
        source="meter_events",
        urgency=Urgency.SOON,
        title=Text("两个计量点像是互换了：", "Two meters look swapped: ")
        + Text(one.evidence_zh, one.evidence_en),
        where=both[0] + Text(" ↔ ", " ↔ ") + both[1],
        todo=Text(
            "若通道接反，用这条命令改正读数，并在登记表中更正设备和通道；若是表计互换位置，"
            "为两个计量点各登记一次更换；若并无其事，排除它（jieneng meters candidates）。",
            "If their channels were crossed, this command books the readings where they belong; "
            "correct device and channel in the registry, too. If the instruments changed places, "
            "enter a replacement at each; if neither, dismiss it (jieneng meters candidates).",
        ),
        command=commands_of(one, waiting, look.registry)[0],
        since=one.before,  # of the first exchanged reading, as the command has it
        institution=known.institution if known else "",
    )


SOURCE = Source(Text("待确认的计量点事件", "meter events to confirm"), _find)
