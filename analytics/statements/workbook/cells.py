"""Cells of a workbook in one language: numbers, formulas with the value they have, texts."""

from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from energy.text import Text


class Cells:
    """Writes cells.

    Attributes:
        book: The workbook.
        language: zh or en.
    """

    def __init__(self, book: xlsxwriter.Workbook, language: str) -> None:
        self.book = book
        self.language = language
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.share = book.add_format({"num_format": "0.0%"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.number: dict[int, Format] = {
            places: book.add_format({"num_format": f"#,##0.{'0' * places}".removesuffix(".")})
            for places in range(11)
        }

    def say(self, zh: str, en: str) -> str:
        """Return a text in the language of the workbook."""
        return Text(zh, en).get(self.language)

    def page(self, zh: str, en: str, titles: Sequence[Text] = (), *, row: int = 0) -> Worksheet:
        """Return a new page with titles in a row."""
        page = self.book.add_worksheet(self.say(zh, en))
        for column, title in enumerate(titles):
            page.write(row, column, title.get(self.language), self.bold)
        return page

    def put(
        self, page: Worksheet, row: int, column: int, number: Decimal | None, places: int
    ) -> None:
        """Write a number; nothing where it is missing, which is not zero."""
        if number is not None:
            page.write_number(row, column, float(number), self.number[places])

    def formula(
        self,
        page: Worksheet,
        at: tuple[int, int],
        formula: str,
        value: Decimal | None,
        places: int,
    ) -> None:
        """Write a formula with the value it has; nothing where that is missing."""
        if value is None:
            return
        page.write_formula(*at, formula, self.number[places], float(value))


def signed_sum(rows: Sequence[tuple[int, int]], column: int) -> str:
    """Return the terms of a formula that adds cells of a column; an empty one counts nothing.

    Args:
        rows: Sign, 1 or -1, and row of each.
        column: Of all of them.
    """
    terms = [f"{'-' if sign < 0 else '+'}N({xl_rowcol_to_cell(row, column)})" for sign, row in rows]
    return "".join(terms).removeprefix("+") or "0"
