"""The cells that every row of reference data has: its id, validity, source and confirmation."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from energy.provenance import CONFIDENCES, SourceRow
from energy.text import Text
from storage.csv_cells import Cells
from storage.toml_tables import Table

SOURCE_COLUMNS = ("source", "source_date", "confidence", "confirmed_by", "confirmed_at")
_CONFIRMATION = ("confirmed_by", "confirmed_at")
_PUBLISHED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


def validity(cells: Cells) -> tuple[date, date]:
    """Return the first date of use and the first date it is no longer used."""
    valid_from = cells.day("valid_from")
    valid_to = cells.day("valid_to", default=date.max)
    if valid_from >= valid_to:
        problem = Text(
            f"{valid_to} 不晚于 valid_from {valid_from}。",
            f"{valid_to} is not after valid_from {valid_from}.",
        )
        cells.mistake("valid_to", problem)
    return valid_from, valid_to


def publication(cells: Cells, column: str) -> str:
    """Return when something was published: a year, a month, a day, or "" where it is not known."""
    text = cells.cell(column)
    if text and not _PUBLISHED.fullmatch(text):
        problem = Text(
            f"{text!r} 不是日期，请写成 2024、2024-12 或 2024-12-26。",
            f"{text!r} is not a date. Write 2024, 2024-12 or 2024-12-26.",
        )
        cells.mistake(column, problem)
    return text


def source_row(
    cells: Cells, columns: Sequence[str], *, subject: str, valid: tuple[date, date], named: str = ""
) -> SourceRow:
    """Return where a row comes from and who confirmed it; mistakes stay with the row.

    Args:
        cells: The row.
        columns: Those of its file.
        subject: What it is for.
        valid: Its first day, and the first it no longer holds.
        named: What a row without an id is called; "" where each must have one.
    """
    confirmed_by = cells.text("confirmed_by")
    confirmed_at = cells.cell("confirmed_at")
    if confirmed_at:
        cells.day("confirmed_at")
    if bool(confirmed_by) != bool(confirmed_at):
        problem = Text(
            "confirmed_by 与 confirmed_at 要么都填，要么都不填。",
            "confirmed_by and confirmed_at go together; fill in both or neither.",
        )
        cells.mistake("confirmed_by", problem)
    said = [column for column in columns if column not in _CONFIRMATION]
    return SourceRow(
        id=cells.name("id") if cells.cell("id") or not named else named,
        file=cells.file,
        subject=subject,
        region=cells.name("region", needed=False),
        valid_from=valid[0],
        valid_to=valid[1],
        content="\n".join(f"{column}={cells.cell(column)}" for column in said),
        source=cells.text("source", needed=True),
        source_date=publication(cells, "source_date"),
        confidence=cells.one_of("confidence", CONFIDENCES),
        confirmed_by=confirmed_by,
        confirmed_at=confirmed_at,
    )


def check_ids(rows: Iterable[tuple[Cells | Table, SourceRow]]) -> None:
    """An id is the only one in all files, because a row is confirmed by it."""
    first: dict[str, SourceRow] = {}
    for cells, row in rows:
        other = first.setdefault(row.id, row)
        if row.id and other is not row:
            problem = Text(
                f"{row.id} 在 {other.file} 中已经有了；请换一个 id。",
                f"{row.id} is already in {other.file}; give this row another id.",
            )
            cells.mistake("id", problem)
