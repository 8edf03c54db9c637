"""What differs between two sheets as people read it: words, display units, factors in full."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from analytics.statements.printed.booked import ADJUSTED, ADJUSTMENT
from analytics.statements.printed.entries import (
    BASIS_LABELS,
    MEASURE_LABELS,
    METHOD_LABELS,
    decimal,
)
from analytics.statements.printed.words import place_of
from analytics.statements.weights import METHODS
from energy.kinds import KINDS, Kind
from energy.tariffs.bill_lines import LABELS as CHARGE_LABELS
from energy.text import Text

PLACES, MOST_PLACES = 3, 10
"""Decimals of amounts, and the most of a factor (chosen: published ones have five)."""
_FRACTION = re.compile(r"-?\d+/[1-9]\d*")
_MILLION, _GRAMS, _HOUR_S = 1_000_000, 1000, 3600
_HOURS, _YUAN = Text("小时", "h"), Text("元", "yuan")
_YES, _NO = Text("是", "yes"), Text("否", "no")
_NOTE = Text("说明", "note")


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
        places: Decimals to show; of a factor as many as it has.
    """

    line: str
    label: str
    before: Decimal | None
    after: Decimal | None
    unit: str
    texts: tuple[str, str] = ("", "")
    field: str = ""
    places: int = PLACES

    @property
    def less(self) -> Decimal | None:
        """After less before, what is missing counting 0; None for a text."""
        if self.before is None and self.after is None:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


class _Meaning(NamedTuple):
    """What a field is.

    Attributes:
        label: What people call it.
        divisor: What is divided by to get display units; 0 for what is no number.
        unit: The unit then.
        is_factor: Whether all its digits count.
    """

    label: Text
    divisor: int = 0
    unit: Text = Text("", "")
    is_factor: bool = False


def change_of(key: str, change: Mapping[str, Any], language: str) -> PrintedChange:
    """Return a difference of two sheets in words and display units.

    Args:
        key: Line and field, as analytics.closing.difference has them.
        change: What stood there before and after.
        language: zh or en.
    """
    booked, _, rest = key.partition("/")
    if booked.startswith(f"{ADJUSTMENT} ") and rest:
        inner, (_, period, number) = change_of(rest, change, language), booked.split()
        label = f"{ADJUSTED.get(language)} {period} ({number}) {inner.label}"
        return replace(inner, line="", field="", label=label)
    line, field, subject = place_of(key)
    meaning = _meaning(line, field) if line else _of_no_line(key)
    label = f"{subject.get(language)} {meaning.label.get(language)}".strip()
    before, after = change["before"], change["after"]
    if not meaning.divisor:
        texts = _word(field, before, language), _word(field, after, language)
        return PrintedChange(line, label, None, None, "", texts, field)
    numbers = _number(before, meaning.divisor), _number(after, meaning.divisor)
    places = _places(numbers) if meaning.is_factor else PLACES
    unit = meaning.unit.get(language)
    return PrintedChange(line, label, *numbers, unit, field=field, places=places)


def _of_no_line(key: str) -> _Meaning:
    """Return what a key is that belongs to no line: a size, or what nobody has a word for."""
    measure = key.removeprefix("sizes/")
    return _Meaning(MEASURE_LABELS.get(measure, Text(key, key)), 1)


def _meaning(line: str, field: str) -> _Meaning:
    """Return what a field of a line is, such as amount, co2/0/per_display or beside/1/cost."""
    kind = KINDS[line.partition("/")[0]]
    name, _, rest = field.partition("/")
    if name == "generated" and rest:
        inner = _meaning(line, rest)
        return inner._replace(label=Text("自发自用 ", "own generation, ") + inner.label)
    number, _, part = rest.partition("/")
    if not number:
        return _of_figure(name, kind)
    if name in _LISTS and number.isdigit():
        return _LISTS[name](int(number), part, kind)
    return _Meaning(Text(field, field))


def _of_figure(name: str, kind: Kind) -> _Meaning:
    """Return what a plain field of a figure is."""
    if name in _AMOUNTS:
        unit = Text(kind.display_unit, kind.display_unit)
        return _Meaning(_AMOUNTS[name], kind.base_per_display, unit)
    if name == "coal_per_display":
        return _Meaning(Text("折标系数", "coal coefficient"), 1, _per(kind, "kgce"), is_factor=True)
    return _FIGURE.get(name, _Meaning(Text(name, name)))


def _per(kind: Kind, above: str) -> Text:
    unit = f"{above}/{kind.display_unit}"
    return Text(unit, unit)


