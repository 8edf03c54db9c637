"""The tree of meters in the registry files: which meter may stand above which."""

from collections.abc import Mapping

from energy.kinds import KINDS, QUANTITIES
from energy.meter import MAIN, SUB, Meter
from energy.text import Text
from storage.csv_cells import Cells


def check_tree(cells: Cells, meter: Meter, named: Mapping[str, Meter]) -> None:
    """Call a mistake what a meter cannot have above it.

    A sub-meter may stand in another building than the meter above it: a campus feeds its
    buildings so.
    """
    if meter.role == MAIN and meter.parent:
        problem = Text(
            "总表（main）没有上级计量点；请留空，或改为分表（sub）。",
            "a main has no meter above it; leave it empty, or make it a sub.",
        )
        cells.mistake("parent", problem)
    elif meter.role == SUB or meter.parent:
        cells.known("parent", named, where="meters.csv", needed=True)
        if meter.parent in named:
            _check_parent(cells, meter, named[meter.parent])
        if _is_above_itself(meter, named):
            problem = Text(
                f"{meter.meter} 在计量点的层级中成了自己的上级。",
                f"{meter.meter} is above itself in the tree of meters.",
            )
            cells.mistake("parent", problem)


def _check_parent(cells: Cells, meter: Meter, parent: Meter) -> None:
    if parent.role not in (MAIN, SUB):
        problem = Text(
            f"{parent.meter} 的 role 是 {parent.role}；请填写一个总表（main）或分表（sub），"
            f"例如由 {parent.meter} 算出的虚拟总表；check 也可以没有上级。",
            f"{parent.meter} is a {parent.role} meter; name a main or a sub, such as a virtual "
            f"main made of {parent.meter}. A check may have none.",
        )
        cells.mistake("parent", problem)
    if parent.kind != meter.kind and (parent.kind in KINDS or parent.kind in QUANTITIES):
        problem = Text(
            f"{parent.meter} 计量的是 {parent.kind}，不是 {meter.kind}。",
            f"{parent.meter} counts {parent.kind}, not {meter.kind}.",
        )
        cells.mistake("parent", problem)
    if parent.institution != meter.institution:
        problem = Text(
            f"{parent.meter} 的机构是 {parent.institution or '（无）'}，不是 {meter.institution}。",
            f"{parent.meter} belongs to {parent.institution or 'nobody'}, not {meter.institution}.",
        )
        cells.mistake("parent", problem)


def _is_above_itself(meter: Meter, named: Mapping[str, Meter]) -> bool:
    seen: set[str] = set()
    above = named.get(meter.parent)
    while above is not None and above.meter not in seen:
        if above.meter == meter.meter:
            return True
        seen.add(above.meter)
        above = named.get(above.parent)
    return False
