"""What differs between two sheets, line by line."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

Lines = Mapping[str, Any]
"""Line key to what stands there: an integer, a text, or None."""

_LINES, _SIZES = "lines", "sizes"
_NAMES = ("line", "key", "name")
"""What an entry of a list is called by, where it has one of these; else by its place."""


class Change(TypedDict):
    """One line of a difference.

    Attributes:
        before: What stood there; None if the line was not there.
        after: What stands there now; None if the line is gone.
        difference: After less before, a missing one counting 0; None where one is no integer.
    """

    before: Any
    after: Any
    difference: int | None


def lines_of(sheet: bytes) -> dict[str, Any]:
    """Return the lines of a sheet by key; parts of a key are joined by "/".

    Args:
        sheet: A JSON object. If it has "lines", these are its lines, and its sizes, by which
            intensities divide; else all of it is.
    """
    content = json.loads(sheet)
    if isinstance(content, dict) and _LINES in content:
        sizes = {measure: _whole(size) for measure, size in content.get(_SIZES, {}).items()}
        return {**dict(_leaves(content[_LINES], "")), **dict(_leaves(sizes, _SIZES))}
    return dict(_leaves(content, ""))


def difference(before: Lines, after: Lines) -> dict[str, Change]:
    """Return the lines that differ, sorted by key."""
    keys = sorted(before.keys() | after.keys())
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return {
        key: Change(before=old, after=new, difference=_less(old, new))
        for key, old, new in pairs
        if old != new
    }


def changed(lines: Lines, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return lines after a difference."""
    new = dict(lines) | {key: change["after"] for key, change in changes.items()}
    return {key: value for key, value in new.items() if value is not None}


def _whole(size: str | None) -> int | str | None:
    """Return a fraction as an integer where it is one."""
    top, slash, bottom = (size or "").partition("/")
    return int(top) if slash and bottom == "1" else size


def _less(old: object, new: object) -> int | None:
    numbers = [0 if value is None else value for value in (old, new)]
    first, last = numbers
    if isinstance(first, int) and isinstance(last, int):
        return last - first
    return None


def _leaves(content: object, key: str) -> Iterable[tuple[str, Any]]:
    if isinstance(content, dict):
        parts = [(str(name), part) for name, part in content.items()]
    elif isinstance(content, list):
        parts = [(_name(part, place), part) for place, part in enumerate(content)]
    else:
        if content is not None:
            yield key, content
        return
    for name, part in parts:
        yield from _leaves(part, f"{key}/{name}" if key else name)


def _name(part: object, place: int) -> str:
    if isinstance(part, dict):
        for name in _NAMES:
            if isinstance(part.get(name), str):
                return str(part[name])
    return str(place)
