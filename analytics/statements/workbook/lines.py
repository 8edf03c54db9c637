"""The lines of a sheet on a page of a workbook, with the formulas that weigh them."""

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analytics.statements.printed.entries import (
    METHOD_LABELS,
    PrintedLine,
    Sheet,
    generated_beside,
    method_of,
)
from analytics.statements.printed.quality import billed_text
from analytics.statements.weights import METHODS
from analytics.statements.workbook.cells import Cells
from energy.text import Text

TITLES = (
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
    Text("排放因子（kgCO2/单位）", "factor (kgCO2/unit)"),
    Text("CO2（kg）", "CO2 (kg)"),
)
AMOUNT, COEFFICIENT, COAL, FACTOR, CO2, COST = 4, 6, 7, 8, 9, 10
OTHER_FACTOR, OTHER_CO2 = 16, 17
"""Beside the notes the other method: both are stated, whichever the report is by."""
FIRST = 3
"""Row of the first line, counted from 0."""


def other_method(sheet: Sheet) -> str:
    """Return the method that a sheet is not by."""
    return next(method for method in METHODS if method != method_of(sheet))


def name_methods(cells: Cells, page: Worksheet, sheet: Sheet) -> None:
    """Write into the titles of CO2 and its factors by which method they are."""
    for method, columns in (
        (method_of(sheet), (FACTOR, CO2)),
        (other_method(sheet), (OTHER_FACTOR, OTHER_CO2)),
    ):
        how = METHOD_LABELS[method].get(cells.language)
        for column in columns:
            title = f"{TITLES[column].get(cells.language)} {how}"
            page.write(FIRST - 1, column, title, cells.bold)


def widen(page: Worksheet) -> None:
    """Set widths, frozen rows and print of a page of lines."""
    page.set_column(0, 3, 12)
    page.set_column(4, 14, 14)
    page.set_column(15, 15, 60)
    page.set_column(OTHER_FACTOR, OTHER_CO2, 14)
    page.freeze_panes(FIRST, 2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, FIRST - 1)


class Lines:
    """Writes the lines of a sheet.

    Attributes:
        rows: Line to the row it stands in.
    """

    def __init__(
        self,
        cells: Cells,
        page: Worksheet,
        sheet: Sheet,
        lines: Sequence[PrintedLine],
        *,
        first: int = FIRST,
        sums: Mapping[str, Mapping[int, str]] | None = None,
    ) -> None:
        """Take what is written.

        Args:
            cells: Of the workbook.
            page: Of the lines.
            sheet: They are of it.
            lines: In their order.
            first: Row of the first.
            sums: Line to the formula of each column that is a sum of cells elsewhere.
        """
        self.cells = cells
        self.page = page
        self.sheet = sheet
        self.lines = lines
        self.methods = (
            (method_of(sheet), FACTOR, CO2),
            (other_method(sheet), OTHER_FACTOR, OTHER_CO2),
        )
        self.rows = {line.key: first + place for place, line in enumerate(lines)}
        self.sums = sums or {}

    def write(self) -> int:
        """Write all of them; return the next free row."""
        for line in self.lines:
            if line.key in self.sums:
                self.summed(self.rows[line.key], line, self.sums[line.key])
            else:
                self.line(self.rows[line.key], line)
        return max(self.rows.values(), default=FIRST - 1) + 1

    def summed(self, row: int, line: PrintedLine, formulas: Mapping[int, str]) -> None:
        """Write a line whose numbers are sums of cells elsewhere: grams are never weighed again."""
        self.words(row, line)
        values = [
            (AMOUNT, line.amount, 3),
            (COAL, line.coal_kgce, 3),
            (COST, line.cost_yuan, 2),
        ]
        for method, _, column in self.methods:
            emitted = line.emission(method)
            values.append((column, emitted[3] if emitted else None, 3))
        for column, value, places in values:
            self.cells.formula(self.page, (row, column), formulas[column], value, places)

    def words(self, row: int, line: PrintedLine) -> None:
        """Write what is no number, and how the time is known."""
        page, cells = self.page, self.cells
        for column, text in enumerate((line.month, line.kind, line.use, line.basis)):
            page.write_string(row, column, text)
        page.write_string(row, AMOUNT + 1, line.unit)
        for place, share in enumerate((line.measured, line.estimated, line.missing)):
            if share is not None:
                page.write_number(row, COST + 2 + place, float(share), cells.share)
        notes = list(line.notes)
        if line.billed is not None:
            notes.insert(0, billed_text(line.billed, cells.language))
        page.write_string(row, COST + 5, "；".join(notes), cells.wrap)

    def line(self, row: int, line: PrintedLine) -> None:
        """Write one line."""
        page, cells = self.page, self.cells
        self.words(row, line)
        cells.put(page, row, AMOUNT, line.amount, 3)
        amount = xl_rowcol_to_cell(row, AMOUNT)
        self.weighed(row, line)
        cells.put(page, row, COST, line.cost_yuan, 2)
        if line.cost_yuan is not None and line.amount:
            cost = xl_rowcol_to_cell(row, COST)
            price = line.cost_yuan / line.amount
            formula = f'=IF(N({amount})=0,"",{cost}/{amount})'
            cells.formula(page, (row, COST + 1), formula, price, 4)

    def weighed(self, row: int, line: PrintedLine) -> None:
        """Write what a line weighs and emits: what was generated on the spot emits nothing."""
        page, cells = self.page, self.cells
        amount = xl_rowcol_to_cell(row, AMOUNT)
        cells.put(page, row, COEFFICIENT, line.coefficient, 4)
        if line.coal_kgce is not None:
            coefficient = xl_rowcol_to_cell(row, COEFFICIENT)
            formula = f"=ROUND({amount}*{coefficient},3)"
            cells.formula(page, (row, COAL), formula, line.coal_kgce, 3)
        sun = generated_beside(self.sheet, line.key)
        bought = f"({amount}-N({xl_rowcol_to_cell(self.rows[sun], AMOUNT)}))" if sun else amount
        for method, of_factor, of_co2 in self.methods:
            emitted = line.emission(method)
            if emitted:
                cells.put(page, row, of_factor, emitted[2], 4)
                factor = xl_rowcol_to_cell(row, of_factor)
                cells.formula(page, (row, of_co2), f"=ROUND({bought}*{factor},3)", emitted[3], 3)
