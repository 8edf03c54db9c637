"""A sheet as an Excel workbook whose formulas recompute standard coal, CO2, totals and intensities.

Each formula carries the value of the sheet, for programs that show a workbook without computing.
Whoever changes an amount, a coefficient or a size there sees all that follows from it.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from analytics.statements.intensities import INTENSITIES, Numerator
from analytics.statements.printed import (
    MEASURE_LABELS,
    METHOD_LABELS,
    PrintedLine,
    Sheet,
    generated_beside,
    kilograms,
    lines_of_sheet,
    method_of,
    ratios_of_sheet,
)
from analytics.statements.restated import Restated, with_restatements
from analytics.statements.workbook_beside import write_about, write_beside, write_restated
from analytics.statements.workbook_cells import Cells, signed_sum
from energy.text import Text

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  the same sheet gives the same bytes on every day
_SCOPES = (1, 2)

_TITLES = (
    Text("月份", "month"),
    Text("能源种类", "kind"),
    Text("用途", "use"),
    Text("填报依据", "basis"),
    Text("消费量", "amount"),
    Text("单位", "unit"),
    Text("折标系数（kgce/单位）", "coefficient (kgce/unit)"),
    Text("标准煤（kgce）", "standard coal (kgce)"),
    Text("排放因子（kgCO2/单位）", "factor (kgCO2/unit)"),
    Text("CO2（kg）", "CO2 (kg)"),
    Text("费用（元）", "cost (yuan)"),
    Text("单价（元/单位）", "price (yuan/unit)"),
    Text("实测", "measured"),
    Text("估算", "estimated"),
    Text("缺失", "missing"),
    Text("说明", "notes"),
)
AMOUNT, _COEFFICIENT, _COAL, _FACTOR, _CO2, _COST = 4, 6, 7, 8, 9, 10
FIRST = 3
"""Row of the first line, counted from 0."""


def workbook_bytes(
    sheet: Sheet,
    *,
    language: str,
    marks: Mapping[str, str],
    restated: Sequence[Restated] = (),
) -> bytes:
    """Return a sheet as the bytes of an Excel workbook.

    Args:
        sheet: The sheet.
        language: zh or en.
        marks: What to print beside it, label to text, such as the hash of the sheet.
        restated: What was restated of it since it was closed.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": _MADE})
    cells = Cells(book, language)
    lines = with_restatements(lines_of_sheet(sheet, language), restated, language)
    _Ledger(cells, sheet, lines).write()
    write_beside(cells, lines, first=FIRST, amount=AMOUNT)
    if restated:
        write_restated(cells, restated)
    write_about(cells, sheet, marks)
    book.close()
    return target.getvalue()


