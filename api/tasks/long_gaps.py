"""Gaps that were estimated over days: one task an institution, while its months are open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.task import Look, Source, Task, Urgency, meter_called, reading_link
from energy.span import HOUR_MS, Span
from energy.text import Text
from storage.tables import ESTIMATE

_LONGEST_HOURS = 72
"""As in analytics/checks/prolonged_estimation.py."""
_LOOKED_MS = 62 * 24 * HOUR_MS
"""Chosen: what was read then is still on somebody's sheet of paper, and its month is open."""


class _Gap(NamedTuple):
    """A gap of a meter: whole hours, and when it began [ms]."""

    hours: int
    meter: str
    start: int


def _find(look: Look) -> Iterator[Task]:
    span = Span(max(0, look.now_ms - _LOOKED_MS), look.now_ms)
    points = look.store.points(ESTIMATE, where=(), span=span)
    gaps: dict[str, list[_Gap]] = defaultdict(list)
    columns = (points[name].tolist() for name in ("institution", "meter", "time", "until"))
    for whose, meter, start, end in zip(*columns, strict=True):
        hours = (int(end) - int(start)) // HOUR_MS
        if hours > _LONGEST_HOURS:
            gaps[str(whose)].append(_Gap(hours, str(meter), int(start)))
    for whose, found in gaps.items():
        yield _task(look, whose, found)


def _task(look: Look, whose: str, gaps: Sequence[_Gap]) -> Task:
    longest = max(gaps)
    meters = len({one.meter for one in gaps})
    where = meter_called(look.registry, longest.meter)
    if meters > 1:
        where += Text(f"等 {meters} 个计量点", f" and {meters - 1} more meters")
    return Task(
        source="long_gaps",
        urgency=Urgency.SOON,
        title=Text(
            f"估算超过 {_LONGEST_HOURS} 小时的缺口，最长 {longest.hours} 小时",
            f"Gaps of more than {_LONGEST_HOURS} hours were estimated, the longest: "
            f"{longest.hours} h",
        ),
        where=where,
        todo=Text(
            "如有人当时抄过表，补录读数；台账随后重算。",
            "If somebody read the meter then, enter it; the ledger is computed again.",
        ),
        command=f'jieneng reading add {longest.meter} --at "…" --value … --reason "…"',
        link=reading_link(longest.meter),
        since=min(one.start for one in gaps),
        count=len(gaps),
        institution=whose,
    )


SOURCE = Source(Text("长期估算的缺口", "gaps estimated for long"), _find)
