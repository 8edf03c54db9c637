"""A sheet as an Excel workbook whose formulas recompute standard coal, CO2, totals and intensities.

Each formula carries the value of the sheet, for programs that show a workbook without computing.
Whoever changes an amount, a coefficient or a size there sees all that follows from it.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from analytics.statements.covered import Covered, co2_covered, coal_covered, cost_covered, is_apart
from analytics.statements.intensities import INTENSITIES, Numerator
from analytics.statements.printed.costs import EARLIER_MONEY, costs_of
from analytics.statements.printed.earlier import earlier_totals
from analytics.statements.printed.entries import (
    METHOD_LABELS,
    PrintedLine,
    Sheet,
    banner_of_sheet,
    decimal,
    kilograms,
    lines_of_sheet,
    measures_of,
    method_of,
)
from analytics.statements.printed.of_kinds import totals_of_kinds
from analytics.statements.printed.ratios import ratios_of_sheet
from analytics.statements.printed.restated import Restated, with_restatements, with_signed
from analytics.statements.printed.words import institutions_called
from analytics.statements.workbook.beside import write_about, write_beside, write_restated
from analytics.statements.workbook.booked import write_booked
from analytics.statements.workbook.cells import Cells, signed_sum
from analytics.statements.workbook.lines import (
    AMOUNT,
    CO2,
    COAL,
    COEFFICIENT,
    COST,
    FIRST,
    OTHER_CO2,
    TITLES,
    Lines,
    name_methods,
    other_method,
    widen,
)
from analytics.statements.workbook.members import (
    numerator_of_members,
    sizes_of_members,
    sums_of,
    write_members,
)
from energy.text import Text

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  the same sheet gives the same bytes on every day
_SCOPES = (1, 2)
_BOUGHT = 2
"""Scope of what is bought."""


def workbook_bytes(
    sheet: Sheet,
    *,
    language: str,
    marks: Mapping[str, str],
    restated: Sequence[Restated] = (),
    beside: Mapping[str, Text] | None = None,
) -> bytes:
    """Return a sheet as the bytes of an Excel workbook.

    Args:
        sheet: The sheet.
        language: zh or en.
        marks: What to print beside it, label to text, such as the hash of the sheet.
        restated: What was restated of it since it was closed.
        beside: Key of a line of a draft to what a closed sheet of the same days says otherwise.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": _MADE})
    cells = Cells(book, language)
    lines = with_signed(lines_of_sheet(sheet, language), beside or {}, language)
    lines = with_restatements(lines, restated, language)
    if "members" in sheet:
        totals_at = _Ledger(cells, sheet, lines, sums_of(sheet, lines, language)).write()
        write_members(cells, sheet)
    else:
        totals_at = _Ledger(cells, sheet, lines).write()
        write_beside(cells, lines, first=FIRST, amount=AMOUNT)
    write_booked(cells, sheet, totals_at)
    if restated:
        write_restated(cells, restated)
    write_about(cells, sheet, marks)
    book.close()
    return target.getvalue()


