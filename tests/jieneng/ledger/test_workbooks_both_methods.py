"""Every workbook states CO2 by location and by market, and sums divide cells of their members."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from analytics.statements.workbook.book import workbook_bytes
from jieneng.ledger.statements import PRINTERS, sheet_to_hand_out
from jieneng.wiring import House
from tests.amount_house import opened_district

METHODS = ("by location", "by market")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened_district(tmp_path_factory.mktemp("house"))
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
        (area,) = re.findall(r"^=SUM\('institutions'!([A-Z$0-9:]+)\)$", page[f"{column}{at}"].value)
        given = [cell.value for (cell,) in rows[area.replace("$", "")] if cell.value is not None]
        assert len(given) == 2  # the school and the town
        assert sum(given) == pytest.approx(values["ledger"][f"{column}{at}"].value)
    assert page[f"E{at}"].value == f"=G{at}/H{at}"


def test_formulas_of_five_hundred_institutions_are_as_long_as_those_of_two(house: House) -> None:
    handed = sheet_to_hand_out(house, "district", "2026-05", language="en")
    sheet = json.loads(handed.content)
    many = {
        f"{name}_{number:03}": member
        for number in range(250)
        for name, member in sheet["members"].items()
    }
    for said in sheet["intensities"].values():
        said["covered"] = [name for name in many if name.rsplit("_", 1)[0] in said["covered"]]
    content = workbook_bytes({**sheet, "members": many}, language="en", marks={})
    pages = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [
        str(cell.value)
        for page in pages
        for row in page.iter_rows()
        for cell in row
        if str(cell.value).startswith("=")
    ]
    assert len(many) == 500
    assert len(formulas) > 1000
    assert max(map(len, formulas)) < 200
