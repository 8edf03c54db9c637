"""Closed periods whose figures would come out differently today: one task an institution."""

from collections import defaultdict
from collections.abc import Iterator

from api.task import Look, Source, Task, Urgency, institution_called
from energy.text import Text
from storage.records import restate_tasks
from storage.records.restate_tasks import RestateTask


def _find(look: Look) -> Iterator[Task]:
    groups: dict[str, list[RestateTask]] = defaultdict(list)
    for task in restate_tasks.open_tasks(look.session):
        groups[task.institution].append(task)
    for whose, tasks in groups.items():
        periods = "、".join(one.period for one in tasks), ", ".join(one.period for one in tasks)
        lines = sum(one.lines for one in tasks)
        yield Task(
            source="restatements",
            urgency=Urgency.SOON,
            title=Text(
                f"已结账的期间有 {lines} 处与现在不同",
                f"Closed periods differ from the figures of now; places: {lines}",
            ),
            where=institution_called(look.registry, whose)
            + Text(f"：{periods[0]}", f": {periods[1]}"),
            todo=Text(
                "核对差异，然后重述，或用 --into 计入未结账的期间。",
                "Look at the differences, then restate, or book them in an open period with "
                "--into.",
            ),
            command=f'jieneng ledger restate {whose} {tasks[0].period} --by ID --reason "…"',
            since=tasks[0].since,
            count=len(tasks),
            institution=whose,
        )


SOURCE = Source(Text("待重述的期间", "periods to restate"), _find)
