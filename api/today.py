"""What people have to do today: the tasks of every source, the most urgent first, few of each."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import api.tasks
from api.task import Look, Source, Task, Urgency
from api.times import iso
from energy.errors import ConfigError, StoreError
from energy.offers import offers
from energy.registry import Registry
from energy.text import Text

MOST_OF_A_SOURCE = 5
"""Chosen: what comes behind five of a sort is not done today either."""


def sources() -> dict[str, Source]:
    """Return every source of tasks by its name."""
    return offers(api.tasks, "SOURCE", Source)


def tasks_of_today(look: Look, institution: str = "") -> list[Task]:
    """Return what is to be done, the most urgent first and the oldest of these first.

    Of each source the first few stand alone and the others as one task. A source whose store does
    not answer is a task by itself.

    Args:
        look: What sources look at.
        institution: Only its tasks, without those of the whole district; "" for all.
    """
    found: list[Task] = []
    for name, source in sources().items():
        tasks = sorted(_found(look, name, source), key=_order)
        mine = [one for one in tasks if institution in ("", one.institution)]
        found += _few(source, mine)
    return sorted(found, key=_order)


def see_known(registry: Registry, institution: str) -> None:
    """See that an institution that somebody names is in the registry; "" is all of them.

    Raises:
        ConfigError: If not.
    """
    known = registry.institution
    if institution and institution not in known:
        raise ConfigError(
            Text(
                f"没有机构 {institution!r}。已有：{'、'.join(known) or '—'}。",
                f"There is no institution {institution!r}. Known: {', '.join(known) or '—'}.",
            )
        )


def task_row(task: Task) -> dict[str, object]:
    """Return a task as JSON values, for machines."""
    return {
        "source": task.source,
        "urgency": task.urgency.name.lower(),
        "title": {"zh": task.title.zh, "en": task.title.en},
        "where": {"zh": task.where.zh, "en": task.where.en},
        "todo": {"zh": task.todo.zh, "en": task.todo.en},
        "command": task.command,
        "link": task.link,
        "since": None if task.since is None else iso(task.since),
        "count": task.count,
        "institution": task.institution,
    }


def _found(look: Look, name: str, source: Source) -> list[Task]:
    try:
        return list(source.find(look))
    except StoreError as error:
        return [
            Task(
                source=name,
                urgency=Urgency.NOW,
                title=source.label + Text("：无法查看", ": cannot be looked at"),
                where=error.text,
                todo=Text("请检查各存储库。", "Look at the stores."),
                command="jieneng check",
            )
        ]


def _few(source: Source, tasks: Sequence[Task]) -> Iterator[Task]:
    """Yield the first tasks of a source, and the others of each urgency as one."""
    yield from tasks[:MOST_OF_A_SOURCE]
    for urgency, group in groupby(tasks[MOST_OF_A_SOURCE:], key=lambda one: one.urgency):
        others = list(group)
        first, count = others[0], sum(one.count for one in others)
        yield Task(
            source=first.source,
            urgency=urgency,
            title=source.label + Text(f"：还有 {len(others)} 项", f": {len(others)} more"),
            where=Text("从最早的开始：", "the oldest first: ") + first.where,
            todo=first.todo,
            command=first.command,
            link=first.link,
            since=first.since,
            count=count,
        )


def _order(task: Task) -> tuple[int, int, str]:
    """Return what tasks are sorted by; what nobody knows the beginning of comes first."""
    return (task.urgency, task.since or 0, task.where.en)
