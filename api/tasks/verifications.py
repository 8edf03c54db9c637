"""Verifications of instruments that are due: one task for the overdue, one for those to come."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analytics.reminders import due_text, reminded
from api.task import Look, Source, Task, Urgency, meter_called
from energy.instruments import Due
from energy.span import midnight, next_day
from energy.text import Text


def _find(look: Look) -> Iterator[Task]:
    groups: dict[tuple[str, bool], list[Due]] = defaultdict(list)
    for due in reminded(look.registry, look.reference, now_ms=look.now_ms):
        whose = look.registry.meter[due.instrument.meter].institution
        groups[whose, due.is_overdue].append(due)
    for (whose, is_overdue), dues in groups.items():
        yield _task(look, whose, dues, is_overdue=is_overdue)


def _task(look: Look, whose: str, dues: Sequence[Due], *, is_overdue: bool) -> Task:
    first, count = dues[0], len(dues)
    where = meter_called(look.registry, first.instrument.meter)
    if count > 1:
        where += Text(f"等 {count} 台", f" and {count - 1} more")
    return Task(
        source="verifications",
        urgency=Urgency.SOON if is_overdue else Urgency.LATER,
        title=due_text(first),
        where=where,
        todo=Text(
            "安排检定，然后把新证书写进登记表的 instruments.csv。",
            "Have it verified, then write the new certificate into instruments.csv of the "
            "registry.",
        ),
        command="jieneng instruments due",
        since=_ended(look, first) if is_overdue else None,
        count=count,
        institution=whose,
    )


def _ended(look: Look, due: Due) -> int | None:
    if due.due is None:
        return None
    site = look.registry.meter[due.instrument.meter].site
    return midnight(next_day(due.due), look.registry.site[site].zone)


SOURCE = Source(Text("到期的检定", "verifications due"), _find)
