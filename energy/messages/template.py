"""Names made of pieces of a message: levels of its topic and places in its document.

``panel-{2}`` is "panel-" and the second level of the topic, ``{/id}`` what stands at a JSON
pointer, ``{*1}`` the key or index that the first star of the value's pointer stands for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from energy.errors import PatternError
from energy.messages.pointer import Key, Pointer, pointer_of
from energy.text import Text

_PIECE = re.compile(r"\{([^{}]*)\}")
_LEVEL = re.compile("[1-9][0-9]?")
_STAR = re.compile(r"\*[1-9]")
_MOST_NUMBER = 10**30


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the topic, the first being 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Star:
    """What a star of the value's pointer stands for, the first being 1."""

    number: int


Blank = Level | Star | Pointer
"""A piece of a name that differs from message to message."""


class Template(NamedTuple):
    """A name with blanks.

    Attributes:
        pieces: Fixed words and blanks in order.
    """

    pieces: tuple[str | Blank, ...]

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """The blanks in order."""
        return tuple(piece for piece in self.pieces if not isinstance(piece, str))

    def name(self, levels: Sequence[str], document: object, keys: Sequence[Key]) -> str:
        """Return the name in a message; "" where one blank finds no word, for half is no name.

        Args:
            levels: The levels of its topic.
            document: Its decoded JSON document.
            keys: What the stars of the value's pointer stand for.
        """
        words = []
        for piece in self.pieces:
            word = piece if isinstance(piece, str) else _word(piece, levels, document, keys)
            if not word:
                return ""
            words.append(word)
        return "".join(words)


def template_of(text: str) -> Template:
    """Return the template that a text stands for.

    Raises:
        PatternError: If a blank in it cannot be read.
    """
    words = _PIECE.split(text)  # fixed words and what is in braces take turns
    if any(sign in word for word in words[::2] for sign in "{}"):
        problem = Text(f"{text!r} 中的花括号不成对。", f"{text!r} has a brace without its partner.")
        raise PatternError(problem)
    pieces = [_blank(word) if place % 2 else word for place, word in enumerate(words)]
    return Template(tuple(piece for piece in pieces if piece != ""))


def _blank(text: str) -> Blank:
    if _LEVEL.fullmatch(text):
        return Level(int(text))
    if _STAR.fullmatch(text):
        return Star(int(text[1:]))
    if text.startswith("/"):
        return pointer_of(text)
    problem = Text(
        f"{{{text}}} 无法识别；可以是主题的第几级 {{2}}、JSON 指针 {{/id}}、"
        "或数值指针的第几个星号 {*1}。",
        f"{{{text}}} is not known. It may be a level of the topic {{2}}, a JSON pointer {{/id}}, "
        "or a star of the value's pointer {*1}.",
    )
    raise PatternError(problem)


def _word(blank: Blank, levels: Sequence[str], document: object, keys: Sequence[Key]) -> str:
    if isinstance(blank, Level):
        return levels[blank.number - 1] if blank.number <= len(levels) else ""
    if isinstance(blank, Star):
        return str(keys[blank.number - 1]) if blank.number <= len(keys) else ""
    found = blank.at(document, keys)
    if isinstance(found, str):
        return found
    # Of numbers only whole ones are names: 7.0 and 7 would be two devices.
    is_name = type(found) is int and -_MOST_NUMBER < found < _MOST_NUMBER
    return str(found) if is_name else ""
