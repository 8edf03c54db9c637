"""Bodies that institutions report to, in two lines: by region and by department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REGION_LINE, DEPARTMENT_LINE = "region", "department"
LINES = (REGION_LINE, DEPARTMENT_LINE)
"""Lines of reporting of the statistics system: county to province, or unit to parent department."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that gathers the statements of others.

    Attributes:
        body: Name.
        line: A word of LINES.
        parent: The body above it on the same line; "" at the root of a line.
        name_zh: Chinese name.
        name_en: English name.
    """

    body: str
    line: str
    parent: str
    name_zh: str
    name_en: str


def bodies_below(bodies: Sequence[Body], body: str) -> frozenset[str]:
    """Return the names of a body and of all below it; circles do no harm."""
    below: dict[str, list[str]] = {}
    for one in bodies:
        below.setdefault(one.parent, []).append(one.body)
    found: set[str] = set()
    waiting = [body]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += below.get(name, ())
    return frozenset(found)


def is_above_itself(body: Body, named: Mapping[str, Body]) -> bool:
    """Tell whether following the parents of a body leads back to it."""
    seen: set[str] = set()
    above = named.get(body.parent)
    while above is not None and above.body not in seen:
        if above.body == body.body:
            return True
        seen.add(above.body)
        above = named.get(above.parent)
    return False
