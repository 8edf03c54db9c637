"""JSON pointers in which ``*`` stands for every element of an array or an object.

Source: RFC 6901 for all but the star. A star stands for a whole part, so that a key that is called
``*`` can be reached by a star only.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from energy.errors import PatternError
from energy.text import Text

STAR = "*"
Key = str | int
"""What a star stands for at one element: the key in an object, the index in an array."""


class Missing:
    """What a pointer finds where there is nothing; JSON's null is something."""


MISSING = Missing()

_ESCAPE = re.compile("~[^01]|~$")
_INDEX = re.compile("0|[1-9][0-9]*")


class Pointer(NamedTuple):
    """Where in a JSON document something stands.

    Attributes:
        parts: Keys and indices from the outside in, escapes undone; none for the whole document.
    """

    parts: tuple[str, ...]

    @property
    def stars(self) -> int:
        """How many stars it has."""
        return self.parts.count(STAR)

    @property
    def text(self) -> str:
        """The pointer as it is written."""
        return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in self.parts)

    def walk(self, document: object) -> Iterator[tuple[tuple[Key, ...], object]]:
        """Yield what stands there, each with what its stars stand for, in the document's order."""
        return _walk(document, self.parts, ())

    def at(self, document: object, keys: Sequence[Key]) -> object:
        """Return what stands there where each star stands for the key given; else MISSING.

        Args:
            document: A decoded JSON document.
            keys: At least as many as there are stars; what is left over is passed over.
        """
        stars = iter(keys)
        for part in self.parts:
            document = _element(document, next(stars)) if part == STAR else _child(document, part)
        return document


def pointer_of(text: str) -> Pointer:
    """Return the pointer that a text stands for.

    Raises:
        PatternError: If it is none.
    """
    if text and not text.startswith("/"):
        problem = Text(
            f"{text!r} 不是 JSON 指针；它以 '/' 开头，例如 /data/0/value。",
            f"{text!r} is no JSON pointer; it starts with '/', such as /data/0/value.",
        )
        raise PatternError(problem)
    if _ESCAPE.search(text):
        problem = Text(
            f"{text!r} 中的 '~' 无法识别；键名里的 '~' 写作 ~0，'/' 写作 ~1。",
            f"{text!r} has a '~' that says nothing; in a key '~' is written ~0 and '/' ~1.",
        )
        raise PatternError(problem)
    parts = text.split("/")[1:]
    return Pointer(tuple(part.replace("~1", "/").replace("~0", "~") for part in parts))


def _walk(
    value: object, parts: tuple[str, ...], keys: tuple[Key, ...]
) -> Iterator[tuple[tuple[Key, ...], object]]:
    if not parts:
        yield keys, value
    elif parts[0] != STAR:
        below = _child(value, parts[0])
        if below is not MISSING:
            yield from _walk(below, parts[1:], keys)
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _walk(below, parts[1:], (*keys, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _walk(below, parts[1:], (*keys, index))


def _child(value: object, part: str) -> object:
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if isinstance(value, list) and _INDEX.fullmatch(part):
        return _element(value, int(part))
    return MISSING


def _element(value: object, key: Key) -> object:
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return MISSING