class _Ledger:
    """The page of the lines, their totals and the intensities."""

    def __init__(self, cells: Cells, sheet: Sheet, lines: list[PrintedLine]) -> None:
        self.cells = cells
        self.sheet = sheet
        self.lines = lines
        self.method = method_of(sheet)
        self.rows = {line.key: FIRST + place for place, line in enumerate(lines)}
        self.page = cells.page("台账", "ledger", _TITLES, row=FIRST - 1)

    def write(self) -> None:
        """Write all of it."""
        page, cells = self.page, self.cells
        name = self.sheet["name"][cells.language]
        heading = cells.say(f"{name}能源资源消费统计台账", f"Energy and water ledger of {name}")
        page.write(0, 0, f"{heading}  {self.sheet['period']}", cells.title)
        for line in self.lines:
            self.line(self.rows[line.key], line)
        page.set_column(0, 3, 12)
        page.set_column(4, 14, 14)
        page.set_column(15, 15, 60)
        page.freeze_panes(FIRST, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, FIRST - 1)
        row = self.totals(FIRST + len(self.lines) + 1)
        self.ratios(row + 1)

    def line(self, row: int, line: PrintedLine) -> None:
        """Write one line."""
        page, cells = self.page, self.cells
        for column, text in enumerate((line.month, line.kind, line.use, line.basis)):
            page.write_string(row, column, text)
        cells.put(page, row, AMOUNT, line.amount, 3)
        page.write_string(row, AMOUNT + 1, line.unit)
        amount = xl_rowcol_to_cell(row, AMOUNT)
        self.weighed(row, line)
        cells.put(page, row, _COST, line.cost_yuan, 2)
        if line.cost_yuan is not None and line.amount:
            cost = xl_rowcol_to_cell(row, _COST)
            price = line.cost_yuan / line.amount
            formula = f'=IF(N({amount})=0,"",{cost}/{amount})'
            cells.formula(page, (row, _COST + 1), formula, price, 4)
        for place, share in enumerate((line.measured, line.estimated, line.missing)):
            if share is not None:
                page.write_number(row, _COST + 2 + place, float(share), cells.share)
        page.write_string(row, _COST + 5, "；".join(line.notes), cells.wrap)

    def weighed(self, row: int, line: PrintedLine) -> None:
        """Write what a line weighs and emits: what was generated on the spot emits nothing."""
        page, cells = self.page, self.cells
        amount = xl_rowcol_to_cell(row, AMOUNT)
        cells.put(page, row, _COEFFICIENT, line.coefficient, 4)
        if line.coal_kgce is not None:
            coefficient = xl_rowcol_to_cell(row, _COEFFICIENT)
            formula = f"=ROUND({amount}*{coefficient},3)"
            cells.formula(page, (row, _COAL), formula, line.coal_kgce, 3)
        emitted = line.emission(self.method)
        if emitted:
            cells.put(page, row, _FACTOR, emitted[2], 4)
            factor = xl_rowcol_to_cell(row, _FACTOR)
            sun = generated_beside(self.sheet, line.key)
            bought = f"({amount}-N({xl_rowcol_to_cell(self.rows[sun], AMOUNT)}))" if sun else amount
            cells.formula(page, (row, _CO2), f"=ROUND({bought}*{factor},3)", emitted[3], 3)

    def totals(self, row: int) -> int:
        """Write totals over the lines that are no parts of others; return the next free row."""
        page, cells = self.page, self.cells
        whole = [line for line in self.lines if not line.is_part]
        coal = kilograms(self.sheet["totals"]["coal_g"])
        self.total(row, cells.say("综合能耗（kgce）", "comprehensive energy (kgce)"))
        cells.formula(page, (row, _COAL), self.sum(whole, _COAL), coal, 3)
        how = METHOD_LABELS[self.method]
        for scope in _SCOPES:
            row += 1
            scoped = [
                line
                for line in whole
                if any(one[:2] == (scope, self.method) for one in line.emissions)
            ]
            label = cells.say(
                f"CO2 范围{scope}（{how.zh}，kg）", f"CO2 scope {scope}, {how.en} (kg)"
            )
            self.total(row, label)
            emitted = kilograms(self.sheet["totals"]["co2_g"][f"{scope}/{self.method}"])
            cells.formula(page, (row, _CO2), self.sum(scoped, _CO2), emitted, 3)
        row += 1
        known = [line.cost_yuan for line in whole if line.cost_yuan is not None]
        self.total(row, cells.say("费用合计（元）", "cost (yuan)"))
        if known:
            cells.formula(page, (row, _COST), self.sum(whole, _COST), sum(known, Decimal(0)), 2)
        left_out = self.sheet["totals"]["not_in_coal"]
        if left_out:
            row += 1
            keys = "、".join(left_out)
            page.write(row, 0, cells.say(f"未计入标准煤：{keys}", f"not in standard coal: {keys}"))
        return row + 1

    def total(self, row: int, label: str) -> None:
        """Write the label of a total."""
        self.page.write_string(row, 0, label, self.cells.bold)

    def sum(self, lines: list[PrintedLine], column: int) -> str:
        """Return the formula that adds cells of lines."""
        return "=" + signed_sum([(1, self.rows[line.key]) for line in lines], column)

    def ratios(self, row: int) -> None:
        """Write sizes, and intensities that divide cells of amounts by cells of sizes."""
        page, cells = self.page, self.cells
        places = {measure: row + place for place, measure in enumerate(MEASURE_LABELS)}
        for measure, label in MEASURE_LABELS.items():
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
            row += 1

    def numerator(self, made: Numerator) -> str:
        """Return the terms of a numerator; coal is in kgce, amounts in the unit of their kind."""
        said = self.sheet["lines"]
        signs = [
            (made.sign(said[key]["kind"], said[key]["use"]), row) for key, row in self.rows.items()
        ]
        column = AMOUNT if made.kind else _COAL
        return signed_sum([(sign, row) for sign, row in signs if sign], column)
