"""The page of the institutions behind a sum: each line of each, and the formulas that add them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analytics.statements.intensities import Numerator
from analytics.statements.printed.entries import MEASURE_LABELS, PrintedLine, Sheet, lines_of_sheet
from analytics.statements.printed.words import institutions_called
from analytics.statements.workbook.cells import Cells
from analytics.statements.workbook.lines import (
    AMOUNT,
    CO2,
    COAL,
    COST,
    FIRST,
    OTHER_CO2,
    TITLES,
    Lines,
    name_methods,
    widen,
)
from energy.text import Text

_NAME = Text("机构", "institutions")
_SUMMED = (AMOUNT, COAL, CO2, OTHER_CO2, COST)


def write_members(cells: Cells, sheet: Sheet) -> None:
    """Write the lines of each institution below its name."""
    page = cells.page(_NAME.zh, _NAME.en, TITLES, row=FIRST - 1)
    page.write(0, 0, _NAME.get(cells.language), cells.title)
    name_methods(cells, page, sheet)
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
    _write_sizes(cells, page, sheet)
    widen(page)


def sums_of(sheet: Sheet, lines: Sequence[PrintedLine], language: str) -> dict[str, dict[int, str]]:
    """Return, by line of a sum and column, the formula that adds the cells of the institutions."""
    parts: dict[tuple[str, ...], list[int]] = {}
    for _, member, row in _placed(sheet, language):
        for place, line in enumerate(lines_of_sheet(member, language), row + 1):
            parts.setdefault(_same(member, line.key), []).append(place)
    return {
        line.key: {
            column: "="
            + "+".join(_cell(place, column, language) for place in parts[_same(sheet, line.key)])
            for column in _SUMMED
        }
        for line in lines
    }


def numerator_of_members(
    sheet: Sheet, made: Numerator, covered: Sequence[str], language: str
) -> str:
    """Return the formula of the numerator of an intensity: cells of the lines of who is covered."""
    column = AMOUNT if made.kind else COAL
    terms = []
    for name, member, row in _placed(sheet, language):
        for place, line in enumerate(lines_of_sheet(member, language), row + 1):
            said = member["lines"][line.key]
            sign = made.sign(said["kind"], said["use"])
            if name in covered and sign:
                terms.append(f"{'-' if sign < 0 else '+'}{_cell(place, column, language)}")
    return "=" + ("".join(terms).removeprefix("+") or "0")


def sizes_of_members(sheet: Sheet, measure: str, covered: Sequence[str], language: str) -> str:
    """Return the formula of the denominator of an intensity: cells of sizes of who is covered."""
    column = list(MEASURE_LABELS).index(measure) + 1
    first = _sizes_at(sheet, language) + 1
    places = [first + place for place, name in enumerate(sheet["members"]) if name in covered]
    return "=" + ("+".join(_cell(place, column, language) for place in places) or "0")


def _cell(row: int, column: int, language: str) -> str:
    return f"N('{_NAME.get(language)}'!{xl_rowcol_to_cell(row, column)})"


def _placed(sheet: Sheet, language: str) -> Iterator[tuple[str, Sheet, int]]:
    """Yield each institution with its sheet and the row of its name; its lines are below."""
    row = FIRST
    for name, member in sheet["members"].items():
        yield name, member, row
        row += len(lines_of_sheet(member, language)) + 1


def _sizes_at(sheet: Sheet, language: str) -> int:
    """Return the row of the titles of sizes: below all lines, and who is silent."""
    lines = sum(len(lines_of_sheet(one, language)) + 1 for one in sheet["members"].values())
    return FIRST + lines + sum(name not in sheet["members"] for name in sheet["silent"]) + 1


def _write_sizes(cells: Cells, page: Worksheet, sheet: Sheet) -> None:
    """Write what each institution measures: intensities divide by it."""
    row = _sizes_at(sheet, cells.language)
    for column, label in enumerate(MEASURE_LABELS.values(), 1):
        page.write_string(row, column, label.get(cells.language), cells.bold)
    for place, (name, member) in enumerate(sheet["members"].items(), row + 1):
        page.write_string(place, 0, name)
        for column, measure in enumerate(MEASURE_LABELS, 1):
            size = member["sizes"].get(measure)
            if size is not None:
                page.write_number(place, column, float(Fraction(size)), cells.number[1])


def _same(sheet: Sheet, key: str) -> tuple[str, ...]:
    """Return what lines have in common that are added."""
    line = sheet["lines"][key]
    return line["kind"], line["use"], line["from"], line["until"], line["basis"]
