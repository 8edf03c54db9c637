"""A file of readings as rows of text, whatever program wrote it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from energy.errors import Mistake, RegistryError
from energy.text import Text

READINGS = Text("读数文件", "readings file")

Cell = str | None
"""A cell as text: a number as its shortest exact decimals, a date in ISO 8601; None when empty."""


@dataclass(frozen=True)
class Sheet:
    """One table of a file, open for reading once.

    Attributes:
        file: Name of the file.
        sheet: Name of the sheet in a workbook; "" for other files.
        heading: Names of the columns.
        rows: The rows below, each with its number as the person's program counts them: a
            spreadsheet's row, the heading included; in Parquet, which has none, from 1.
        told: How the file was read, one line.
        done: How far reading is.
        total: Of how much, in the same measure; 0 when nobody knows.
    """

    file: str
    sheet: str
    heading: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]
    told: Text
    done: Callable[[], int]
    total: int


@dataclass(frozen=True)
class How:
    """What a person says of the file; empty where the file says it itself.

    Attributes:
        encoding: Of a CSV file.
        sheet: Of a workbook.
        heading_row: Row with the names of the columns, from 1.
    """

    encoding: str = ""
    sheet: str = ""
    heading_row: int = 1


def mistake(file: str, problem: Text, *, row: int = 0, column: str = "") -> RegistryError:
    """Return the error that a file as a whole cannot be imported."""
    return RegistryError([Mistake(file, row, column, problem)], READINGS)


def unreadable(file: str, error: Exception, *, row: int = 0) -> RegistryError:
    """Return the error that a file cannot be read."""
    return mistake(file, Text(f"无法读取：{error}。", f"it cannot be read: {error}."), row=row)
