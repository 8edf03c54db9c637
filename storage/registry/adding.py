"""Rows added to registry files: to a copy of them first, to see what would come of it."""

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from energy.errors import Mistake, RegistryError
from energy.registry import Registry
from storage.registry.devices import DEVICE_COLUMNS
from storage.registry.files import FILES, ITEMS_FILE, write_registry
from storage.registry.meters import METER_COLUMNS

DEVICES, METERS, EVENTS = "devices.csv", "meters.csv", "events.csv"
COLUMNS = {DEVICES: DEVICE_COLUMNS, METERS: METER_COLUMNS}
"""Files that take rows of a device, with their columns in the order in which we write them."""

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""File to rows to add, each column to its cell; a column that a row does not name is empty."""


class AddedRowsError(RegistryError):
    """Files hold mistakes after rows were added to them.

    Args:
        mistakes: At least one.
        first: File to the row in which the first added one stands.

    Attributes:
        of_rows: File, place among the added rows, and the mistake, for those in added rows.
        others: Mistakes elsewhere.
    """

    def __init__(self, mistakes: Sequence[Mistake], first: Mapping[str, int]) -> None:
        super().__init__(mistakes)
        self.of_rows = [
            (one.file, one.row - first[one.file], one)
            for one in mistakes
            if one.row >= first.get(one.file, one.row + 1)
        ]
        mine = [one for _, _, one in self.of_rows]
        self.others = [one for one in mistakes if one not in mine]


def read_added(folder: Path, rows: Rows, read: Callable[[Path], Registry]) -> Registry:
    """Return what a folder holds that rows were added to.

    Args:
        folder: The files.
        rows: Those that were added.
        read: Reads the folder; raises RegistryError for what is wrong with it.

    Raises:
        AddedRowsError: The same mistakes, those of the added rows told apart.
    """
    try:
        return read(folder)
    except RegistryError as error:
        first = {file: _rows_of(folder / file) - len(added) + 1 for file, added in rows.items()}
        raise AddedRowsError(error.mistakes, first) from error


@contextmanager
def registry_with(registry: Registry, rows: Rows) -> Iterator[Path]:
    """Yield a folder that holds a registry as files, and rows behind those it has."""
    with TemporaryDirectory(prefix="jieneng-") as name:
        folder = Path(name)
        write_registry(registry, folder)
        add_rows(folder, rows)
        yield folder


@contextmanager
def files_with(folder: Path, rows: Rows) -> Iterator[Path]:
    """Yield a copy of a folder of registry files, with rows behind those they have."""
    with TemporaryDirectory(prefix="jieneng-") as name:
        copy = Path(name)
        for file in (*FILES, ITEMS_FILE):
            if (folder / file).is_file():
                shutil.copyfile(folder / file, copy / file)
        add_rows(copy, rows)
        yield copy


def add_rows(folder: Path, rows: Rows) -> None:
    """Write rows behind those of the files of a folder; all else in them stays byte for byte.

    Each file is replaced whole, durably, or stays as it is; a device comes before its meters, so
    that whatever moment a crash picks, the files hold a registry.

    Args:
        folder: Holds a file with a heading for each that gets rows.
        rows: What to add.

    Raises:
        OSError: If a file cannot be read or written.
        ValueError: If one is not UTF-8.
    """
    for file in (*COLUMNS, EVENTS):
        if rows.get(file):
            _add(folder / file, rows[file])


def line_of(columns: Sequence[str], row: Mapping[str, str]) -> str:
    """Return a row as a line of CSV, its cells in the order of the columns."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([row.get(column, "") for column in columns])
    return text.getvalue()


def _add(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    before = path.read_bytes()
    heading = next(csv.reader(io.StringIO(before.decode("utf-8-sig"), newline="")), [])
    columns = [cell.strip() for cell in heading]
    end = "\r\n" if b"\r\n" in before else "\n"
    start = "" if before.endswith(b"\n") else end
    added = start + "".join(line_of(columns, row) + end for row in rows)
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(before + added.encode())
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, new)
    new.replace(path)


def _rows_of(path: Path) -> int:
    """Return how many rows a file has, its heading included, as a spreadsheet counts them."""
    return sum(1 for _ in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
