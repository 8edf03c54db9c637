"""Meters that the registry in force counts wrongly: it was taken before such files were refused."""

from collections.abc import Iterator

from api.task import Look, Source, Task, Urgency, meter_called
from energy.text import Text


def _find(look: Look) -> Iterator[Task]:
    for one in look.registry.miscounted:
        if one.is_sure:
            yield Task(
                source="miscounted",
                urgency=Urgency.SOON,
                title=Text("登记表计量重复或有误", "The registry counts a meter wrongly"),
                where=meter_called(look.registry, one.meter),
                todo=Text(
                    "导出登记表，修改后再导入：", "Export the registry, change it, import it: "
                )
                + one.words,
                command="jieneng export registry FOLDER",
                institution=one.institution,
            )


SOURCE = Source(Text("登记表中计量有误", "meters counted wrongly"), _find)
