"""Excel workbooks (.xlsx), row by row."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energy.text import Text
from jieneng.imports.sheet import Cell, How, Sheet, mistake, unreadable

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_HALF_SECOND = timedelta(milliseconds=500)


class _Count:
    """The row that was read last."""

    row = 0


@contextmanager
def open_excel(path: Path, how: How) -> Iterator[Sheet]:
    """Open a workbook: real dates, numbers and texts; of formulas, what Excel last computed.

    Raises:
        RegistryError: If it cannot be read, or which sheet is meant cannot be told.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # Styles and extensions that openpyxl does not keep: we only read.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise unreadable(path.name, error) from error
    with closing(book):
        yield _sheet(path, how, book)


def _sheet(path: Path, how: How, book: "Workbook") -> Sheet:
    name = _chosen(path, how, book)
    sheet: Any = book[name]  # of a class whose methods its stubs do not know
    total = sheet.max_row or 0
    sheet.reset_dimensions()  # programs that write workbooks often state them wrongly
    rows = sheet.iter_rows(values_only=True)
    heading = next(islice(rows, how.heading_row - 1, None), ())
    names = [_text(cell) or "" for cell in heading]
    while names and not names[-1]:
        names.pop()
    count = _Count()
    count.row = how.heading_row
    return Sheet(
        file=path.name,
        sheet=name,
        heading=tuple(one.strip() for one in names),
        rows=_rows(rows, len(names), count),
        told=Text(f"Excel，工作表 {name!r}", f"Excel, sheet {name!r}"),
        done=lambda: count.row,
        total=total,
    )


def _chosen(path: Path, how: How, book: "Workbook") -> str:
    names = book.sheetnames
    if how.sheet in names:
        return how.sheet
    filled = [name for name in names if any(_first_rows(book, name))]
    if not how.sheet and len(filled) == 1:
        return filled[0]
    listed = "、".join(filled), ", ".join(filled)
    if how.sheet:
        problem = Text(
            f"没有工作表 {how.sheet!r}；已有：{listed[0]}。",
            f"there is no sheet {how.sheet!r}: {listed[1]}.",
        )
    elif filled:
        problem = Text(
            f"有多个工作表（{listed[0]}）；请用 --sheet 选一个。",
            f"it has several sheets ({listed[1]}); choose one with --sheet.",
        )
    else:
        problem = Text("没有内容。", "it is empty.")
    raise mistake(path.name, problem)


def _first_rows(book: "Workbook", name: str) -> Iterator[bool]:
    rows = getattr(book[name], "iter_rows", None)  # a sheet of charts has none
    if rows is not None:
        for cells in islice(rows(values_only=True), 100):
            yield any(cell is not None for cell in cells)


def _rows(
    rows: Iterator[Sequence[object]], width: int, count: _Count
) -> Iterator[tuple[int, Sequence[Cell]]]:
    for cells in rows:
        count.row += 1
        texts = [_text(cell) for cell in cells]
        texts += [None] * (width - len(texts))  # empty cells at the end are not stored
        while len(texts) > width and not texts[-1]:
            texts.pop()
        yield count.row, texts


def _text(cell: object) -> Cell:
    """Return a cell as text; dates, which Excel keeps as fractions of days, to the second."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return (cell + _HALF_SECOND).replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)
