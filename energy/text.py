"""What is said to people, in both languages of the platform."""

from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people, in both languages.

    Attributes:
        zh: Chinese.
        en: English; what logs and machines get.
    """

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in a language, zh or en."""
        return self.zh if language == "zh" else self.en

    def __add__(self, other: "Text") -> "Text":
        """Return this text with another one behind it, in both languages."""
        return Text(self.zh + other.zh, self.en + other.en)

    def __str__(self) -> str:
        return self.en


def cells_of(text: str) -> int:
    """Return how many cells of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """Return a text with blanks up to a number of cells; never less than the text.

    Args:
        text: The text.
        cells: How many.
        right: Whether the text stands at the right end, as numbers do.
    """
    blanks = " " * (cells - cells_of(text))
    return blanks + text if right else text + blanks
