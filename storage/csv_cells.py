"""The cells of one row of a CSV file, each asked for what it should hold."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energy.errors import Mistake
from energy.span import to_ms
from energy.text import Text

MAX_NAME = 100
MAX_TEXT = 500
_LAST_MS = 7_258_118_400_000
"""The start of 2200: no meter of ours is replaced then (chosen)."""

_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{MAX_NAME - 1}}}")
_PLACES = 18
_DECIMAL = rf"[0-9]{{1,60}}(?:\.[0-9]{{1,{_PLACES}}})?"
_TOO_LONG = 10**40
"""No fraction of a meter needs more; what is shorter can always be written and read again."""

_EXACT = re.compile(rf"({_DECIMAL})(?:/({_DECIMAL}))?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_NOT_WHOLE = re.compile(r"([0-9]{1,18})\.[0-9]+")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_EXPONENT = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000-\u3002]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_EMPTY = Text("为空。", "it is empty.")


def is_name(text: str) -> bool:
    """Tell whether a text can be a name in the registry files."""
    return _NAME.fullmatch(text) is not None


class Cells:
    """One row of a file, asked for its cells by heading.

    Each question returns a usable value whatever the cell holds; a mistake is kept beside it and
    the row is no longer ``good``.
    """

    def __init__(self, file: str, row: int, cells: dict[str, str], mistakes: list[Mistake]) -> None:
        self.file = file
        self.row = row
        self.good = True
        self._cells = cells
        self._mistakes = mistakes

    def mistake(self, column: str, problem: Text) -> None:
        """Keep a mistake in a column, or of the row when the column is ""."""
        self.good = False
        self._mistakes.append(Mistake(self.file, self.row, column, problem))

    def cell(self, column: str) -> str:
        """Return the cell as it stands, without spaces around it."""
        return self._cells.get(column, "")

    def text(self, column: str, *, needed: bool = False) -> str:
        """Return one line of words."""
        text = self.cell(column)
        if needed and not text:
            self.mistake(column, Text("为空，请填写。", "it is empty; write it."))
        elif len(text) > MAX_TEXT:
            problem = Text(
                f"超过 {MAX_TEXT} 个字符，请缩短。",
                f"it is longer than {MAX_TEXT} characters; shorten it.",
            )
            self.mistake(column, problem)
        elif _CONTROL.search(text):
            problem = Text(
                "含有换行或控制字符，请写成一行。",
                "it holds a line break or a control character; write one line.",
            )
            self.mistake(column, problem)
        elif text.startswith("="):
            problem = Text("是公式，请粘贴它的值。", "it is a formula; paste its value instead.")
            self.mistake(column, problem)
        return text

    def name(self, column: str, *, needed: bool = True) -> str:
        """Return a name that is safe in tags and topics."""
        text = self.cell(column)
        if not text:
            if needed:
                self.mistake(column, Text("为空，请填写名称。", "it is empty; write a name."))
        elif not is_name(text):
            why = _why(text)
            problem = Text(
                f"{text!r} 不能作为名称{why.zh}。名称由英文字母、数字、'_'、'-' 和 '.' 组成，"
                f"以字母或数字开头，最多 {MAX_NAME} 个字符。",
                f"{text!r} cannot be a name{why.en}. A name has letters a to z, digits, '_', "
                f"'-' and '.', starts with a letter or digit, and has at most {MAX_NAME}.",
            )
            self.mistake(column, problem)
        return text

    def one_of(self, column: str, choices: Iterable[str], *, default: str = "") -> str:
        """Return one of some words; an empty cell means the default, if there is one."""
        text = self.cell(column) or default
        known = list(choices)
        if text not in known:
            self.mistake(column, _unknown(text) + _choices(known))
        return text

    def known(
        self, column: str, names: Collection[str] | None, *, where: str, needed: bool = False
    ) -> str:
        """Return a name that another file must define; None if that file cannot be read."""
        text = self.cell(column)
        if needed and not text:
            problem = Text(
                f"为空，请填写 {where} 中的一个名称。", f"it is empty; write a name of {where}."
            )
            self.mistake(column, problem)
        elif text and names is not None and text not in names:
            problem = Text(
                f"{text!r} 不在 {where} 中；请在那里补上，或在这里更正。",
                f"{text!r} is not in {where}; add it there or correct it here.",
            )
            self.mistake(column, problem)
        return text

    def whole(self, column: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number between two, both allowed."""
        text = self.cell(column)
        if not text and default is not None:
            return default
        if not _WHOLE.fullmatch(text):
            self.mistake(column, _not_whole(text))
            return least
        number = int(text)
        if not least <= number <= most:
            problem = Text(
                f"{number} 超出范围，应在 {least} 到 {most} 之间。",
                f"{number} must lie between {least} and {most}.",
            )
            self.mistake(column, problem)
        return number

    def exact(
        self, column: str, *, default: Fraction | None = None, zero: bool = False
    ) -> Fraction:
        """Return a number exactly, written as a decimal or as a/b."""
        text = self.cell(column)
        if not text and default is not None:
            return default
        found = _EXACT.fullmatch(text)
        if not found:
            right = Text(
                "请写成 0.01 这样的小数，或 200/5。", " Write a decimal such as 0.01, or 200/5."
            )
            self.mistake(column, _not_a_number(text) + right)
            return Fraction(1)
        divisor = Fraction(found[2] or 1)
        number = Fraction(found[1]) / divisor if divisor else Fraction(0)
        if number == 0 and not (zero and divisor):
            self.mistake(column, Text(f"{text} 必须大于 0。", f"{text} must be greater than 0."))
            return Fraction(1)
        if max(number.numerator, number.denominator) > _TOO_LONG:
            problem = Text(
                "位数比任何计量表都多，请缩短。", "it has more digits than any meter; shorten it."
            )
            self.mistake(column, problem)
            return Fraction(1)
        return number

    def day(self, column: str, *, default: date | None = None) -> date:
        """Return a date."""
        text = self.cell(column)
        if not text and default is not None:
            return default
        try:
            return date.fromisoformat(text)
        except ValueError:
            problem = Text(
                f"{text!r} 不是日期，请写成 2026-11-25 的形式。",
                f"{text!r} is not a date. Write it like 2026-11-25.",
            )
            self.mistake(column, problem)
            return date.min

    def instant(self, column: str) -> int:
        """Return an instant with its offset [ms since 1970 UTC]."""
        text = self.cell(column)
        try:
            time = to_ms(datetime.fromisoformat(text))
        except ValueError:
            problem = Text(
                f"{text!r} 不是带时区偏移的时间，请写成 2026-11-25T08:00:00+08:00 的形式。",
                f"{text!r} is not a time with its offset. Write it like 2026-11-25T08:00:00+08:00.",
            )
            self.mistake(column, problem)
            return 0
        if not 0 <= time < _LAST_MS:
            problem = Text(
                f"{text} 应在 1970 年到 2200 年之间。",
                f"{text} must lie between the years 1970 and 2200.",
            )
            self.mistake(column, problem)
            return 0
        return time

    def timezone(self, column: str, *, default: str = "") -> str:
        """Return the name of a time zone that exists."""
        text = self.cell(column) or default
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            problem = Text(
                f"{text!r} 不是时区，请写成 Asia/Shanghai 这样的名称。",
                f"{text!r} is not a time zone. Write one like Asia/Shanghai.",
            )
            self.mistake(column, problem)
            return "UTC"
        return text


