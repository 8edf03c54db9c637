"""The console's first page: what is to be done today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.console import page
from api.given import Given, given
from api.language import chosen_language
from api.task import Look, Task, Urgency
from api.times import zone_of
from api.today import see_known, tasks_of_today
from dashboards.units import local
from energy.text import Text

ROUTER = APIRouter(include_in_schema=False)

TITLE = Text("今天要办的事", "What to do today")
URGENCIES = {
    Urgency.NOW: (Text("立即", "Now"), "bad"),
    Urgency.SOON: (Text("尽快", "Soon"), "fair"),
    Urgency.LATER: (Text("随后", "Later"), "good"),
}


@dataclass(frozen=True)
class Shown:
    """A task as the page shows it, in one language."""

    title: str
    where: str
    todo: str
    command: str
    link: str
    since: str
    count: int


@dataclass(frozen=True)
class Group:
    """The tasks of one urgency."""

    name: str
    title: str
    mood: str
    tasks: Sequence[Shown]


@ROUTER.get("/")
@ROUTER.get("/today")
def today_page(
    request: Request, here: Annotated[Given, Depends(given)], institution: str = ""
) -> HTMLResponse:
    """Show what is to be done, the most urgent first."""
    language = chosen_language(request, here.language)
    with here.records.reading() as session:
        look = Look(session, here.store, here.now())
        see_known(look.registry, institution)
        tasks = tasks_of_today(look, institution)
        registry = look.registry
    zone = zone_of(registry)
    names = [
        (one.institution, Text(one.name_zh, one.name_en).get(language) or one.institution)
        for one in registry.institutions
    ]
    return page(
        "today.html",
        request,
        here,
        title=TITLE,
        zone=zone,
        groups=_groups(tasks, zone, language),
        institution=institution,
        institutions=names,
        is_new=not registry.meters,
    )


def _groups(tasks: Sequence[Task], zone: ZoneInfo, language: str) -> list[Group]:
    found = []
    for urgency, (title, mood) in URGENCIES.items():
        mine = [_shown(task, zone, language) for task in tasks if task.urgency is urgency]
        if mine:
            found.append(Group(urgency.name.lower(), title.get(language), mood, mine))
    return found


def _shown(task: Task, zone: ZoneInfo, language: str) -> Shown:
    return Shown(
        title=task.title.get(language),
        where=task.where.get(language),
        todo=task.todo.get(language),
        command=task.command,
        link=task.link,
        since="" if task.since is None else f"{local(task.since, zone.key):%Y-%m-%d %H:%M}",
        count=task.count,
    )
