"""An empty registry: nothing else can be to do before one is imported.

One of institutions alone, which live on bills, is none.
"""

from collections.abc import Iterator

from api.task import Look, Source, Task, Urgency
from energy.text import Text


def _find(look: Look) -> Iterator[Task]:
    if look.registry.meters or look.registry.institutions:
        return
    yield Task(
        source="empty_registry",
        urgency=Urgency.NOW,
        title=Text("登记表还是空的", "The registry is empty yet"),
        where=Text("登记表", "the registry"),
        todo=Text(
            "导入机构、建筑和计量点的文件；examples/district 是一个样例。",
            "Import files of institutions, buildings and meters; examples/district is an example.",
        ),
        command="jieneng import registry FOLDER --reason first",
    )


SOURCE = Source(Text("空的登记表", "empty registry"), _find)