def _of_emission(number: int, part: str, kind: Kind) -> _Meaning:
    """Return what a part of the CO2 by a method is."""
    method = METHODS[number] if number < len(METHODS) else str(number + 1)
    head = Text("CO2 ", "CO2 ") + METHOD_LABELS.get(method, Text(method, method))
    name = part.partition("/")[0]
    if name == "grams":
        return _Meaning(head, _GRAMS, Text("kg", "kg"))
    if name == "per_display":
        label = head + Text(" 排放因子", ", emission factor")
        return _Meaning(label, 1, _per(kind, "kg"), is_factor=True)
    return _Meaning(head + _EMISSION.get(name, Text(f" {part}", f" {part}")))


def _of_other_source(number: int, part: str, kind: Kind) -> _Meaning:
    """Return what a field of a figure beside the signed one is."""
    name, _, rest = part.partition("/")
    inner = _of_figure(name, kind) if not rest else _meaning(f"{kind.name}/", part)
    head = Text(f"其他依据 {number + 1} ", f"other source {number + 1}, ")
    return inner._replace(label=head + inner.label)


def _of_charge(number: int, part: str, kind: Kind) -> _Meaning:
    del kind
    if part == "micro":
        label = Text(f"按月收取的费用 {number + 1}", f"monthly charge {number + 1}")
        return _Meaning(label, _MILLION, _YUAN)
    label = Text(f"按月收取的费用 {number + 1} 名称", f"name of monthly charge {number + 1}")
    return _Meaning(label)


def _numbered(label: Text) -> Callable[[int, str, Kind], _Meaning]:
    """Return what an entry of a list of texts is: what people call it, with its place."""

    def told(number: int, part: str, kind: Kind) -> _Meaning:
        del part, kind
        return _Meaning(label + Text(f" {number + 1}", f" {number + 1}"))

    return told


_AMOUNTS = {
    "amount": Text("消费量", "amount"),
    "estimated": Text("估算量", "of which estimated"),
}
_FIGURE = {
    "cost": _Meaning(Text("费用", "cost"), _MILLION, _YUAN),
    "coal_g": _Meaning(Text("标准煤", "standard coal"), _GRAMS, Text("kgce", "kgce")),
    "measured_s": _Meaning(Text("实测时长", "measured"), _HOUR_S, _HOURS),
    "estimated_s": _Meaning(Text("估算时长", "estimated"), _HOUR_S, _HOURS),
    "unresolved_s": _Meaning(Text("无法判定时长", "unresolved"), _HOUR_S, _HOURS),
    "missing_s": _Meaning(Text("缺失时长", "missing"), _HOUR_S, _HOURS),
    "billed_s": _Meaning(Text("有账单的时长", "billed"), _HOUR_S, _HOURS),
    "overdue_s": _Meaning(Text("检定过期时长", "verification overdue"), _HOUR_S, _HOURS),
    "basis": _Meaning(Text("依据", "basis")),
    "is_blank": _Meaning(Text("不填", "left blank")),
    "kind": _Meaning(Text("能源种类", "kind")),
    "use": _Meaning(Text("用途", "use")),
    "from": _Meaning(Text("起始日", "from")),
    "until": _Meaning(Text("截止日（不含）", "until, without that day")),
}
_EMISSION = {
    "scope": Text(" 范围", ", scope"),
    "method": Text(" 方法", ", method"),
    "rows": Text(" 排放因子来源", ", rows of emission factors"),
    "notes": Text(" 说明", ", note"),
}
_LISTS: Mapping[str, Callable[[int, str, Kind], _Meaning]] = {
    "co2": _of_emission,
    "beside": _of_other_source,
    "charges": _of_charge,
    "notes": _numbered(_NOTE),
    "sources": _numbered(Text("来源", "source")),
    "unpriced": _numbered(Text("没有价格的计量点", "meter without a price")),
    "coal_rows": _numbered(Text("折标系数来源", "row of coal coefficients")),
}
_WORDS = {"basis": BASIS_LABELS, "method": METHOD_LABELS, "component": CHARGE_LABELS}


def _word(field: str, value: object, language: str) -> str:
    """Return a value that is no number; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).get(language)
    word, known = str(value), _WORDS.get(field.rpartition("/")[2], {})
    return known[word].get(language) if word in known else word


def _number(value: object, divisor: int) -> Decimal | None:
    """Return a whole number or a fraction a/b in display units; None for anything else."""
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return decimal(Fraction(value) / divisor)
    return decimal(Fraction(value, divisor)) if isinstance(value, int) else None


def _places(numbers: tuple[Decimal | None, ...]) -> int:
    """Return how many decimals show every digit of some numbers."""
    exponents = [
        exponent
        for number in numbers
        if number is not None
        and isinstance(exponent := number.normalize().as_tuple().exponent, int)
    ]
    return min(MOST_PLACES, max([0, *(-exponent for exponent in exponents)]))
