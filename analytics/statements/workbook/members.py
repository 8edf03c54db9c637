"""The page of the institutions behind a sum: each line of each, and the formulas that add them.

A formula is as short for five hundred institutions as for two: spreadsheet programs refuse those of
more than 8,192 characters. So lines bear a key by which they are added, in a hidden column, and
each institution has what it gives to an intensity in a row of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analytics.statements.intensities import INTENSITIES, Intensity
from analytics.statements.printed.entries import (
    MEASURE_LABELS,
    PrintedLine,
    Sheet,
    decimal,
    lines_of_sheet,
)
from analytics.statements.printed.words import institutions_called
from analytics.statements.workbook.cells import Cells, signed_sum
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
_KEY = OTHER_CO2 + 1
_FIRST_SHARE = len(MEASURE_LABELS) + 1
"""Below the lines: measures in the first columns, then what each gives to each intensity."""


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
        for place, line in enumerate(lines, row + 1):
            page.write_string(place, _KEY, _key(member, line.key))
        row += len(lines) + 1
    for name in sheet["silent"]:
        if name not in sheet["members"]:
            said = cells.say("期间起止日期未知", "the dates of the period are not known")
            called = institutions_called(sheet, [name], cells.language)
            page.write_string(row, 0, f"{called}（{name}）  {said}", cells.bold)
            row += 1
    _write_sizes(cells, page, sheet)
    widen(page)
    page.set_column(_KEY, _KEY, None, None, {"hidden": True})


def sums_of(sheet: Sheet, lines: Sequence[PrintedLine], language: str) -> dict[str, dict[int, str]]:
    """Return, by line of a sum and column, the formula that adds the cells of the institutions."""
    last = _sizes_at(sheet, language) - 1
    keys = _cells(language, FIRST, last, _KEY)
    return {
        line.key: {
            column: f'=SUMIFS({_cells(language, FIRST, last, column)},{keys},"'
            f'{_key(sheet, line.key)}")'
            for column in _SUMMED
        }
        for line in lines
    }


def numerator_of_members(sheet: Sheet, name: str, language: str) -> str:
    """Return the formula of the numerator of an intensity: what each who is covered gives to it."""
    return _sum_of_shares(sheet, _share_columns(sheet)[name], language)


def sizes_of_members(sheet: Sheet, name: str, language: str) -> str:
    """Return the formula of the denominator of an intensity: the size of each who is covered."""
    return _sum_of_shares(sheet, _share_columns(sheet)[name] + 1, language)


def _sum_of_shares(sheet: Sheet, column: int, language: str) -> str:
    first = _sizes_at(sheet, language) + 1
    return f"=SUM({_cells(language, first, first + len(sheet['members']) - 1, column)})"


def _cells(language: str, first: int, last: int, column: int) -> str:
    return f"'{_NAME.get(language)}'!{xl_range_abs(first, column, last, column)}"


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


def _made(sheet: Sheet) -> list[Intensity]:
    """Return the intensities of a sum that have a number."""
    return [
        one
        for one in INTENSITIES
        if sheet["intensities"].get(one.name, {}).get("numerator") is not None
        and sheet["intensities"][one.name]["denominator"] is not None
    ]


def _share_columns(sheet: Sheet) -> dict[str, int]:
    """Return the column of the numerator of each intensity; that of its denominator is next."""
    return {one.name: _FIRST_SHARE + 2 * place for place, one in enumerate(_made(sheet))}


def _write_sizes(cells: Cells, page: Worksheet, sheet: Sheet) -> None:
    """Write what each institution measures, and what it gives to each intensity."""
    row, columns = _sizes_at(sheet, cells.language), _share_columns(sheet)
    for column, label in enumerate(MEASURE_LABELS.values(), 1):
        page.write_string(row, column, label.get(cells.language), cells.bold)
    for one in _made(sheet):
        for place, word in enumerate((cells.say("分子", "top"), cells.say("分母", "bottom"))):
            title = f"{one.title.get(cells.language)}：{word}"
            page.write_string(row, columns[one.name] + place, title, cells.bold)
    for place, (name, member, top) in enumerate(_placed(sheet, cells.language), row + 1):
        page.write_string(place, 0, name)
        for column, measure in enumerate(MEASURE_LABELS, 1):
            size = member["sizes"].get(measure)
            if size is not None:
                page.write_number(place, column, float(Fraction(size)), cells.number[1])
        covered = {
            column: one
            for one, column in zip(_made(sheet), columns.values(), strict=True)
            if name in sheet["intensities"][one.name]["covered"]
        }
        _write_shares(cells, page, member, covered, (place, top))


def _write_shares(
    cells: Cells,
    page: Worksheet,
    member: Sheet,
    covered: Mapping[int, Intensity],
    at: tuple[int, int],
) -> None:
    """Write what an institution gives to each intensity in which it is covered.

    Args:
        cells: Of the workbook.
        page: Of the institutions.
        member: The sheet of the institution.
        covered: Column of the numerator to the intensity.
        at: The row of its measures, and that of its name above its lines.
    """
    place, top = at
    lines = lines_of_sheet(member, cells.language)
    rows = {line.key: row for row, line in enumerate(lines, top + 1)}
    for column, one in covered.items():
        cells.formula(page, (place, column), *_share(member, one, rows), 3)
        size = decimal(Fraction(member["intensities"][one.name]["denominator"]))
        measured = xl_rowcol_to_cell(place, list(MEASURE_LABELS).index(one.measure) + 1)
        cells.formula(page, (place, column + 1), f"={measured}", size, 1)


def _share(member: Sheet, one: Intensity, rows: Mapping[str, int]) -> tuple[str, Decimal]:
    """Return the formula of what an institution gives to a numerator, and its value."""
    said, own = member["lines"], member["intensities"][one.name]
    signs = [
        (one.numerator.sign(said[key]["kind"], said[key]["use"]), row) for key, row in rows.items()
    ]
    added = signed_sum([pair for pair in signs if pair[0]], AMOUNT if one.numerator.kind else COAL)
    return f"={added}", decimal(Fraction(own["numerator"], one.per_shown))


def _key(sheet: Sheet, key: str) -> str:
    """Return what lines have in common that are added."""
    line = sheet["lines"][key]
    return "|".join((line["kind"], line["use"], line["from"], line["until"], line["basis"]))
