"""What people have to do today, the most urgent first."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from api.task import Task
    from energy.text import Text


def work(desk: Desk, *, institution: str, as_json: bool, language: str) -> int:
    """Say what is to be done."""
    from api.task import Look
    from api.times import zone_of
    from api.today import see_known, task_row, tasks_of_today
    from energy.text import Text
    from jieneng.printing import printable

    house = desk.stores
    with house.records.reading() as session:
        look = Look(session, house.store, house.clock())
        see_known(look.registry, institution)
        tasks = tasks_of_today(look, institution)
        zone = zone_of(look.registry)
    if as_json:
        desk.say(json.dumps([task_row(one) for one in tasks], ensure_ascii=False))
        return 0
    for number, task in enumerate(tasks, 1):
        for line in _lines(number, task, zone):
            desk.say(printable(line.get(language)))
    if not tasks:
        desk.say(Text("今天没有要办的事。", "Nothing is to be done today.").get(language))
    return 0


def _lines(number: int, task: "Task", zone: "ZoneInfo") -> "Iterator[Text]":
    from energy.span import from_ms
    from energy.text import Text

    mark = {1: Text("立即", "now"), 2: Text("尽快", "soon"), 3: Text("随后", "later")}[task.urgency]
    since = Text("", "")
    if task.since is not None:
        at = f"{from_ms(task.since).astimezone(zone):%Y-%m-%d %H:%M}"
        since = Text(f"（自 {at}）", f" (since {at})")
    yield Text(f"{number:>3}  [", f"{number:>3}  [") + mark + Text("] ", "] ") + task.title + since
    indent = Text("     ", "     ")
    yield indent + task.where
    yield indent + task.todo
    if task.command:
        yield indent + Text(task.command, task.command)


def call(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Only its tasks; else those of all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
    language: Annotated[str, typer.Option(help="zh or en; else as the commands speak.")] = "",
) -> None:
    """Say what is to be done today, the most urgent first.

    Refused messages, silent meters, meter events to confirm, long gaps, findings, periods to
    close or to restate, verifications due, and reference data to confirm. Example: jieneng today
    town_hall
    """
    from energy.errors import ConfigError
    from energy.text import Text
    from jieneng.settings import language_of_commands

    language = language or language_of_commands()
    if language not in ("zh", "en"):
        raise ConfigError(Text("--language 应为 zh 或 en。", "--language should be zh or en."))
    at_the_desk(
        context, "today", "today", institution=institution, as_json=as_json, language=language
    )


COMMAND = Command(call=call, works={"today": work}, rank=21)
