"""Dictionaries of sub-items: what platforms call them, mapped and never compared as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A sub-item in one dialect.

    Attributes:
        dialect: Name of the dictionary, such as national-2008.
        kind: Kind of energy or water.
        code: What the dialect calls it, such as 01B1A.
        canonical: What we call it, such as B1A; "" for all of the kind.
        name_zh: Chinese name.
        name_en: English name.
        use: The use that it is always of, a word of energy.uses; "" if it may be of any.
        source: Where the row comes from.
        confidence: A word of energy.provenance.CONFIDENCES.
    """

    dialect: str
    kind: str
    code: str
    canonical: str
    name_zh: str
    name_en: str
    use: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Items:
    """Dictionaries of sub-items.

    Attributes:
        rows: Those of all dialects; the first that names a sub-item names it for people.
    """

    rows: tuple[ItemRow, ...] = ()

    @cached_property
    def dialects(self) -> tuple[str, ...]:
        """Names of the dialects, in order."""
        return tuple(dict.fromkeys(row.dialect for row in self.rows))

    def canonical(self, dialect: str, kind: str, code: str) -> str | None:
        """Return what we call a code of a dialect; None if the dialect does not have it."""
        row = self._by_code.get((dialect, kind, code))
        return None if row is None else row.canonical

    def code(self, dialect: str, kind: str, canonical: str) -> str | None:
        """Return what a dialect calls one of our sub-items; None if it has none."""
        row = self._by_canonical.get((dialect, kind, canonical))
        return None if row is None else row.code

    def named(self, kind: str, canonical: str) -> ItemRow | None:
        """Return the row that names one of our sub-items for people; None if nobody knows it."""
        return self._names.get((kind, canonical))

    def known(self, kind: str) -> list[str]:
        """Return our sub-items of a kind, in order."""
        return sorted(item for one, item in self._names if one == kind and item)

    @cached_property
    def _by_code(self) -> dict[tuple[str, str, str], ItemRow]:
        return {(row.dialect, row.kind, row.code): row for row in self.rows}

    @cached_property
    def _by_canonical(self) -> dict[tuple[str, str, str], ItemRow]:
        return _first(((row.dialect, row.kind, row.canonical), row) for row in self.rows)

    @cached_property
    def _names(self) -> dict[tuple[str, str], ItemRow]:
        return _first(((row.kind, row.canonical), row) for row in self.rows)


def _first(pairs: Iterable[tuple[Key, ItemRow]]) -> dict[Key, ItemRow]:
    found: dict[Key, ItemRow] = {}
    for key, row in pairs:
        found.setdefault(key, row)
    return found
