"""Every workbook states CO2 by location and by market, and sums divide cells of their members."""

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest

from jieneng.ledger.statements import PRINTERS, sheet_to_hand_out
from jieneng.wiring import House
from tests.amount_house import BOILER, DISTRICT, MAIN, SCHOOL_MAIN, opened, tell

METHODS = ("by location", "by market")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("house"), DISTRICT)
    tell(held, (MAIN, BOILER, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    yield held
    held.close()


def book(house: House, place: str, *, values: bool, method: str = "") -> Any:  # noqa: ANN401  openpyxl's own
    choices = {"method": method} if method else None
    handed = sheet_to_hand_out(house, place, "2026-05", language="en", choices=choices)
    return openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)), data_only=values)


@pytest.mark.parametrize("method", ["", "market"])
@pytest.mark.parametrize("place", ["town", "district"])
def test_both_methods_have_columns_and_totals_whichever_the_report_is_by(
    house: House, place: str, method: str
) -> None:
    page = book(house, place, values=True, method=method)["ledger"]
    titles = {str(cell.value): cell.column for cell in page[3]}
    labels = {str(cell.value): cell.row for cell in page["A"]}
    found = set()
    for how in METHODS:
        column = titles[f"CO2 (kg) {how}"]
        (total,) = (row for label, row in labels.items() if f"CO2 scope 2, {how} (kg)" in label)
        assert page.cell(total, column).value == page.cell(4, column).value > 0
        found.add(page.cell(4, column).value)
    assert len(found) == 2


def test_an_intensity_of_a_sum_adds_cells_of_lines_and_sizes_of_its_members(house: House) -> None:
    formulas, values = (book(house, "district", values=one) for one in (False, True))
    page, rows = formulas["ledger"], values["institutions"]
    at = next(cell.row for cell in page["A"] if str(cell.value).startswith("energy per floor area"))
    for column in "GH":
        terms = re.findall(r"N\('institutions'!([A-Z]+\d+)\)", page[f"{column}{at}"].value)
        assert len(terms) == 2  # the school and the town
        total = sum(rows[cell].value for cell in terms)
        assert total == pytest.approx(values["ledger"][f"{column}{at}"].value)
        assert all(isinstance(rows[cell].value, int | float) for cell in terms)
    assert page[f"E{at}"].value == f"=G{at}/H{at}"
