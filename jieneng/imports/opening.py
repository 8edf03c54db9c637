"""Opens a file of readings by its suffix."""

import hashlib
from contextlib import AbstractContextManager
from pathlib import Path

from energy.text import Text
from jieneng.imports.sheet import How, Sheet, mistake, unreadable

CSV_SUFFIXES = (".csv", ".txt", ".tsv")
SUFFIXES = (*CSV_SUFFIXES, ".parquet", ".xlsx")


def open_sheet(path: Path, how: How) -> AbstractContextManager[Sheet]:
    """Return a file, to be opened with ``with``.

    Raises:
        RegistryError: If it is none that we read; also while it is opened and read.
    """
    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        from jieneng.imports.csv_rows import open_csv

        return open_csv(path, how)
    if suffix == ".parquet":
        from jieneng.imports.parquet_rows import open_parquet

        return open_parquet(path)
    if suffix == ".xlsx":
        from jieneng.imports.excel_rows import open_excel

        return open_excel(path, how)
    problem = Text(
        f"不能读取 {suffix or '没有扩展名的文件'}；可以读取：{'、'.join(SUFFIXES)}。"
        "旧的 .xls 请在 Excel 中另存为 .xlsx。",
        f"{suffix or 'a file without suffix'} cannot be read; we read {', '.join(SUFFIXES)}. "
        "Save an old .xls as .xlsx.",
    )
    raise mistake(path.name, problem)


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        RegistryError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path.name, error) from error
