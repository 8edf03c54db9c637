"""Sizes of buildings in the registry files: what intensities are divided by."""

from collections.abc import Collection, Sequence

from energy.sizes import MEASURES, Size
from energy.text import Text
from energy.water_persons import PARTS
from storage.csv_cells import Cells
from storage.csv_files import check_unique

SIZE_COLUMNS = ("building", "measure", "valid_from", "value", "source")
MOST = 10**9
"""More square metres or people than any building has: chosen to catch a slip of the keyboard."""


def read_sizes(rows: list[Cells], buildings: Collection[str] | None) -> tuple[Size, ...]:
    """Return the sizes of a file; mistakes stay with its rows.

    Args:
        rows: Rows of sizes.csv.
        buildings: Names of buildings.csv; None if it cannot be read.
    """
    check_unique(rows, "building", "measure", "valid_from")
    return tuple(
        Size(
            building=cells.known("building", buildings, where="buildings.csv", needed=True),
            measure=cells.one_of("measure", (*MEASURES, *PARTS)),
            valid_from=cells.day("valid_from"),
            value=denominator(cells, "value"),
            source=cells.text("source", needed=True),
        )
        for cells in rows
    )


def size_cells(size: Size) -> Sequence[str]:
    """Return the cells of a size's row."""
    first = size.valid_from.isoformat()
    return size.building, size.measure, first, size_text(size.value), size.source


def denominator(cells: Cells, column: str) -> int:
    """Return what intensities are divided by; 0 where it is empty, for nobody knows it."""
    text = cells.cell(column)
    if text and not text.strip("0"):
        problem = Text(
            "0 不能作分母；不知道就留空；建筑不再属于该机构时，在 buildings.csv 写 valid_to。",
            "nothing can be divided by 0; leave it empty if nobody knows it. A building that the "
            "institution has left gets a valid_to in buildings.csv.",
        )
        cells.mistake(column, problem)
        return 0
    return cells.whole(column, least=1, most=MOST, default=0)


def size_text(value: int) -> str:
    """Return the cell of what intensities are divided by."""
    return str(value) if value else ""
