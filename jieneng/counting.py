"""Figures as words."""

from collections.abc import Mapping

from energy.text import Text


def counted(count: int, noun: str) -> str:
    """Return a count with its English noun, in the plural where it is not 1."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(figures: Mapping[str, int], names: Mapping[str, Text]) -> Text:
    """Return figures with their names, one behind the other; one without a name by its key."""
    said = [
        Text(f"{name.zh} {figure:,}", f"{name.en} {figure:,}")
        for key, figure in figures.items()
        for name in [names.get(key, Text(key, key))]
    ]
    return Text("，".join(one.zh for one in said), ", ".join(one.en for one in said))
