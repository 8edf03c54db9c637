"""CSV files: any of three separators, UTF-8 or GB18030, with or without byte order mark."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, TextIO

from energy.text import Text
from jieneng.imports.sheet import Cell, How, Sheet, mistake, unreadable

SEPARATORS = {
    ",": Text("逗号", "commas"),
    ";": Text("分号", "semicolons"),
    "\t": Text("制表符", "tabs"),
}
ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order: what is valid UTF-8 is hardly ever meant as anything else."""
BLOCK = 1 << 20


@contextmanager
def open_csv(path: Path, how: How) -> Iterator[Sheet]:
    """Open a CSV file.

    Raises:
        RegistryError: If it cannot be read, here or while its rows are.
    """
    with ExitStack() as stack:
        try:
            encoding = how.encoding or _encoding_of(path)
            raw = stack.enter_context(path.open("rb"))
            text = stack.enter_context(TextIOWrapper(raw, encoding=_reads(encoding), newline=""))
            sheet = _sheet(path, how, raw, text)
        except (OSError, UnicodeError, LookupError) as error:
            raise unreadable(path.name, error) from error
        yield sheet


def _sheet(path: Path, how: How, raw: IO[bytes], text: TextIO) -> Sheet:
    for _ in range(how.heading_row - 1):
        text.readline()
    line = text.readline()
    separator = max(SEPARATORS, key=lambda one: len(next(csv.reader([line], delimiter=one), [])))
    rows = _rows(path.name, chain([line], text), separator, how.heading_row)
    _, heading = next(rows, (0, []))
    name, encoding = SEPARATORS[separator], text.encoding.upper().removesuffix("-SIG")
    return Sheet(
        file=path.name,
        sheet="",
        heading=tuple((cell or "").strip() for cell in heading),
        rows=_without_tails(rows, len(heading)),
        told=Text(
            f"CSV，编码 {encoding}，以{name.zh}分隔",
            f"CSV in {encoding}, separated by {name.en}",
        ),
        done=lambda: 0 if raw.closed else raw.tell(),
        total=path.stat().st_size,
    )


def _rows(
    file: str, lines: Iterable[str], separator: str, first: int
) -> Iterator[tuple[int, list[str]]]:
    row = first - 1
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=separator, strict=True), first):
            yield row, cells
    except csv.Error as error:
        problem = Text(
            f'引号不成对（{error}）；单元格里的引号要写成 ""。',
            f'its quotes do not match ({error}); a quote inside a cell is written "".',
        )
        raise mistake(file, problem, row=row + 1) from error
    except (OSError, UnicodeError) as error:
        raise unreadable(file, error, row=row + 1) from error


def _without_tails(
    rows: Iterable[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Cut off separators at the end of a row, as spreadsheets leave them."""
    for row, cells in rows:
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        yield row, cells


def _encoding_of(path: Path) -> str:
    """Return the encoding of a file after looking at all of it.

    Raises:
        RegistryError: If it is none that we know.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ENCODINGS:
        if _is_in(path, encoding):
            return encoding
    problem = Text(
        "既不是 UTF-8 也不是 GB18030 编码；请用 --encoding 指明编码，或另存为 UTF-8。",
        "it is neither UTF-8 nor GB18030; name its encoding with --encoding, or save it as UTF-8.",
    )
    raise mistake(path.name, problem)


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _reads(encoding: str) -> str:
    """Return the codec that passes over a byte order mark."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
