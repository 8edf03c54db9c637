"""How much of the days of a line is on bills, read from its sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from analytics.statements.figures import BILL, DAY_S


def billed_seconds(line: Mapping[str, Any]) -> int:
    """Return the seconds of days on bills [s]; 0 for any other basis.

    Args:
        line: Of a sheet, which says nothing where bills leave no day open: all is on them then.
    """
    said: int = line.get("billed_s", 0)
    if said or line["basis"] != BILL or line["missing_s"] or line["amount"] is None:
        return said
    if "from" not in line:  # of a figure beside a line nobody asks how long it is
        return 0
    first, until = (date.fromisoformat(line[side]) for side in ("from", "until"))
    return (until - first).days * DAY_S
