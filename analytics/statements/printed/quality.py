"""How the time of a line is known, in words and percent."""

from decimal import Decimal

from analytics.statements.printed.entries import PrintedLine, number_text
from energy.text import Text

ON_BILLS = Text("账单", "on bills")
"""What the share of the time is called that is on bills, beside what meters tell."""


def quality_text(line: PrintedLine, language: str) -> str:
    """Return the shares measured, estimated and missing; behind them that on bills, if not all is.

    Empty where no meter stands behind the line and its bills leave nothing open.
    """
    if line.measured is None:
        return ""
    said = " / ".join(_percent(share) for share in (line.measured, line.estimated, line.missing))
    return said if line.billed is None else f"{said} / {billed_text(line.billed, language)}"


def billed_text(share: Decimal, language: str) -> str:
    """Return the share of the time that is on bills, 0 to 1, with its name."""
    return f"{ON_BILLS.get(language)} {_percent(share)}"


def _percent(share: Decimal | None) -> str:
    return f"{number_text((share or Decimal(0)) * 100, 1)} %"
