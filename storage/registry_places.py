"""Bodies, and sizes of buildings, in the registry files."""

from collections.abc import Collection, Mapping, Sequence

from energy.body import LINES, Body, is_above_itself
from energy.sizes import MEASURES, Size
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique

BODY_COLUMNS = ("body", "line", "parent", "name_zh", "name_en")
SIZE_COLUMNS = ("building", "measure", "valid_from", "value", "source")
BODIES_FILE = "bodies.csv"

MOST = 10**9
"""More square metres or people than any building has: chosen to catch a slip of the keyboard."""


def read_bodies(rows: list[Cells]) -> tuple[Body, ...]:
    """Return the bodies of a file; mistakes stay with its rows."""
    check_unique(rows, "body")
    bodies = [
        Body(
            body=cells.name("body"),
            line=cells.one_of("line", LINES),
            parent=cells.cell("parent"),
            name_zh=cells.text("name_zh", needed=True),
            name_en=cells.text("name_en", needed=True),
        )
        for cells in rows
    ]
    named = {body.body: body for body in bodies}
    for cells, body in zip(rows, bodies, strict=True):
        _check_parent(cells, body, named)
    return tuple(bodies)


def _check_parent(cells: Cells, body: Body, named: Mapping[str, Body]) -> None:
    cells.known("parent", named, where=BODIES_FILE)
    above = named.get(body.parent)
    if above is None:
        return
    if above.line != body.line:
        problem = Text(
            f"{above.body} 在 {above.line} 线上，不在 {body.line} 线上；上级必须在同一条线上。",
            f"{above.body} is on the line {above.line}, not {body.line}; a parent is on the same.",
        )
        cells.mistake("parent", problem)
    if is_above_itself(body, named):
        problem = Text(
            f"{body.body} 成了自己的上级；请更正其中一个 parent。",
            f"{body.body} is above itself; correct one of the parents.",
        )
        cells.mistake("parent", problem)


def read_lines(cells: Cells, bodies: Mapping[str, Body] | None) -> tuple[str, str]:
    """Return the body an institution reports to, and the one of the other line; "" for none.

    Args:
        cells: Its row.
        bodies: Bodies by name; None if their file cannot be read, when nobody can tell.
    """
    reports_to = cells.known("reports_to", bodies, where=BODIES_FILE)
    also_in = cells.known("also_in", bodies, where=BODIES_FILE)
    if also_in and not reports_to:
        problem = Text(
            "填写了 also_in 而没有 reports_to；also_in 只是另一条线上的视图，请先写明向谁上报。",
            "also_in is filled and reports_to is not: also_in is but a view on the other line; "
            "say to whom it reports.",
        )
        cells.mistake("also_in", problem)
    first, other = (bodies or {}).get(reports_to), (bodies or {}).get(also_in)
    if first is not None and other is not None and first.line == other.line:
        problem = Text(
            f"{also_in} 与 {reports_to} 同在 {first.line} 线上，机构会被计入两次；"
            "请填写另一条线上的单位，或留空。",
            f"{also_in} is on the line {first.line} as {reports_to} is, and the institution would "
            "count twice; name a body of the other line, or leave it empty.",
        )
        cells.mistake("also_in", problem)
    return reports_to, also_in


def read_serial(cells: Cells) -> int:
    """Return the serial of a building in the 15-character code; 0 where it has none."""
    return cells.whole("serial", least=1, most=999, default=0)


def serial_text(serial: int) -> str:
    """Return the cell of a serial."""
    return f"{serial:03d}" if serial else ""


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
            measure=cells.one_of("measure", MEASURES),
            valid_from=cells.day("valid_from"),
            value=cells.whole("value", least=0, most=MOST),
            source=cells.text("source", needed=True),
        )
        for cells in rows
    )


def body_cells(body: Body) -> Sequence[str]:
    """Return the cells of a body's row."""
    return body.body, body.line, body.parent, body.name_zh, body.name_en


def size_cells(size: Size) -> Sequence[str]:
    """Return the cells of a size's row."""
    first = size.valid_from.isoformat()
    return size.building, size.measure, first, str(size.value), size.source
