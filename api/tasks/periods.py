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
from storage.records import bills, sheets

_MONTHS = 24
"""So many months are named, older ones counted; chosen: two years can be corrected in the
statistics."""


def _find(look: Look) -> Iterator[Task]:
    registry = look.registry
    submitted, closed = set(sheets.begun(look.session)), closed_periods(look)
    for whose, first in _begun(look).items():
        zone = registry.site[registry.institution[whose].site].zone
        states: dict[State, list[Period]] = defaultdict(list)
        for month in _ended(first, local_date(look.now_ms, zone)):
            if not any(_holds(one, month) for one in closed.get(whose, ())):
                key = (whose, month.key)
                steps = sheets.history(look.session, *key) if key in submitted else ()
                states[state_of(steps)].append(month)
        for state, months in states.items():
            yield _task(look, whose, state, months, zone)


def _begun(look: Look) -> dict[str, date]:
    """Return the first local day of each institution of which a meter or a bill says something."""
    registry = look.registry
    found: dict[str, date] = {}
    for meter, time in begun_of(look.store).items():
        known = registry.meter.get(meter)
        if known is not None and known.institution in registry.institution:
            day = local_date(time, registry.site[known.site].zone)
            found[known.institution] = min(day, found.get(known.institution, day))
    for bill in bills.in_force(look.session):
        if bill.institution in registry.institution:
            found[bill.institution] = min(bill.first, found.get(bill.institution, bill.first))
    return found


def _holds(period: Period, month: Period) -> bool:
    return period.first <= month.first and month.until <= period.until


def _ended(first: date, today: date) -> Iterator[Period]:
    """Yield the months from that of one day until the last that has ended."""
    start = first.replace(day=1)
    while next_month(start) <= today:
        yield period_of(f"{start:%Y-%m}")
        start = next_month(start)


def _task(look: Look, whose: str, state: State, months: Sequence[Period], zone: ZoneInfo) -> Task:
    named, older = months[-_MONTHS:], len(months[:-_MONTHS])
    keys = _in_rows(named)
    if older:
        keys += Text(f"，另有更早的 {older} 个月", f", and {older} older")
    title, todo, action = _WORDS[state]
    return Task(
        source="periods",
        urgency=Urgency.SOON,
        title=title,
        where=institution_called(look.registry, whose) + Text("：", ": ") + keys,
        todo=todo,
        command=f"jieneng ledger {action} {whose} {named[0].key} --by ID",
        since=named[0].span(zone).end,
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
