"""The pages of a workbook beside the ledger: what other sources say, and what it was made by."""

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from analytics.statements.printed.entries import PrintedLine, Sheet, terms_said
from analytics.statements.printed.restated import Restated, changes_of
from analytics.statements.workbook.cells import Cells
from energy.text import Text

_BESIDE = (
    Text("月份", "month"), Text("能源种类", "kind"), Text("依据", "basis"),
    Text("消费量", "amount"), Text("单位", "unit"), Text("费用（元）", "cost (yuan)"),
    Text("与填报值之差", "less the signed"),
)  # fmt: skip


def write_beside(cells: Cells, lines: Sequence[PrintedLine], *, first: int, amount: int) -> None:
    """Write what other sources say.

    Args:
        cells: Of the workbook.
        lines: Of the ledger, in its order.
        first: Row of the first line on the page of the ledger.
        amount: Column of the signed amount there.
    """
    page = cells.page("其他依据", "other sources", _BESIDE)
    row = 1
    for place, line in enumerate(lines):
        for basis, said, cost in line.beside:
            page.write_string(row, 0, line.month)
            page.write_string(row, 1, line.kind)
            page.write_string(row, 2, basis)
            cells.put(page, row, 3, said, 3)
            page.write_string(row, 4, line.unit)
            cells.put(page, row, 5, cost, 2)
            if said is not None and line.amount is not None:
                ledger = cells.say("台账", "ledger")
                signed = xl_rowcol_to_cell(first + place, amount)
                formula = f"=D{row + 1}-'{ledger}'!{signed}"
                cells.formula(page, (row, 6), formula, said - line.amount, 3)
            row += 1
    page.set_column(0, 6, 16)


_RESTATED = (
    Text("序号", "number"), Text("日期", "day"), Text("办理人", "by"), Text("原因", "reason"),
    Text("计入期间", "booked in"), Text("行", "line"), Text("原值", "before"),
    Text("现值", "after"), Text("差额", "difference"), Text("单位", "unit"),
)  # fmt: skip


def write_restated(cells: Cells, restated: Sequence[Restated]) -> None:
    """Write who restated what and why, with the difference of each line."""
    page = cells.page("重述", "restatements", _RESTATED)
    row = 1
    for one in restated:
        for change in changes_of(one, cells.language):
            page.write_number(row, 0, one.number)
            texts = (one.when, one.by, one.reason, one.into, change.label)
            for column, text in enumerate(texts, 1):
                page.write_string(row, column, text)
            if change.less is None:
                page.write_string(row, 6, change.texts[0])
                page.write_string(row, 7, change.texts[1])
            else:
                cells.put(page, row, 6, change.before, change.places)
                cells.put(page, row, 7, change.after, change.places)
                formula = f"=N(H{row + 1})-N(G{row + 1})"
                cells.formula(page, (row, 8), formula, change.less, change.places)
            page.write_string(row, 9, change.unit)
            row += 1
    page.set_column(0, 4, 14)
    page.set_column(5, 5, 40)
    page.set_column(6, 9, 16)


def write_about(cells: Cells, sheet: Sheet, marks: Mapping[str, str]) -> None:
    """Write what the sheet was made by."""
    page = cells.page("说明", "about")
    rows = (
        *terms_said(sheet, cells.language),
        (cells.say("行政区划", "division"), sheet["terms"]["region"]),
        (cells.say("程序", "program"), sheet["code"]),
        *marks.items(),
    )
    for row, (label, text) in enumerate(rows):
        page.write_string(row, 0, label, cells.bold)
        page.write_string(row, 1, str(text))
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 80)
