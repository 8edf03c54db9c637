"""The statement of a body and of the district: sums of the statements of their institutions."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from api.handing_out import Handed
from energy.errors import ClosingError
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from tests.amount_house import amounts as asked
from tests.amount_house import opened_district
from tests.analytics.statements.test_workbook_recomputes import needs_spreadsheet, recomputed
from tests.jieneng.bills.test_bill_commands import imported
from tests.jieneng.ledger.test_ledger_commands import person, step

HOURS_OF_MAY = 31 * 24
WATER = "bill,institution,kind,first,last,amount,cost\nW,town,water,2026-05-01,2026-05-31,9,40\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town that counts 3 kWh an hour and has closed May, and a school that counts 1."""
    folder = tmp_path_factory.mktemp("house")
    held = opened_district(folder)
    assert imported(held, folder / "bills.csv", WATER)[1] == ""
    head = person(held, "filler", "statistics_head", "unit_head")
    step(held, "submit", head)
    assert step(held, "close", head)[-1] == "0"
    yield held
    held.close()


def handed(house: House, place: str, period: str = "2026-05", **choices: str) -> Handed:
    return sheet_to_hand_out(house, place, period, language="en", choices=choices)


@pytest.mark.parametrize("place", ["city", "district"])
def test_a_sum_is_that_of_its_institutions_to_the_gram(house: House, place: str) -> None:
    sheet = json.loads(handed(house, place).content)
    parts = [json.loads(handed(house, name).content) for name in ("town", "school")]

    line = sheet["lines"]["electricity/2026-05-01/own"]
    assert line["amount"] == 4 * HOURS_OF_MAY * 1000
    assert line["covered"] == ["school", "town"]
    coal = sheet["totals"]["coal_g"]
    assert coal == sum(part["totals"]["coal_g"] for part in parts)
    told = asked(house, place, "2026-05")["amounts"]
    assert coal == sum(row["coal_g"] or 0 for row in told if not row["use"])
    assert sheet["intensities"]["energy_per_area"]["denominator"] == "2000/1"


def test_the_members_are_the_sheets_that_were_signed_and_drafts_say_so(house: House) -> None:
    said = lines_to_say(handed(house, "city"))

    assert said[0] == "City   2026-05   sum of statements"
    assert "institutions: School (draft), Town hall (closed)" in said
    signed = json.loads(handed(house, "town").content)
    town = json.loads(handed(house, "city").content)["members"]["town"]
    assert {**town, **signed} == town


def test_who_has_nothing_is_named_and_no_zero(house: House) -> None:
    sheet = json.loads(handed(house, "city", "2026-08").content)

    line = sheet["lines"]["electricity/2026-08-01/own"]
    assert line["amount"] is None
    assert line["not_covered"] == ["school", "town"]
    said = handed(house, "city", "2026-08")
    assert "not covered: School, Town hall" in PRINTERS["html"](said).decode()
    assert "          not covered: School, Town hall" in lines_to_say(said)


def test_a_body_to_which_nobody_reports_is_refused(house: House) -> None:
    with pytest.raises(ClosingError, match="No institution reports to ministry"):
        handed(house, "ministry")


def test_a_sum_is_weighed_by_the_set_that_was_chosen(house: House) -> None:
    sheet = json.loads(handed(house, "district", coefficients="Shandong-quota").content)

    assert sheet["totals"]["coal_g"] == 4 * HOURS_OF_MAY * 310
    assert sheet["terms"]["coal_set"] == "Shandong-quota"


def test_a_table_has_the_lines_of_each_institution(house: House) -> None:
    table = pd.read_parquet(io.BytesIO(PRINTERS["parquet"](handed(house, "city"))))

    electricity = table[table["line"] == "electricity/2026-05-01"]
    amounts = dict(zip(electricity["institution"], electricity["amount"], strict=True))
    assert amounts == {"town": 3 * HOURS_OF_MAY * 1000, "school": HOURS_OF_MAY * 1000}


@needs_spreadsheet
def test_a_changed_amount_of_an_institution_changes_the_sums(house: House, tmp_path: Path) -> None:
    content = PRINTERS["xlsx"](handed(house, "city"))
    before = ledger(content)
    plain = ledger(recomputed(content, tmp_path / "plain"))
    assert plain == pytest.approx(before, abs=1e-6)

    book = openpyxl.load_workbook(io.BytesIO(content))
    names = [str(cell.value) for cell in book["institutions"]["A"]]
    first = next(
        place for place, name in enumerate(names, 2) if "(town)" in name or "（town）" in name
    )
    assert book["institutions"].cell(first, 5).value == 3 * HOURS_OF_MAY
    book["institutions"].cell(first, 5).value = 3 * HOURS_OF_MAY + 1000
    target = io.BytesIO()
    book.save(target)

    after = ledger(recomputed(target.getvalue(), tmp_path / "changed"))

    assert after["E4"] - before["E4"] == pytest.approx(1000)
    assert after["H4"] - before["H4"] == pytest.approx(122.9)
    total = next(cell for cell, value in before.items() if cell != "H4" and value == before["H4"])
    assert after[total] - before[total] == pytest.approx(122.9)
    rows = {
        str(cell.value).split("（")[0]: cell.row
        for cell in openpyxl.load_workbook(io.BytesIO(content))["ledger"]["A"]
    }
    per_area = rows["energy per floor area"]
    assert after[f"G{per_area}"] - before[f"G{per_area}"] == pytest.approx(122.9)
    assert after[f"E{per_area}"] > before[f"E{per_area}"]


def ledger(content: bytes) -> dict[str, float]:
    """Return the numbers of the ledger by cell."""
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["ledger"]
    cells = (cell for row in page.iter_rows() for cell in row)
    return {cell.coordinate: cell.value for cell in cells if isinstance(cell.value, int | float)}
