"""What was restated of a sheet, as people read it: who, why, and the difference of each line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.statements.printed.entries import (
    BASIS_LABELS,
    MEASURE_LABELS,
    METHOD_LABELS,
    PrintedLine,
    decimal,
    number_text,
)
from analytics.statements.printed.words import method_of_grams, place_of
from energy.kinds import KINDS
from energy.text import Text

_FRACTION = re.compile(r"-?\d+/[1-9]\d*")
_MILLION, _GRAMS, _HOUR_S = 1_000_000, 1000, 3600
_HOURS = Text("小时", "h")
_FIELDS: dict[str, tuple[Text, int, Text]] = {
    "cost": (Text("费用", "cost"), _MILLION, Text("元", "yuan")),
    "coal_g": (Text("标准煤", "standard coal"), _GRAMS, Text("kgce", "kgce")),
    "measured_s": (Text("实测时长", "measured"), _HOUR_S, _HOURS),
    "estimated_s": (Text("估算时长", "estimated"), _HOUR_S, _HOURS),
    "unresolved_s": (Text("无法判定时长", "unresolved"), _HOUR_S, _HOURS),
    "missing_s": (Text("缺失时长", "missing"), _HOUR_S, _HOURS),
    "billed_s": (Text("有账单的时长", "billed"), _HOUR_S, _HOURS),
    "overdue_s": (Text("检定过期时长", "verification overdue"), _HOUR_S, _HOURS),
}
"""Field of a line to its label, what is divided by, and the unit then."""
_WORDS = {
    "basis": Text("依据", "basis"),
    "is_blank": Text("不填", "left blank"),
    "notes": Text("说明", "notes"),
    "generated": Text("自发自用", "own generation"),
    "unpriced": Text("没有价格的计量点", "meters without a price"),
    "sources": Text("来源", "sources"),
    "beside": Text("其他依据", "other sources"),
    "coal_rows": Text("折标系数来源", "rows of coal coefficients"),
    "coal_per_display": Text("折标系数", "coal coefficient"),
    "co2": Text("CO2", "CO2"),
}
"""First part of a field that is no number of its own to its label."""
_AMOUNTS = {
    "amount": Text("消费量", "amount"),
    "estimated": Text("估算量", "of which estimated"),
}


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


@dataclass(frozen=True, slots=True)
class PrintedChange:
    """What differs, in display units.

    Attributes:
        line: Key of the line in the sheet.
        label: What people call it: month, kind, use and field.
        before: What stood there; None if nothing did, or if it is no number.
        after: What stands there now; None likewise.
        unit: Display unit; "" for a text.
        texts: Before and after where they are no numbers.
        field: Which field of the line.
    """

    line: str
    label: str
    before: Decimal | None
    after: Decimal | None
    unit: str
    texts: tuple[str, str] = ("", "")
    field: str = ""

    @property
    def less(self) -> Decimal | None:
        """After less before, what is missing counting 0; None for a text."""
        if self.before is None and self.after is None:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def changes_of(restated: Restated, language: str) -> list[PrintedChange]:
    """Return what differs line by line; texts in the other language are left out."""
    other = "/en" if language == "zh" else "/zh"
    return [
        _change(key, change, language)
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
        found.append((_change(key, zh_change, "zh"), _change(key, en_change, "en")))
    return found


def change_text(change: PrintedChange) -> str:
    """Return a difference on one line."""
    if change.less is None:
        before, after = change.texts
        return f"{change.label}: {before or '—'} → {after or '—'}"
    before, after, less = (
        number_text(number, 3) or "—" for number in (change.before, change.after, change.less)
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


def _change(key: str, change: Mapping[str, Any], language: str) -> PrintedChange:
    line, field, subject = place_of(key)
    label, divisor, unit = _meaning(key, line, field, language)
    said = f"{subject.get(language)} {label}".strip()
    numbers = [_number(change[side], divisor) for side in ("before", "after")]
    if all(number is None for number in numbers):
        before, after = (
            "" if change[side] is None else _text(field, str(change[side]), language)
            for side in ("before", "after")
        )
        return PrintedChange(line, said, None, None, "", (before, after), field)
    return PrintedChange(line, said, numbers[0], numbers[1], unit, field=field)


def _text(field: str, word: str, language: str) -> str:
    is_basis = field == "basis" and word in BASIS_LABELS
    return BASIS_LABELS[word].get(language) if is_basis else word


def _meaning(key: str, line: str, field: str, language: str) -> tuple[str, int, str]:
    """Return the label of a field, what it is divided by, and its unit."""
    if field in _FIELDS and line:
        label, divisor, unit = _FIELDS[field]
        return label.get(language), divisor, unit.get(language)
    if field in _AMOUNTS and line:
        kind = KINDS[line.split("/", maxsplit=1)[0]]
        return _AMOUNTS[field].get(language), kind.base_per_display, kind.display_unit
    measure = key.removeprefix("sizes/")
    if measure in MEASURE_LABELS:
        return MEASURE_LABELS[measure].get(language), 1, ""
    parts, method = field.split("/"), method_of_grams(field)
    if line and method:
        return f"CO2 {METHOD_LABELS[method].get(language)}", _GRAMS, "kg"
    if line and parts[0] in _WORDS:
        more = [part for part in parts[1:] if part not in ("zh", "en")]
        return " ".join([_WORDS[parts[0]].get(language), *more]), 1, ""
    return field, 1, ""


def _number(value: object, divisor: int) -> Decimal | None:
    """Return a whole number or a fraction a/b in display units; None for anything else."""
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return decimal(Fraction(value) / divisor)
    return decimal(Fraction(value, divisor)) if isinstance(value, int) else None
