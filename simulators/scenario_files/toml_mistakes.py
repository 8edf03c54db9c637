"""Values out of a TOML file that a person writes: what is wrong is noted, and reading goes on."""

from collections.abc import Callable, Collection, Iterable, Mapping
from math import isfinite
from typing import Any, TypeVar

from energy.errors import Mistake
from energy.text import Text

Entry = TypeVar("Entry")
Found = Mapping[str, Any]

_LARGEST = 2**53
"""Beyond it a float, as which numbers are read, has not every whole number."""


class TomlMistakes:
    """Collects every mistake of a file, so that one pass mends them.

    Args:
        file: Its name, as the person knows it.

    Attributes:
        mistakes: What was wrong so far.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def wrong(self, key: str, zh: str, en: str) -> None:
        """Note a mistake at a key."""
        self.mistakes.append(Mistake(self.file, 0, key.lstrip("."), Text(zh, en)))

    def known(self, found: Found, keys: Collection[str], place: str) -> None:
        """Call a key that nobody reads a mistake: it is a misspelt one."""
        for key in found:
            if key not in keys:
                self.wrong(
                    f"{place}.{key}",
                    f"没有这个键；可以是：{'、'.join(sorted(keys))}。",
                    f"there is no such key; there are {', '.join(sorted(keys))}.",
                )

    def table(self, found: Found, key: str) -> Found:
        """Return the table at a key; an empty one where it is missing."""
        entry = found.get(key, {})
        if isinstance(entry, dict):
            return entry
        self.wrong(key, "应是一个表。", f"it must be a table: [{key}].")
        return {}

    def entries(
        self, found: Found, key: str, read: Callable[[Found, str], Entry]
    ) -> tuple[Entry, ...]:
        """Return what each entry of a list of tables says."""
        rows = found.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, f"应写成 [[{key}]]。", f"it must be written as [[{key}]].")
            return ()
        return tuple(read(entry, f"{key}[{index}]") for index, entry in enumerate(rows, start=1))

    def number(
        self, entry: Found, key: str, place: str, default: float, *, lowest: float = 0
    ) -> float:
        """Return a finite number of at least so much, or the default."""
        found = entry.get(key, default)
        if (
            isinstance(found, bool)
            or not isinstance(found, int | float)
            or not isfinite(found)
            or found < lowest
        ):
            self.wrong(
                f"{place}.{key}",
                f"{found!r} 不是不小于 {lowest:g} 的数。",
                f"{found!r} is not a number of at least {lowest:g}.",
            )
            return float(default)
        return float(found)

    def whole_number(
        self, entry: Found, key: str, place: str, default: int, *, lowest: int = 0
    ) -> int:
        """Return a whole number of at least so much, or the default."""
        found = self.number(entry, key, place, default, lowest=lowest)
        if found >= _LARGEST:
            self.wrong(f"{place}.{key}", f"{found:g} 太大。", f"{found:g} is too large a number.")
        if not found.is_integer():
            self.wrong(
                f"{place}.{key}", f"{found:g} 不是整数。", f"{found:g} is not a whole number."
            )
        return int(found)

    def demanded(self, entry: Found, key: str, place: str, *, lowest: int) -> int:
        """Return a whole number that an entry must have."""
        if key not in entry:
            self.wrong(f"{place}.{key}", "缺少这个数。", "it is missing.")
        return self.whole_number(entry, key, place, lowest, lowest=lowest)

    def word(
        self, entry: Found, key: str, place: str, allowed: Iterable[str], *, default: str = ""
    ) -> str:
        """Return one of some words; any word where none are given."""
        found = str(entry.get(key, default))
        words = list(allowed)
        if words and found not in words:
            self.wrong(
                f"{place}.{key}",
                f"{found!r} 无法识别；可以是：{'、'.join(words)}。",
                f"{found!r} is not known; it may be {', '.join(words)}.",
            )
        return found
