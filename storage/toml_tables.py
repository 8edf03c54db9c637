"""The tables of one TOML file, each asked for what it should hold; every mistake is kept."""

import json
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from energy.errors import Mistake
from energy.text import Text
from storage.csv_cells import MAX_TEXT, is_name

_MOST = 10**12
"""No price, bound or percentage is greater (chosen)."""


def read_toml(path: Path, mistakes: list[Mistake]) -> "Table | None":
    """Return the table of a file, numbers exactly; None, and a mistake, if it cannot be read."""
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        problem = Text(f"无法读取：{error.strerror}。", f"it cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        problem = Text("不是 UTF-8 编码，请改存。", "it is not UTF-8; save it again as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        problem = Text(f"不是 TOML：{error}。", f"it is not TOML: {error}.")
    else:
        return Table(path.name, "", content, mistakes)
    mistakes.append(Mistake(path.name, 0, "", problem))
    return None


class Table:
    """One table of a TOML file, asked for its keys.

    Each question returns a usable value whatever the key holds; a mistake is kept beside it.
    """

    def __init__(
        self, file: str, place: str, table: Mapping[str, object], mistakes: list[Mistake]
    ) -> None:
        self.file = file
        self._place = place
        self._table = table
        self._mistakes = mistakes
        self._asked: set[str] = set()

    def mistake(self, key: str, problem: Text) -> None:
        """Keep a mistake at a key, or of the table when the key is ""."""
        place = ".".join(part for part in (self._place, key) if part)
        self._mistakes.append(Mistake(self.file, 0, place, problem))

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        self._asked.add(key)
        return key in self._table

    def value(self, key: str) -> object:
        """Return what is there; None if nothing is."""
        return self._table[key] if self.has(key) else None

    def text(self, key: str, default: str | None = None) -> str:
        """Return one line of words; a mistake if it is missing and there is no default."""
        found = self.value(key) if self.has(key) else default
        is_line = isinstance(found, str) and len(found) <= MAX_TEXT and found.isprintable()
        if isinstance(found, str) and is_line and (found or default is not None):
            return found
        self.mistake(key, Text("请写成一行引号中的文字。", "write one line of words in quotes."))
        return default or ""

    def name(self, key: str) -> str:
        """Return a name that is safe in tags."""
        found = self.text(key)
        if found and not is_name(found):
            self.mistake(key, _not_a_name(found))
        return found

    def one_of(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of some words."""
        found = self.value(key) if self.has(key) else default
        if isinstance(found, str) and found in choices:
            return found
        known = ", ".join(choices)
        self.mistake(
            key, Text(f"{found!r} 无法识别；可以是：{known}。", f"{found!r} is not one of {known}.")
        )
        return default or next(iter(choices))

    def some_of(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        """Return a list of some words; none if the key is not there."""
        found = self.value(key) if self.has(key) else []
        if isinstance(found, list) and all(one in choices for one in found):
            return tuple(found)
        known = ", ".join(choices)
        self.mistake(
            key, Text(f"请写成 [...]，可以有：{known}。", f"write a list [...] of {known}.")
        )
        return ()

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self.value(key) if self.has(key) else default
        if isinstance(found, bool):
            return found
        self.mistake(key, Text("请写 true 或 false，不加引号。", "write true or false, unquoted."))
        return default

    def day(self, key: str, default: date | None = None) -> date:
        """Return a date."""
        found = self.value(key) if self.has(key) else default
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        self.mistake(
            key, Text("请写成 2026-11-25，不加引号。", "write it like 2026-11-25, unquoted.")
        )
        return default or date.min

    def number(self, key: str, default: Fraction | None = None) -> Fraction:
        """Return a number exactly, not negative."""
        found = self.value(key) if self.has(key) else default
        if isinstance(found, Fraction):
            return found
        return self.exact(key, found)

    def exact(self, key: str, found: object, *, below_zero: bool = False) -> Fraction:
        """Return a number that stands at or within a key exactly."""
        if isinstance(found, int | Decimal) and not isinstance(found, bool):
            least = -_MOST if below_zero else 0
            if Decimal(found).is_finite() and least <= found <= _MOST:
                return Fraction(found)
        right = Text("", "") if below_zero else Text("，不小于 0", ", not below 0")
        self.mistake(
            key,
            Text(f"请写成数字{right.zh}，不加引号。", f"write a number{right.en}, unquoted."),
        )
        return Fraction(0)

    def whole(self, key: str, *, least: int, most: int, default: int) -> int:
        """Return a whole number between two, both allowed."""
        found = self.value(key) if self.has(key) else default
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
            return found
        self.mistake(
            key,
            Text(
                f"请写 {least} 到 {most} 的整数。", f"write a whole number from {least} to {most}."
            ),
        )
        return default

    def table(self, key: str) -> "Table | None":
        """Return the table [key]; None if it is not there."""
        if not self.has(key):
            return None
        found = self._table[key]
        if isinstance(found, dict):
            return self._within(key, found)
        self.mistake(key, Text(f"请写成表 [{key}]。", f"write it as a table [{key}]."))
        return None

    def tables(self, key: str) -> list["Table"]:
        """Return the tables [[key]] in order; none if they are not there."""
        found = self.value(key) if self.has(key) else []
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return [
                self._within(f"{key}[{number}]", one) for number, one in enumerate(found, start=1)
            ]
        self.mistake(key, Text(f"请写成 [[{key}]]。", f"write it as tables [[{key}]]."))
        return []

    def numbers(self) -> dict[str, Fraction]:
        """Return all keys of the table, each a number."""
        self._asked |= self._table.keys()
        return {key: self.exact(key, found) for key, found in self._table.items()}

    def content(self, *, without: Collection[str]) -> str:
        """Return what it says as text, the same for the same keys and values in any order.

        Args:
            without: Keys that are left out.
        """
        kept = {key: found for key, found in self._table.items() if key not in without}
        return json.dumps(kept, default=str, ensure_ascii=False, sort_keys=True, indent=0)

    def close(self) -> None:
        """Keep a mistake for every key that nobody asked for."""
        for key in self._table.keys() - self._asked:
            known = ", ".join(sorted(self._asked))
            self.mistake(
                key,
                Text(f"不认识这个键；可以有：{known}。", f"it is not known here; known: {known}."),
            )

    def _within(self, key: str, table: Mapping[str, object]) -> "Table":
        place = ".".join(part for part in (self._place, key) if part)
        return Table(self.file, place, table, self._mistakes)


def _not_a_name(text: str) -> Text:
    return Text(
        f"{text!r} 不能作为名称；只用英文字母、数字、'_'、'-' 和 '.'，以字母或数字开头。",
        f"{text!r} cannot be a name; use letters, digits, '_', '-', '.', a letter or digit first.",
    )
