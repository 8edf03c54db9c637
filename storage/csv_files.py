"""Reads CSV files that people edit in a spreadsheet, and gathers every mistake in them."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energy.errors import Mistake
from energy.span import to_ms

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
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000-\u3002]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Cells:
    """One row of a file, asked for its cells by heading.

    Each question returns a usable value whatever the cell holds; a mistake is kept beside it and
    the row is no longer ``good``.
    """

    def __init__(self, file: str, row: int, cells: dict[str, str], mistakes: list[Mistake]) -> None:
        self.row = row
        self.good = True
        self._file = file
        self._cells = cells
        self._mistakes = mistakes

    def mistake(self, column: str, problem: str) -> None:
        """Keep a mistake in a column, or of the row when the column is ""."""
        self.good = False
        self._mistakes.append(Mistake(self._file, self.row, column, problem))

    def cell(self, column: str) -> str:
        """Return the cell as it stands, without spaces around it."""
        return self._cells.get(column, "")

    def text(self, column: str, *, needed: bool = False) -> str:
        """Return one line of words."""
        text = self.cell(column)
        if needed and not text:
            self.mistake(column, "it is empty; write it.")
        elif len(text) > MAX_TEXT:
            self.mistake(column, f"it is longer than {MAX_TEXT} characters; shorten it.")
        elif _CONTROL.search(text):
            self.mistake(column, "it holds a line break or a control character; write one line.")
        elif text.startswith("="):
            self.mistake(column, "it is a formula; paste its value instead.")
        return text

    def name(self, column: str, *, needed: bool = True) -> str:
        """Return a name that is safe in tags and topics."""
        text = self.cell(column)
        if not text:
            if needed:
                self.mistake(column, "it is empty; write a name.")
        elif not _NAME.fullmatch(text):
            self.mistake(
                column,
                f"{text!r} cannot be a name{_why(text)}. A name has letters a to z, digits, '_', "
                f"'-' and '.', starts with a letter or digit, and has at most {MAX_NAME}.",
            )
        return text

    def one_of(self, column: str, choices: Iterable[str], *, default: str = "") -> str:
        """Return one of some words; an empty cell means the default, if there is one."""
        text = self.cell(column) or default
        known = list(choices)
        if text not in known:
            said = f"{text!r} is not known{_why(text)}" if text else "it is empty"
            shown = ", ".join(choice or "(empty)" for choice in known)
            self.mistake(column, f"{said}. It may be {shown}.")
        return text

    def known(
        self, column: str, names: Collection[str] | None, *, where: str, needed: bool = False
    ) -> str:
        """Return a name that another file must define; None if that file cannot be read."""
        text = self.cell(column)
        if needed and not text:
            self.mistake(column, f"it is empty; write a name of {where}.")
        elif text and names is not None and text not in names:
            self.mistake(column, f"{text!r} is not in {where}; add it there or correct it here.")
        return text

    def whole(self, column: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number between two, both allowed."""
        text = self.cell(column)
        if not text and default is not None:
            return default
        if not _WHOLE.fullmatch(text):
            self.mistake(column, f"{_not_a_number(text)} Write a whole number.")
            return least
        number = int(text)
        if not least <= number <= most:
            self.mistake(column, f"{number} must lie between {least} and {most}.")
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
            self.mistake(column, f"{_not_a_number(text)} Write a decimal such as 0.01, or 200/5.")
            return Fraction(1)
        divisor = Fraction(found[2] or 1)
        number = Fraction(found[1]) / divisor if divisor else Fraction(0)
        if number == 0 and not (zero and divisor):
            self.mistake(column, f"{text} must be greater than 0.")
            return Fraction(1)
        if max(number.numerator, number.denominator) > _TOO_LONG:
            self.mistake(column, "it has more digits than any meter; shorten it.")
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
            self.mistake(column, f"{text!r} is not a date. Write it like 2026-11-25.")
            return date.min

    def instant(self, column: str) -> int:
        """Return an instant with its offset [ms since 1970 UTC]."""
        text = self.cell(column)
        try:
            time = to_ms(datetime.fromisoformat(text))
        except ValueError:
            right = "Write it like 2026-11-25T08:00:00+08:00."
            self.mistake(column, f"{text!r} is not a time with its offset. {right}")
            return 0
        if not 0 <= time < _LAST_MS:
            self.mistake(column, f"{text} must lie between the years 1970 and 2200.")
            return 0
        return time

    def timezone(self, column: str, *, default: str = "") -> str:
        """Return the name of a time zone that exists."""
        text = self.cell(column) or default
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.mistake(column, f"{text!r} is not a time zone. Write one like Asia/Shanghai.")
            return "UTC"
        return text


