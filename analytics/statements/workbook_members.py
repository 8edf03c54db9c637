"""The page of the institutions behind a sum: each line of each, and the formulas that add them."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from analytics.statements.line_words import institutions_called
from analytics.statements.printed import PrintedLine, Sheet, lines_of_sheet
from analytics.statements.workbook_cells import Cells
from analytics.statements.workbook_lines import AMOUNT, CO2, COAL, COST, FIRST, TITLES, Lines, widen
from energy.text import Text

_NAME = Text("机构", "institutions")
_SUMMED = (AMOUNT, COAL, CO2, COST)


def write_members(cells: Cells, sheet: Sheet) -> None:
    """Write the lines of each institution below its name."""
    page = cells.page(_NAME.zh, _NAME.en, TITLES, row=FIRST - 1)
    page.write(0, 0, _NAME.get(cells.language), cells.title)
    row = FIRST
    for name, member in sheet["members"].items():
        state = member.get("state", {}).get(cells.language, "")
        heading = f"{member['name'][cells.language]}（{name}）  {state}"
        page.write_string(row, 0, heading.rstrip(), cells.bold)
        lines = lines_of_sheet(member, cells.language)
        Lines(cells, page, member, lines, first=row + 1).write()
        row += len(lines) + 1
    for name in sheet["silent"]:
        if name not in sheet["members"]:
            said = cells.say("期间起止日期未知", "the dates of the period are not known")
            called = institutions_called(sheet, [name], cells.language)
            page.write_string(row, 0, f"{called}（{name}）  {said}", cells.bold)
            row += 1
    widen(page)


def sums_of(sheet: Sheet, lines: Sequence[PrintedLine], language: str) -> dict[str, dict[int, str]]:
    """Return, by line of a sum and column, the formula that adds the cells of the institutions."""
    parts: dict[tuple[str, ...], list[int]] = {}
    row = FIRST
    for member in sheet["members"].values():
        for place, line in enumerate(lines_of_sheet(member, language), row + 1):
            parts.setdefault(_same(member, line.key), []).append(place)
        row += len(lines_of_sheet(member, language)) + 1
    page = _NAME.get(language)
    return {
        line.key: {
            column: "="
            + "+".join(
                f"N('{page}'!{xl_rowcol_to_cell(place, column)})"
                for place in parts[_same(sheet, line.key)]
            )
            for column in _SUMMED
        }
        for line in lines
    }


def _same(sheet: Sheet, key: str) -> tuple[str, ...]:
    """Return what lines have in common that are added."""
    line = sheet["lines"][key]
    return line["kind"], line["use"], line["from"], line["until"], line["basis"]
