"""Months that ended and are not closed: one task an institution and state of its sheets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from analytics.closing.rules import State, state_of
from analytics.ledger.mains import begun_of
from api.closed import closed_periods
from api.task import Look, Source, Task, Urgency, institution_called
from energy.period import Period, period_of
from energy.span import local_date, next_month
from energy.text import Text
from storage.records import sheets

_MONTHS = 24
"""Older months are no task of today; chosen: two years can be corrected in the statistics."""


def _find(look: Look) -> Iterator[Task]:
    registry = look.registry
    begun: dict[str, int] = {}
    for meter, time in begun_of(look.store).items():
        if meter in registry.meter:
            whose = registry.meter[meter].institution
            begun[whose] = min(time, begun.get(whose, time))
    submitted, closed = set(sheets.begun(look.session)), closed_periods(look)
    for whose, time in begun.items():
        if whose not in registry.institution:
            continue
        zone = registry.site[registry.institution[whose].site].zone
        states: dict[State, list[Period]] = defaultdict(list)
        for month in _ended(local_date(time, zone), local_date(look.now_ms, zone)):
            if not any(_holds(one, month) for one in closed.get(whose, ())):
                key = (whose, month.key)
                steps = sheets.history(look.session, *key) if key in submitted else ()
                states[state_of(steps)].append(month)
        for state, months in states.items():
            yield _task(look, whose, state, months, zone)


def _holds(period: Period, month: Period) -> bool:
    return period.first <= month.first and month.until <= period.until


def _ended(first: date, today: date) -> Iterator[Period]:
    """Yield the months from that of one day until the last that has ended, the newest few."""
    start = first.replace(day=1)
    found = []
    while next_month(start) <= today:
        found.append(period_of(f"{start:%Y-%m}"))
        start = next_month(start)
    yield from found[-_MONTHS:]


def _task(look: Look, whose: str, state: State, months: Sequence[Period], zone: ZoneInfo) -> Task:
    keys = _in_rows(months)
    title, todo, action = _WORDS[state]
    return Task(
        source="periods",
        urgency=Urgency.SOON,
        title=title,
        where=institution_called(look.registry, whose) + Text("：", ": ") + keys,
        todo=todo,
        command=f"jieneng ledger {action} {whose} {months[0].key} --by ID",
        since=months[0].span(zone).end,
        count=len(months),
        institution=whose,
    )


def _in_rows(months: Sequence[Period]) -> Text:
    """Return months in order, those in a row as one."""
    rows: list[tuple[Period, Period]] = []
    for month in months:
        if rows and rows[-1][1].until == month.first:
            rows[-1] = (rows[-1][0], month)
        else:
            rows.append((month, month))
    shown = [first.key if first is last else f"{first.key} – {last.key}" for first, last in rows]
    return Text("、".join(shown), ", ".join(shown))


_WORDS = {
    State.DRAFT: (
        Text("已结束而未提交的月份", "Months that have ended and are not submitted"),
        Text(
            "补齐缺口和账单，核对报表（jieneng statement），然后提交。",
            "Fill gaps, enter bills, look at the sheet (jieneng statement), then submit it.",
        ),
        "submit",
    ),
    State.SUBMITTED: (
        Text("已提交而未结账的月份", "Months that are submitted and not closed"),
        Text(
            "统计负责人审核，单位负责人结账。",
            "The head of statistics checks it, the head of the institution closes it.",
        ),
        "close",
    ),
}

SOURCE = Source(Text("待结账的期间", "periods to close"), _find)
