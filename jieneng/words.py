"""What the command line says, in Chinese and English: one place per sentence."""

from typing import Literal

Language = Literal["zh", "en"]


def say(language: Language, *, zh: str, en: str) -> str:
    """Return the text in the language in force."""
    return zh if language == "zh" else en
