"""Cells of a table that people filled in: found by their headings, judged, mistakes gathered."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction

from energy.errors import Mistake, UnitError
from energy.kinds import KINDS
from energy.text import Text
from energy.units import base_units
from jieneng.imports.judge import number
from jieneng.imports.sheet import Sheet, mistake

Names = Mapping[str, Collection[str]]
"""What a column may be, and the headings it is known by."""

MICRO = 1_000_000
MOST = 1 << 62
"""Greatest number that the records keep; chosen: half of what 8 bytes hold."""

_UNITS = {
    "千瓦时": "kWh", "度": "kWh", "兆瓦时": "MWh", "立方米": "m3", "m³": "m3", "方": "m3",
    "吉焦": "GJ", "百万千焦": "GJ", "吨": "t", "千克": "kg", "升": "L",
}  # fmt: skip
_OF_WATER = {"t": "m3", "吨": "m3"}
"""The form of the statistics system has water in m3 (t): a tonne of it is a cubic metre."""
_KINDS = {kind.zh: kind.name for kind in KINDS.values()} | {"气": "gas"}


class Cells:
    """One row of such a table.

    Args:
        file: Name of the file, for mistakes.
        row: Number of the row; 0 where there is none.
        texts: Column to what stands there.
        headings: Column to its heading in the file.
        mistakes: Where mistakes are added to.
    """

    def __init__(
        self,
        file: str,
        row: int,
        texts: Mapping[str, str],
        headings: Mapping[str, str],
        mistakes: list[Mistake],
    ) -> None:
        self._place = (file, row)
        self._texts = texts
        self._headings = headings
        self._mistakes = mistakes

    def refuse(self, column: str, problem: Text) -> None:
        """Add a mistake."""
        self._mistakes.append(Mistake(*self._place, self._headings.get(column, column), problem))

    def word(self, column: str, *, needed: bool = False) -> str:
        """Return the text of a column; "" where it is empty, a mistake if it is needed."""
        text = self._texts.get(column, "").strip()
        if needed and not text:
            self.refuse(column, Text("不能为空。", "it is empty; write it."))
        return text

    def one_of(self, column: str, known: Collection[str]) -> str:
        """Return a word that has to be one of those known; "" after a mistake."""
        word = self.word(column, needed=True)
        if word and word not in known:
            listed = "、".join(known), ", ".join(known)
            self.refuse(column, Text(f"{word!r} 未知；可以是：{listed[0]}。",
                                     f"{word!r} is not known. It may be {listed[1]}."))  # fmt: skip
            return ""
        return word

    def kind(self) -> str:
        """Return the kind of energy, written in Chinese or English; "" after a mistake."""
        word = self.word("kind", needed=True)
        name = _KINDS.get(word, word)
        if word and name not in KINDS:
            listed = "、".join(_KINDS), ", ".join(KINDS)
            self.refuse("kind", Text(f"{word!r} 未知；可以是：{listed[0]}。",
                                     f"{word!r} is not known. It may be {listed[1]}."))  # fmt: skip
            return ""
        return name

    def day(self, column: str) -> date | None:
        """Return a date such as 2026-01-31; None after a mistake."""
        text = self.word(column, needed=True)
        written = _dashed(text.removesuffix(" 00:00:00"))
        try:
            year, month, day = map(int, written.split("-")) if text else (1, 1, 1)
            return date(year, month, day) if text else None
        except ValueError:
            self.refuse(column, Text(f"{text!r} 不是日期；请写成 2026-01-31。",
                                     f"{text!r} is no date; write it as 2026-01-31."))  # fmt: skip
            return None

    def month(self, column: str) -> date | None:
        """Return the first day of a month such as 2026-01; None after a mistake."""
        text = self.word(column, needed=True)
        written = _dashed(text.removesuffix("-01 00:00:00"))
        try:
            year, month = map(int, written.split("-")) if text else (1, 1)
            return date(year, month, 1) if text else None
        except ValueError:
            self.refuse(column, Text(f"{text!r} 不是月份；请写成 2026-01。",
                                     f"{text!r} is no month; write it as 2026-01."))  # fmt: skip
            return None

    def exact(self, column: str, *, needed: bool = False) -> Fraction | None:
        """Return a number; None where it is empty or after a mistake."""
        text = self.word(column, needed=needed)
        if not text:
            return None
        value = number(text)
        if not value.is_finite() or abs(value) > MOST:
            self.refuse(column, Text(f"{text!r} 不是数；请写成 1234.56，不带千位分隔符。",
                                     f"{text!r} is no number; write it as 1234.56."))  # fmt: skip
            return None
        return Fraction(value)

    def scaled(self, column: str, scale: Fraction | int, *, needed: bool = False) -> int | None:
        """Return a number times a scale, rounded to a whole one; None as in exact."""
        value = self.exact(column, needed=needed)
        if value is None:
            return None
        whole = round(value * scale)
        if abs(whole) > MOST:
            self.refuse(column, Text("太大，无法保存。", "it is too large to be kept."))
            return None
        return whole

    def amount(self, kind: str, *, needed: bool = False) -> int | None:
        """Return the column "amount" in base units, by the column "unit".

        Args:
            kind: A word of energy.kinds; "" after a mistake.
            needed: Whether it has to be there.
        """
        word = self.word("unit") or (KINDS[kind].display_unit if kind else "")
        if not kind:
            self.exact("amount", needed=needed)
            return None
        try:
            of_kind = _OF_WATER if kind == "water" else {}
            scale = base_units(kind=kind, unit=of_kind.get(word, _UNITS.get(word, word)))
        except UnitError as error:
            self.refuse("unit", error.text)
            scale = Fraction(1)
        return self.scaled("amount", scale, needed=needed)


def _dashed(written: str) -> str:
    """Return a date with dashes, also of 2026/1/31, 2026年1月31日 and 2026年1月."""
    if written.endswith(("日", "月")):
        return written.replace("年", "-").replace("月", "-").rstrip("-日")
    return written.replace("/", "-")


def rows_of(sheet: Sheet, names: Names, mistakes: list[Mistake]) -> Iterator[Cells]:
    """Yield the rows of a file; empty ones are passed over.

    Raises:
        RegistryError: If a heading is not known, or stands there twice.
    """
    places: dict[str, int] = {}
    for place, heading in enumerate(sheet.heading):
        if heading:
            column = _column(sheet, heading, names)
            if column in places:
                other = sheet.heading[places[column]]
                raise mistake(sheet.file, Text(f"与列 {other!r} 含义相同。",
                                               f"it means the same as column {other!r}."),
                              row=1, column=heading)  # fmt: skip
            places[column] = place
    headings = {column: sheet.heading[place] for column, place in places.items()}
    for row, cells in sheet.rows:
        texts = {column: cells[at] or "" for column, at in places.items() if at < len(cells)}
        if any(text.strip() for text in texts.values()):
            yield Cells(sheet.file, row, texts, headings, mistakes)


def _column(sheet: Sheet, heading: str, names: Names) -> str:
    for column, known in names.items():
        if heading.lower() == column or heading in known:
            return column
    listed = "、".join(next(iter(known), name) for name, known in names.items()), ", ".join(names)
    problem = Text(f"列名未知；可以是：{listed[0]}。",
                   f"the heading is not known. It may be {listed[1]}.")  # fmt: skip
    raise mistake(sheet.file, problem, row=1, column=heading)
