"""Refuses reference data that would change closed periods, with what to do instead."""

import json
from collections.abc import Iterator

from analytics.closing import altered_reference
from analytics.closing.altered import Altered
from analytics.closing.altered_reference import reference_altered
from energy.errors import Mistake
from energy.reference import Reference
from energy.text import Text
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records import sheets
from storage.records.session import Session

_ROW_OF_ITS_OWN = Text(
    "从某天起的新数值请另写一行（valid_from），原来的一行用 valid_to 结束。",
    "A new value from a day on is a row of its own (valid_from); end the one before (valid_to).",
)
HINTS = {
    altered_reference.COEFFICIENTS: _ROW_OF_ITS_OWN,
    altered_reference.EMISSIONS: _ROW_OF_ITS_OWN,
    altered_reference.TARIFFS: Text(
        "从某天起的新价格请另写一行或另写一个版本（valid_from）。",
        "Prices from a day on are rows, or a version, of their own (valid_from).",
    ),
    altered_reference.CALENDARS: Text(
        "已结账期间的日历只在原来写错时才改。",
        "Days of a closed period change only where they were wrong.",
    ),
    altered_reference.HEATING: Text(
        "新的采暖季请另写一行（season）。", "A new season is a row of its own (season)."
    ),
    altered_reference.TYPES: Text(
        "从某天起的新规定请另写一行（valid_from）。",
        "A new rule from a day on is a row of its own (valid_from).",
    ),
}
"""What to do instead, by the file."""


def reference_otherwise(session: Session, after: Reference) -> Iterator[Mistake]:
    """Yield each kind, tariff, calendar or season by which a closed period would differ, once.

    Args:
        session: Knows what is closed and what is in force.
        after: The reference data that shall be.
    """
    registry, before = registry_records.load(session), reference_records.load(session)
    closed = sheets.closed(session)
    kinds = {key: _kinds(session, *key) for key in closed}
    seen: set[tuple[str, str]] = set()
    for one in reference_altered(registry, before, after, closed, kinds):
        if (one.file, one.name) not in seen:
            seen.add((one.file, one.name))
            yield Mistake(one.file, 0, one.column, _problem(one))


def _kinds(session: Session, institution: str, period: str) -> set[str]:
    """Return the kinds that the lines of a closed sheet are of."""
    held = sheets.in_force(sheets.history(session, institution, period))
    lines = json.loads(sheets.content_of(session, held))["lines"]
    return {line["kind"] for line in lines.values() if "kind" in line}


def _problem(one: Altered) -> Text:
    whose, period = one.institution, one.period
    hint = HINTS[one.file]
    return Text(
        f"{one.name} 的改动会改变 {whose} 已结账的 {period}。{hint.zh}如果原来写错："
        "jieneng import reference FOLDER --restating，"
        f"然后运行 jieneng ledger restate {whose} {period}。",
        f"what is changed of {one.name} would change {period} of {whose}, which is closed. "
        f"{hint.en} If it was wrong: jieneng import reference FOLDER --restating, and then: "
        f"jieneng ledger restate {whose} {period}.",
    )