def read_rows(path: Path, columns: Sequence[str], mistakes: list[Mistake]) -> list[Cells]:
    """Return the rows of a CSV file that are not blank, in order.

    UTF-8 with or without byte order mark, any line ends. What is wrong with the file as a whole
    is added to the mistakes, and then it has no rows.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        mistakes.append(Mistake(path.name, 0, "", f"it is missing from {path.parent}."))
    except OSError as error:
        mistakes.append(Mistake(path.name, 0, "", f"it cannot be read: {error.strerror}."))
    except UnicodeDecodeError:
        problem = "it is not UTF-8; save it again as 'CSV UTF-8' (CSV UTF-8 逗号分隔)."
        mistakes.append(Mistake(path.name, 0, "", problem))
    except csv.Error as error:
        problem = f'its quotes do not match ({error}); a quote inside a cell is written "".'
        mistakes.append(Mistake(path.name, 0, "", problem))
    else:
        return list(_cells(path.name, records, columns, mistakes))
    return []


def names_of(
    file: str, rows: Iterable[Cells], column: str, mistakes: Iterable[Mistake]
) -> frozenset[str] | None:
    """Return the names a file defines; None if it cannot be read, when nobody can tell."""
    if any(mistake.file == file and mistake.row <= 1 for mistake in mistakes):
        return None
    return frozenset(cells.cell(column) for cells in rows)


def _cells(
    file: str, records: list[list[str]], columns: Sequence[str], mistakes: list[Mistake]
) -> Iterator[Cells]:
    heading = [cell.strip() for cell in records[0]] if records else []
    while heading and not heading[-1]:
        heading.pop()
    problems = list(_heading_problems(heading, columns))
    mistakes.extend(Mistake(file, 1, column, problem) for column, problem in problems)
    if problems:
        return
    for row, record in enumerate(records[1:], start=2):
        found = [cell.strip() for cell in record]
        if not any(found):
            continue
        cells = Cells(file, row, dict(zip(heading, found, strict=False)), mistakes)
        if any(found[len(heading) :]):
            problem = (
                f"it has {len(found)} cells but the heading has {len(heading)}; "
                'a cell with a comma inside needs quotes "...".'
            )
            cells.mistake("", problem)
        yield cells


def _heading_problems(heading: list[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    right = f"The columns are {','.join(columns)}."
    separator = next((sign for sign in ";\t，" if sign in "".join(heading)), None)
    if separator is not None:
        yield "", f"columns are separated by {separator!r}; save the file with commas. {right}"
        return
    for column in dict.fromkeys(heading):
        if column not in columns:
            yield column, f"column {column!r} is not known. {right}"
        if heading.count(column) > 1:
            yield column, f"column {column!r} is there {heading.count(column)} times."
    for column in columns:
        if column not in heading:
            yield column, f"column {column!r} is missing. {right}"


def check_unique(rows: Iterable[Cells], *columns: str) -> None:
    """Call a mistake what says again what a row above said; empty cells say nothing."""
    first: dict[tuple[str, ...], int] = {}
    for cells in rows:
        key = tuple(cells.cell(column) for column in columns)
        if not all(key):
            continue
        if key in first:
            what = " ".join(key)
            cells.mistake(columns[-1], f"{what!r} is already in row {first[key]}.")
        first.setdefault(key, cells.row)


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


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file that spreadsheets open as UTF-8, Chinese included."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _why(text: str) -> str:
    if _FULL_WIDTH.search(text):
        return " (it has full-width characters, 全角; type them half-width, 半角)"
    if text.strip("\"'") != text:
        return " (it has quotes in it)"
    return ""


def _not_a_number(text: str) -> str:
    if not text:
        return "it is empty."
    if text.startswith("-"):
        return f"{text} is negative."
    if "," in text or "，" in text:
        return f"{text!r} has a thousands separator; leave it out."
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text):
        return f"{text} has an exponent; write it in full."
    return f"{text!r} is not a number{_why(text)}."
