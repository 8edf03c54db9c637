"""The page of what is booked in a sheet for closed periods, and the totals with it."""

from collections.abc import Mapping, Sequence

from analytics.statements.printed.booked import Booked, booked_in, totals_with_booked
from analytics.statements.printed.entries import Sheet, kilograms, method_of
from analytics.statements.workbook.cells import Cells, signed_sum
from energy.kinds import KINDS
from energy.scopes import scope_of
from energy.text import Text

_TITLES = (
    Text("调整", "adjustment"), Text("行", "line"), Text("消费量", "amount"), Text("单位", "unit"),
    Text("标准煤（kgce）", "standard coal (kgce)"), Text("CO2（kg）", "CO2 (kg)"),
    Text("费用（元）", "cost (yuan)"),
)  # fmt: skip
_TOTALS = (
    Text("合计", "total"), Text("单位", "unit"), Text("本期", "this period"),
    Text("调整", "adjustments"), Text("含调整", "together"),
)  # fmt: skip


def write_booked(cells: Cells, sheet: Sheet, totals_at: Mapping[str, str]) -> None:
    """Write the page; none where nothing is booked.

    Args:
        cells: Of the workbook.
        sheet: The sheet.
        totals_at: Where the ledger page has its totals: coal, co2/SCOPE/METHOD or cost to a cell.
    """
    booked = booked_in(sheet)
    if not booked:
        return
    page = cells.page("调整", "adjustments", _TITLES)
    for row, one in enumerate(booked, 1):
        page.write_string(row, 0, one.label(cells.language))
        page.write_string(row, 1, one.subject.get(cells.language))
        cells.put(page, row, 2, one.display_amount, 3)
        page.write_string(row, 3, KINDS[one.kind].display_unit)
        cells.put(page, row, 4, kilograms(one.coal_g), 3)
        cells.put(page, row, 5, kilograms(one.co2_g.get(method_of(sheet), 0)), 3)
        cells.put(page, row, 6, one.cost_yuan, 2)
    head = len(booked) + 2
    for column, title in enumerate(_TOTALS):
        page.write_string(head, column, title.get(cells.language), cells.bold)
    for row, total in enumerate(totals_with_booked(sheet, cells.language), head + 1):
        page.write_string(row, 0, total.label, cells.bold)
        page.write_string(row, 1, total.unit)
        at = totals_at.get(total.figure)
        if at is None:
            cells.put(page, row, 2, total.own, 3)
        else:
            formula = f"='{cells.say('台账', 'ledger')}'!{at}"
            cells.formula(page, (row, 2), formula, total.own, 3)
        added = _added(booked, total.figure, method_of(sheet))
        if added:
            cells.formula(page, (row, 3), f"={added}", total.booked, 3)
        else:  # of a method that has no column above
            cells.put(page, row, 3, total.booked, 3)
        cells.formula(page, (row, 4), f"=C{row + 1}+D{row + 1}", total.together, 3)
    page.set_column(0, 1, 32)
    page.set_column(2, 6, 16)


def _added(booked: Sequence[Booked], figure: str, method: str) -> str:
    """Return the terms that add the cells of a total; "" where no column has them.

    Args:
        booked: In the order of their rows; a part of a kind is in no total.
        figure: coal, co2/SCOPE/METHOD or cost.
        method: By which the column of CO2 is.
    """
    columns = {"coal": 4, "cost": 6}
    name, _, rest = figure.partition("/")
    scope, _, by = rest.partition("/")
    column = columns.get(name, 5 if by == method else None)
    if column is None:
        return ""
    rows = [
        (1, row)
        for row, one in enumerate(booked, 1)
        if not one.use and (not scope or str(scope_of(one.kind)) == scope)
    ]
    return signed_sum(rows, column)