def exact_text(number: Fraction) -> str:
    """Return a number as ``Cells.exact`` reads it: a decimal where one is exact, else a/b."""
    rest, places = number.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest //= factor
            count += 1
        places = max(places, count)
    if rest != 1 or places > _PLACES:
        return f"{number.numerator}/{number.denominator}"
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _why(text: str) -> Text:
    if _FULL_WIDTH.search(text):
        return Text(
            "（含有全角字符，请改用半角）",
            " (it has full-width characters, 全角; type them half-width, 半角)",
        )
    if text.strip("\"'") != text:
        return Text("（含有引号）", " (it has quotes in it)")
    return Text("", "")


def _unknown(text: str) -> Text:
    if not text:
        return _EMPTY
    why = _why(text)
    return Text(f"{text!r} 无法识别{why.zh}。", f"{text!r} is not known{why.en}.")


def _choices(known: list[str]) -> Text:
    zh = "、".join(choice or "（留空）" for choice in known)
    en = ", ".join(choice or "(empty)" for choice in known)
    return Text(f"可以是：{zh}。", f" It may be {en}.")


def _not_whole(text: str) -> Text:
    decimal = _NOT_WHOLE.fullmatch(text)
    if decimal is None:
        return _not_a_number(text) + Text("请填写整数。", " Write a whole number.")
    whole = int(decimal[1])
    return Text(
        f"{text} 不是整数。请填写整数，例如 {whole}。",
        f"{text} is not whole. Write a whole number, such as {whole}.",
    )


def _not_a_number(text: str) -> Text:
    if not text:
        return _EMPTY
    if text.startswith("-"):
        return Text(f"{text} 是负数。", f"{text} is negative.")
    if "," in text or "，" in text:
        return _comma(text)
    if _EXPONENT.fullmatch(text):
        return Text(
            f"{text} 用了科学计数法，请写出全部数字。",
            f"{text} has an exponent; write it in full.",
        )
    why = _why(text)
    return Text(f"{text!r} 不是数字{why.zh}。", f"{text!r} is not a number{why.en}.")


def _comma(text: str) -> Text:
    if _THOUSANDS.fullmatch(text.replace("，", ",")):
        return Text(
            f"{text!r} 含有千位分隔符，请去掉。",
            f"{text!r} has a thousands separator; leave it out.",
        )
    return Text(
        f"{text!r} 含有逗号；小数点请用 '.'。",
        f"{text!r} has a comma; the decimal sign is a point.",
    )
