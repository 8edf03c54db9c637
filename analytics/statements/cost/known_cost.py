"""What lines of a sheet say of a cost that is not all of it, or only the least it can be.

Sheets keep it in their notes, so that those that were closed before say it, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.statements.cost.energy_alone import WITHOUT
from energy.text import Text

AT_LEAST = Text("费用至少如此：", "The cost is at least that: ")
"""What every note begins with that says why a cost is the least it can be."""

_Line = Mapping[str, Any]


def without_said(line: _Line) -> list[Text]:
    """Return what the cost of a line is without, as its notes say it."""
    return _beginning_with(line, WITHOUT)


def least_said(line: _Line) -> list[Text]:
    """Return why the cost of a line is the least it can be, as its notes say it."""
    return _beginning_with(line, AT_LEAST)


def is_without(line: _Line) -> bool:
    """Tell whether the cost of all of a kind is without what a tariff asks by the month.

    That of a use is by rule of the energy alone.
    """
    return _is_said(line, "cost_without", without_said(line))


def is_least(line: _Line) -> bool:
    """Tell whether the cost of all of a kind is the least it can be."""
    return _is_said(line, "cost_at_least", least_said(line))


def _is_said(line: _Line, name: str, notes: Sequence[Text]) -> bool:
    return line["cost"] is not None and not line["use"] and bool(notes or line.get(name))


def of_members(members: Sequence[_Line]) -> dict[str, list[str]]:
    """Return what a line of a sum says of the costs in it: names of those they are of.

    Args:
        members: Lines of one kind, use, month and basis, each with its institution.
    """
    found = {
        "cost_without": sorted(one["institution"] for one in members if is_without(one)),
        "cost_at_least": sorted(one["institution"] for one in members if is_least(one)),
    }
    return {name: whose for name, whose in found.items() if whose}


def _beginning_with(line: _Line, start: Text) -> list[Text]:
    return [Text(**one) for one in line["notes"] if one["en"].startswith(start.en)]
