"""Checks of readings that failed on days whose books are open: one task a meter and check."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from analytics.check import Severity
from analytics.check_days import all_checks
from analytics.checks import prolonged_estimation
from api.closed import closed_periods
from api.task import Look, Source, Task, Urgency, meter_called
from energy.period import Period
from energy.span import HOUR_MS, Span, local_date
from energy.text import Text
from storage.tables import CHECK_DAY

_LOOKED_MS = 62 * 24 * HOUR_MS
"""As in api/tasks/long_gaps.py: what failed earlier nobody can look at any more."""
_TOLD_ELSEWHERE = (prolonged_estimation.CHECK.name,)
"""Long gaps are tasks of their own, with the hours."""
_MOST_STRETCHES = 8
"""Chosen: as many days in a row as a line holds; ``jieneng check METER`` shows all of them."""


class _Day(NamedTuple):
    """A local day on which a check failed, and what was seen."""

    on: date
    time: int
    severity: str
    evidence: Text


def _find(look: Look) -> Iterator[Task]:
    span = Span(max(0, look.now_ms - _LOOKED_MS), look.now_ms)
    points = look.store.points(CHECK_DAY, where=(), span=span)
    closed = closed_periods(look)
    groups: dict[tuple[str, str], list[_Day]] = defaultdict(list)
    for row in points.to_dict("records"):
        meter, check = look.registry.meter.get(str(row["meter"])), str(row["check"])
        if meter is None or check in _TOLD_ELSEWHERE:
            continue
        on = local_date(int(row["time"]), look.registry.site[meter.site].zone)
        if not _is_closed(on, closed.get(meter.institution, ())):
            evidence = Text(str(row["evidence_zh"]), str(row["evidence_en"]))
            day = _Day(on, int(row["time"]), str(row["severity"]), evidence)
            groups[meter.meter, check].append(day)
    for (name, check), days in groups.items():
        yield _task(look, name, check, sorted(days))


def _is_closed(on: date, periods: Sequence[Period]) -> bool:
    return any(one.first <= on < one.until for one in periods)


def _task(look: Look, meter: str, check: str, days: Sequence[_Day]) -> Task:
    is_wrong = any(day.severity == Severity.WRONG for day in days)
    count = len(days)
    said = _stretches([day.on for day in days])
    asks = _labels().get(check, Text(check, check))
    return Task(
        source="failed_checks",
        urgency=Urgency.SOON if is_wrong else Urgency.LATER,
        title=Text("检验未通过：", "A check failed: ") + asks,
        where=meter_called(look.registry, meter)
        + Text(
            f"：{count} 天，{said.zh}", f": {count} {'day' if count == 1 else 'days'}, {said.en}"
        ),
        todo=days[-1].evidence + (_MEND if is_wrong else _LOOK),
        command=f"jieneng check {meter}",
        since=days[0].time,
        count=count,
        institution=look.registry.meter[meter].institution,
    )


def _labels() -> Mapping[str, Text]:
    return {one.name: one.label for one in all_checks()}


def _stretches(days: Sequence[date]) -> Text:
    """Return days in order, those in a row as one; behind a few of them how many more."""
    rows: list[tuple[date, date]] = []
    for day in days:
        if rows and day - rows[-1][1] == timedelta(days=1):
            rows[-1] = (rows[-1][0], day)
        else:
            rows.append((day, day))
    shown = [f"{a}" if a == b else f"{a} – {b}" for a, b in rows[:_MOST_STRETCHES]]
    left = len(rows) - len(shown)
    text = Text("、".join(shown), ", ".join(shown))
    return text + Text(f"，还有 {left} 处", f" and {left} more") if left else text


_MEND = Text(
    "请检查表计和登记表，再更正读数（jieneng edit）或登记事件（jieneng meters event）。",
    " Look at meter and registry, then correct the readings (jieneng edit) or enter what happened "
    "(jieneng meters event).",
)
_LOOK = Text(
    "请核对是否属实；读数有误时更正（jieneng edit），属实则不必处理。",
    " See whether it is so; correct readings that are wrong (jieneng edit), else leave it.",
)

SOURCE = Source(Text("未通过的检验", "failed checks"), _find)
