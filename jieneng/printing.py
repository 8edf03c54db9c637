"""What comes from outside, made fit for a terminal."""

from api.reasons import reason_text
from energy.text import Text


def printable(text: str) -> str:
    """Return a text from outside without signs that would steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def printable_reason(reason: str) -> Text:
    """Return a reason in both languages; units and names in it are words of devices."""
    found = reason_text(reason)
    return Text(printable(found.zh), printable(found.en))
