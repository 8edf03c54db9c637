"""What was restated of a sheet, as people read it: who, why, and the difference of each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.statements.printed.differences import PrintedChange, change_of
from analytics.statements.printed.entries import PrintedLine, number_text
from energy.text import Text


@dataclass(frozen=True, slots=True)
class Restated:
    """A restatement or adjustment of a closed sheet.

    Attributes:
        number: Of this period, from 1.
        when: Local day.
        by: Name of who did it.
        reason: Why.
        into: Period that the difference is booked in; "" for a new sheet.
        difference: Line to before, after and difference.
    """

    number: int
    when: str
    by: str
    reason: str
    into: str
    difference: Mapping[str, Mapping[str, Any]]

    def short(self, language: str) -> str:
        """Return what it is called in a note beside a figure."""
        if self.into:
            said = Text(
                f"调整 {self.number}（已计入 {self.into}，本行不变）：",
                f"adjustment {self.number}, booked in {self.into} and not here: ",
            )
        else:
            said = Text(f"重述 {self.number}：", f"restated {self.number}: ")
        return said.get(language)

    def heading(self, language: str) -> str:
        """Return who did what, when and why."""
        kind = Text("调整", "adjusted") if self.into else Text("重述", "restated")
        into = f" → {self.into}" if self.into else ""
        return f"{kind.get(language)} {self.number}{into}   {self.when}   {self.by}   {self.reason}"


def changes_of(restated: Restated, language: str) -> list[PrintedChange]:
    """Return what differs line by line; texts in the other language are left out."""
    other = "/en" if language == "zh" else "/zh"
    return [
        change_of(key, change, language)
        for key, change in restated.difference.items()
        if not key.endswith(other)
    ]


def changes_in_both(
    difference: Mapping[str, Mapping[str, Any]],
) -> list[tuple[PrintedChange, PrintedChange]]:
    """Return what differs line by line, in Chinese and in English."""
    found = []
    for key, change in difference.items():
        stem = key.removesuffix("/zh").removesuffix("/en")
        zh, en = f"{stem}/zh", f"{stem}/en"
        if key == en and zh in difference:
            continue  # told beside its Chinese
        zh_change, en_change = difference.get(zh, change), difference.get(en, change)
        found.append((change_of(key, zh_change, "zh"), change_of(key, en_change, "en")))
    return found


def change_text(change: PrintedChange) -> str:
    """Return a difference on one line."""
    if change.less is None:
        before, after = change.texts
        return f"{change.label}: {before or '—'} → {after or '—'}"
    before, after, less = (
        number_text(number, change.places) or "—"
        for number in (change.before, change.after, change.less)
    )
    sign = "" if change.less < 0 else "+"
    unit = f" {change.unit}" if change.unit else ""
    return f"{change.label}: {before} → {after}{unit} ({sign}{less})"


def with_restatements(
    lines: Sequence[PrintedLine], restated: Sequence[Restated], language: str
) -> list[PrintedLine]:
    """Return lines with a note where their amount was restated, the newest last."""
    notes: dict[str, list[str]] = {}
    for one in restated:
        for change in changes_of(one, language):
            if change.field == "amount" and change.less is not None:
                sign = "" if change.less < 0 else "+"
                said = one.short(language)
                note = f"{said}{sign}{number_text(change.less, 3)} {change.unit}"
                notes.setdefault(change.line, []).append(note)
    return [replace(line, notes=(*line.notes, *notes.get(line.key, ()))) for line in lines]


def with_signed(
    lines: Sequence[PrintedLine], beside: Mapping[str, Text], language: str
) -> list[PrintedLine]:
    """Return lines of a draft with what a closed sheet of the same days says of them otherwise.

    Args:
        lines: Of the draft.
        beside: Key of a line to that.
        language: zh or en.
    """
    return [
        replace(line, notes=(*line.notes, beside[line.key].get(language)))
        if line.key in beside
        else line
        for line in lines
    ]
