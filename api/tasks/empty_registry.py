"""A registry without a meter: nothing else can be to do before one is imported."""

from collections.abc import Iterator

from api.task import Look, Source, Task, Urgency
from energy.text import Text


def _find(look: Look) -> Iterator[Task]:
    if look.registry.meters:
        return
    yield Task(
        source="empty_registry",
        urgency=Urgency.NOW,
        title=Text("登记表中还没有计量点", "The registry holds no meter yet"),
        where=Text("登记表", "the registry"),
        todo=Text(
            "导入机构、建筑和计量点的文件；examples/district 是一个样例。",
            "Import files of institutions, buildings and meters; examples/district is an example.",
        ),
        command="jieneng import registry FOLDER --reason first",
    )


SOURCE = Source(Text("空的登记表", "empty registry"), _find)
