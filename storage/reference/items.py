"""Dictionaries of sub-items as files that a person edits, and items in the registry files."""

from collections.abc import Sequence
from pathlib import Path

from energy.errors import Mistake, RegistryError
from energy.item_code import ITEM, items_above
from energy.items import ItemRow, Items
from energy.kinds import KINDS
from energy.provenance import CONFIDENCES
from energy.text import Text
from energy.uses import USES
from storage.csv_cells import Cells
from storage.csv_files import check_unique, read_rows

ITEM_COLUMNS = (
    "dialect", "kind", "code", "canonical", "name_zh", "name_en", "use", "source", "confidence",
)  # fmt: skip
NATIONAL = "national-2008"
"""The dialect that names sub-items for people, whatever other files there are."""

WHAT = Text("分项字典", "dictionaries of sub-items")


def read_items(folder: Path) -> Items:
    """Read a folder of dictionaries, CSV files of any name.

    Raises:
        RegistryError: All mistakes of all files at once.
    """
    mistakes: list[Mistake] = []
    files = [read_rows(path, ITEM_COLUMNS, mistakes) for path in sorted(folder.glob("*.csv"))]
    items = items_in([cells for rows in files for cells in rows])
    if mistakes:
        raise RegistryError(mistakes, WHAT)
    return items


def items_in(rows: Sequence[Cells], shipped: Items | None = None) -> Items:
    """Return what rows of dictionaries say, after those that are shipped.

    Mistakes stay with the rows.
    """
    check_unique(rows, "dialect", "kind", "code")
    found = [_row(cells) for cells in rows]
    there = shipped.rows if shipped else ()
    every = sorted((*there, *found), key=lambda row: row.dialect != NATIONAL)
    items = Items(tuple(every))
    for cells, row in zip(rows, found, strict=True):
        for above in items_above(row.canonical):
            if items.named(row.kind, above) is None:
                problem = Text(
                    f"{row.canonical} 属于 {above}，而没有字典为 {row.kind} 定义 {above}。",
                    f"{row.canonical} is part of {above}, which no dictionary has for {row.kind}.",
                )
                cells.mistake("canonical", problem)
    return items


def _row(cells: Cells) -> ItemRow:
    canonical = cells.cell("canonical")
    if canonical and not ITEM.fullmatch(canonical):
        cells.mistake("canonical", _no_item(canonical))
        canonical = ""
    return ItemRow(
        dialect=cells.name("dialect"),
        kind=cells.one_of("kind", KINDS),
        code=cells.name("code"),
        canonical=canonical,
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        use=cells.one_of("use", USES),
        source=cells.text("source", needed=True),
        confidence=cells.one_of("confidence", CONFIDENCES),
    )


def item_of(cells: Cells, kind: str, items: Items | None) -> str:
    """Return the sub-item of a meter's row, mapped from the dialect that the row names.

    Args:
        cells: Its row.
        kind: Its kind.
        items: Dictionaries; None leaves unchecked whether there is such a sub-item, and so does
            a kind of which no dictionary has any.
    """
    item, dialect = cells.cell("item"), cells.cell("dialect")
    if not item:
        return ""
    if dialect:
        return _mapped(cells, kind, items or Items())
    if not ITEM.fullmatch(item):
        cells.mistake("item", _no_item(item))
        return ""
    known = items.known(kind) if items is not None else []
    if known and item not in known:
        zh, en = "、".join(known) or "（无）", ", ".join(known) or "none"
        problem = Text(
            f"{kind} 没有分项 {item}；可以是：{zh}。其他平台的编码请在 dialect 列写明出处。",
            f"{kind} has no sub-item {item}. It may be {en}. A code of another platform needs its "
            "name in the column dialect.",
        )
        cells.mistake("item", problem)
    return item


def _mapped(cells: Cells, kind: str, items: Items) -> str:
    item, dialect = cells.cell("item"), cells.cell("dialect")
    if dialect not in items.dialects:
        zh, en = "、".join(items.dialects) or "（无）", ", ".join(items.dialects) or "none"
        problem = Text(
            f"没有字典 {dialect!r}；已知：{zh}。",
            f"there is no dictionary {dialect!r}. Known: {en}.",
        )
        cells.mistake("dialect", problem)
        return ""
    canonical = items.canonical(dialect, kind, item)
    if canonical is None:
        problem = Text(
            f"字典 {dialect} 中 {kind} 没有编码 {item!r}；请更正，或在 items.csv 中补一行。",
            f"the dictionary {dialect} has no code {item!r} of {kind}; correct it, or add a row "
            "to items.csv.",
        )
        cells.mistake("item", problem)
    return canonical or ""


def check_use(cells: Cells, kind: str, item: str, items: Items | None) -> None:
    """Call a mistake the use of a meter whose sub-item is always of another one."""
    row = items.named(kind, item) if items is not None and item else None
    use = cells.cell("use")
    if row is not None and row.use and use and use != row.use:
        problem = Text(
            f"分项 {item}（{row.name_zh}）的用途是 {row.use}，不是 {use}。",
            f"the sub-item {item}, {row.name_en}, is of the use {row.use}, not {use}.",
        )
        cells.mistake("use", problem)


def _no_item(text: str) -> Text:
    return Text(
        f"{text!r} 不是分项编码；请写成 B、B1 或 B1A 的形式。",
        f"{text!r} is no sub-item. Write it like B, B1 or B1A.",
    )
