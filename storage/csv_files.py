"""Reads CSV files that people edit in a spreadsheet, and gathers every mistake in them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from energy.errors import Mistake
from energy.text import Text
from storage.csv_cells import Cells


def read_rows(
    path: Path, columns: Sequence[str], mistakes: list[Mistake], *, later: Sequence[str] = ()
) -> list[Cells]:
    """Return the rows of a CSV file that are not blank, in order.

    UTF-8 with or without byte order mark, any line ends. What is wrong with the file as a whole
    is added to the mistakes, and then it has no rows. Columns that came later may be missing from
    a file of before: their cells are empty.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        problem = Text(f"{path.parent} 中没有这个文件。", f"it is missing from {path.parent}.")
    except OSError as error:
        problem = Text(f"无法读取：{error.strerror}。", f"it cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        problem = Text(
            "不是 UTF-8 编码；请另存为“CSV UTF-8（逗号分隔）”。",
            "it is not UTF-8; save it again as 'CSV UTF-8' (CSV UTF-8 逗号分隔).",
        )
    except csv.Error as error:
        problem = Text(
            f'引号不成对（{error}）；单元格里的引号要写成 ""。',
            f'its quotes do not match ({error}); a quote inside a cell is written "".',
        )
    else:
        return list(_cells(path.name, records, columns, mistakes, later))
    mistakes.append(Mistake(path.name, 0, "", problem))
    return []


def names_of(
    file: str, rows: Iterable[Cells], column: str, mistakes: Iterable[Mistake]
) -> frozenset[str] | None:
    """Return the names a file defines; None if it cannot be read, when nobody can tell."""
    if any(mistake.file == file and mistake.row <= 1 for mistake in mistakes):
        return None
    return frozenset(cells.cell(column) for cells in rows)


def _cells(
    file: str,
    records: list[list[str]],
    columns: Sequence[str],
    mistakes: list[Mistake],
    later: Sequence[str],
) -> Iterator[Cells]:
    heading = [cell.strip() for cell in records[0]] if records else []
    while heading and not heading[-1]:
        heading.pop()
    problems = list(_heading_problems(heading, columns, later))
    mistakes.extend(Mistake(file, 1, column, problem) for column, problem in problems)
    if problems:
        return
    for row, record in enumerate(records[1:], start=2):
        found = [cell.strip() for cell in record]
        if not any(found):
            continue
        cells = Cells(file, row, dict(zip(heading, found, strict=False)), mistakes)
        if any(found[len(heading) :]):
            problem = Text(
                f"有 {len(found)} 个单元格，而表头有 {len(heading)} 个；"
                '含逗号的单元格要加引号 "..."。',
                f"it has {len(found)} cells but the heading has {len(heading)}; "
                'a cell with a comma inside needs quotes "...".',
            )
            cells.mistake("", problem)
        elif len(found) < len(heading):
            problem = Text(
                f"只有 {len(found)} 个单元格，而表头有 {len(heading)} 个；空单元格也要保留逗号。",
                f"it has {len(found)} cells but the heading has {len(heading)}; an empty cell "
                "needs its comma, too.",
            )
            cells.mistake("", problem)
        yield cells


def _heading_problems(
    heading: list[str], columns: Sequence[str], later: Sequence[str]
) -> Iterator[tuple[str, Text]]:
    right = Text(f"应有的列：{','.join(columns)}。", f" The columns are {','.join(columns)}.")
    separator = next((sign for sign in ";\t，" if sign in "".join(heading)), None)
    if separator is not None:
        problem = Text(
            f"各列之间用的是 {separator!r}；请保存为用逗号分隔。",
            f"columns are separated by {separator!r}; save the file with commas.",
        )
        yield "", problem + right
        return
    for column in dict.fromkeys(heading):
        if column not in columns:
            problem = Text(f"列 {column!r} 无法识别。", f"column {column!r} is not known.")
            yield column, problem + right
        count = heading.count(column)
        if count > 1:
            problem = Text(
                f"列 {column!r} 出现了 {count} 次。", f"column {column!r} is there {count} times."
            )
            yield column, problem
    for column in columns:
        if column not in heading and column not in later:
            problem = Text(f"缺少列 {column!r}。", f"column {column!r} is missing.")
            yield column, problem + right


def check_unique(rows: Iterable[Cells], *columns: str) -> None:
    """Call a mistake what says again what a row above said; empty cells say nothing."""
    first: dict[tuple[str, ...], int] = {}
    for cells in rows:
        key = tuple(cells.cell(column) for column in columns)
        if not all(key):
            continue
        if key in first:
            what, row = " ".join(key), first[key]
            problem = Text(
                f"{what!r} 在第 {row} 行已经有了。", f"{what!r} is already in row {row}."
            )
            cells.mistake(columns[-1], problem)
        first.setdefault(key, cells.row)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file that spreadsheets open as UTF-8, Chinese included."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