class _Ledger:
    """The page of the lines, their totals and the intensities."""

    def __init__(
        self,
        cells: Cells,
        sheet: Sheet,
        lines: list[PrintedLine],
        sums: Mapping[str, Mapping[int, str]] | None = None,
    ) -> None:
        self.cells = cells
        self.sheet = sheet
        self.lines = lines
        self.method = method_of(sheet)
        self.page = cells.page("台账", "ledger", TITLES, row=FIRST - 1)
        name_methods(cells, self.page, sheet)
        self.written = Lines(cells, self.page, sheet, lines, sums=sums)
        self.rows = self.written.rows
        self.totals_at: dict[str, str] = {}

    def write(self) -> Mapping[str, str]:
        """Write all of it; return the cell of each total: coal, co2/SCOPE/METHOD, cost."""
        page, cells = self.page, self.cells
        name = self.sheet["name"][cells.language]
        heading = cells.say(f"{name}能源资源消费统计台账", f"Energy and water ledger of {name}")
        page.write(0, 0, f"{heading}  {self.sheet['period']}", cells.title)
        banner = banner_of_sheet(self.sheet)
        if banner is not None:
            page.write_string(1, 0, banner.get(cells.language), cells.bold)
        row = self.totals(self.written.write() + 1)
        widen(page)
        self.ratios(row + 1)
        return self.totals_at

    def totals(self, row: int) -> int:
        """Write totals over the lines that are no parts of others; return the next free row."""
        page, cells = self.page, self.cells
        row = self.kinds(row)
        whole = [line for line in self.lines if not line.is_part]
        counted = [line for line in whole if not self.is_apart(line)]
        coal = kilograms(self.sheet["totals"]["coal_g"])
        label = Text("综合能耗（kgce）", "comprehensive energy (kgce)")
        self.total(row, label, coal_covered(self.sheet))
        cells.formula(page, (row, COAL), self.sum(counted, COAL), coal, 3)
        self.totals_at["coal"] = xl_rowcol_to_cell(row, COAL)
        other = other_method(self.sheet)
        for scope, method, column in (
            *((scope, self.method, CO2) for scope in _SCOPES),
            (_BOUGHT, other, OTHER_CO2),  # only what is bought differs by method
        ):
            row += 1
            self.co2_total(row, scope, method, column)
        row += 1
        self.total(row, Text("费用合计（元）", "cost (yuan)"), cost_covered(self.sheet))
        costs = costs_of(self.sheet)
        paid = [line for line in whole if line.key not in costs.apart]
        if costs.counted is not None:
            cells.formula(page, (row, COST), self.sum(paid, COST), costs.counted, 2)
            self.totals_at["cost"] = xl_rowcol_to_cell(row, COST)
        row = self.earlier(row + 1, [line for line in whole if self.is_apart(line)])
        if costs.earlier is not None:
            page.write_string(row, 0, EARLIER_MONEY.get(cells.language), cells.bold)
            apart = [line for line in whole if line.key in costs.apart]
            cells.formula(page, (row, COST), self.sum(apart, COST), costs.earlier, 2)
            row += 1
        return row

    def kinds(self, row: int) -> int:
        """Write the months of each kind added up; return the next free row."""
        cells, page = self.cells, self.page
        for one in totals_of_kinds(self.lines):
            first = one.lines[0]
            page.write_string(row, 0, cells.say("合计", "total"), cells.bold)
            for column, text in ((1, first.kind), (2, first.use), (3, first.basis)):
                page.write_string(row, column, text)
            page.write_string(row, AMOUNT + 1, first.unit)
            numbers = [(AMOUNT, one.amount, 3), (COAL, one.coal_kgce, 3), (COST, one.cost_yuan, 2)]
            numbers += [
                (CO2, one.emitted_kg(self.method), 3),
                (OTHER_CO2, one.emitted_kg(other_method(self.sheet)), 3),
            ]
            for column, value, places in numbers:
                if value is not None:
                    added = self.sum(list(one.lines), column)
                    cells.formula(page, (row, column), added, value, places)
            page.write_string(row, COST + 5, one.note.get(cells.language), cells.wrap)
            row += 1
        return row

    def is_apart(self, line: PrintedLine) -> bool:
        """Tell whether a line of an earlier ledger is in a total of its own."""
        return is_apart(self.sheet, self.sheet["lines"][line.key])

    def earlier(self, row: int, lines: list[PrintedLine]) -> int:
        """Write the totals of earlier ledgers; return the next free row."""
        for one in earlier_totals(self.sheet):
            self.page.write_string(row, 0, one.label.get(self.cells.language), self.cells.bold)
            column = COAL if not one.scope else CO2 if one.method == self.method else OTHER_CO2
            scoped = [
                line
                for line in lines
                if not one.scope
                or any(said[:2] == (one.scope, one.method) for said in line.emissions)
            ]
            self.cells.formula(self.page, (row, column), self.sum(scoped, column), one.kg, 3)
            row += 1
        return row

    def co2_total(self, row: int, scope: int, method: str, column: int) -> None:
        """Write the CO2 of a scope by a method."""
        how = METHOD_LABELS[method]
        scoped = [
            line
            for line in self.lines
            if not line.is_part
            and not self.is_apart(line)
            and any(one[:2] == (scope, method) for one in line.emissions)
        ]
        label = Text(f"CO2 范围{scope}（{how.zh}，kg）", f"CO2 scope {scope}, {how.en} (kg)")
        self.total(row, label, co2_covered(self.sheet, scope, method))
        emitted = kilograms(self.sheet["totals"]["co2_g"].get(f"{scope}/{method}"))
        self.cells.formula(self.page, (row, column), self.sum(scoped, column), emitted, 3)
        self.totals_at[f"co2/{scope}/{method}"] = xl_rowcol_to_cell(row, column)

    def total(self, row: int, label: Text, covered: Covered) -> None:
        """Write the label of a total, and which lines are missing in it."""
        language = self.cells.language
        self.page.write_string(row, 0, covered.label(label).get(language), self.cells.bold)
        note = covered.note().get(language)
        if note:
            self.page.write_string(row, COST + 5, note, self.cells.wrap)

    def sum(self, lines: list[PrintedLine], column: int) -> str:
        """Return the formula that adds cells of lines."""
        return "=" + signed_sum([(1, self.rows[line.key]) for line in lines], column)

    def ratios(self, row: int) -> None:
        """Write sizes, and intensities that divide cells of amounts by cells of sizes."""
        page, cells = self.page, self.cells
        if "members" in self.sheet:
            self.ratios_of_sums(row)
            return
        labels = measures_of(self.sheet)
        places = {measure: row + place for place, measure in enumerate(labels)}
        for measure, label in labels.items():
            page.write_string(places[measure], 0, label.get(cells.language))
            size = self.sheet["sizes"].get(measure)
            if size is not None:
                page.write_number(places[measure], AMOUNT, float(Fraction(size)), cells.number[1])
        row += len(places)
        made = {one.name: one for one in INTENSITIES}
        missing = cells.say("未覆盖", "not covered")
        for ratio in ratios_of_sheet(self.sheet, cells.language):
            page.write_string(row, 0, f"{ratio.title}（{ratio.unit}）")
            one = made[ratio.name]
            if self.sheet["intensities"][ratio.name]["numerator"] is None:
                page.write_string(row, AMOUNT, missing)
            else:
                size = xl_rowcol_to_cell(places[one.measure], AMOUNT)
                formula = f'=IF(N({size})=0,"{missing}",({self.numerator(one.numerator)})/{size})'
                value = missing if ratio.value is None else float(ratio.value)
                page.write_formula(row, AMOUNT, formula, cells.number[4], value)
            if ratio.remark:
                page.write_string(row, COST + 5, ratio.remark, cells.wrap)
            row += 1

    def numerator(self, made: Numerator) -> str:
        """Return the terms of a numerator; coal is in kgce, amounts in the unit of their kind."""
        said = self.sheet["lines"]
        signs = [
            (made.sign(said[key]["kind"], said[key]["use"]), row) for key, row in self.rows.items()
        ]
        column = AMOUNT if made.kind else COAL
        return signed_sum([(sign, row) for sign, row in signs if sign], column)

    def ratios_of_sums(self, row: int) -> None:
        """Write intensities of several institutions: those in both sums of it, and who is not."""
        page, cells = self.page, self.cells
        made = {one.name: one for one in INTENSITIES}
        missing = cells.say("未覆盖", "not covered")
        for place, ratio in enumerate(ratios_of_sheet(self.sheet, cells.language), row):
            page.write_string(place, 0, f"{ratio.title}（{ratio.unit}）")
            said = self.sheet["intensities"][ratio.name]
            if ratio.value is None:
                page.write_string(place, AMOUNT, missing)
            else:
                one = made[ratio.name]
                top = decimal(Fraction(said["numerator"], one.per_shown))
                added = numerator_of_members(self.sheet, one.name, cells.language)
                cells.formula(page, (place, COEFFICIENT), added, top, 3)
                size = decimal(Fraction(said["denominator"]))
                sizes = sizes_of_members(self.sheet, one.name, cells.language)
                cells.formula(page, (place, COAL), sizes, size, 1)
                divided = f"=G{place + 1}/H{place + 1}"
                cells.formula(page, (place, AMOUNT), divided, ratio.value, 4)
            if ratio.not_covered:
                names = institutions_called(self.sheet, ratio.not_covered, cells.language)
                said = cells.say(f"{missing}：{names}", f"{missing}: {names}")
                page.write_string(place, COST + 5, said, cells.wrap)
