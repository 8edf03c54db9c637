"""Statements on the screen and as files, from readings to the bytes that are handed out."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from energy.sizes import HEATED_AREA, Size
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from storage.records import registry as registry_records
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, ask, closed_may, house, tell

__all__ = ["house"]
KWH_OF_MAY = float(HOURS_OF_MAY)


def test_a_draft_says_its_lines_with_missing_as_missing(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 24))
    said = lines_to_say(sheet_to_hand_out(house, "town", "2026-05", language="en"))
    assert said[0] == "Town hall   2026-05   draft"
    assert "744.000 kWh" in said[1]
    assert said[1].endswith("own meters")
    july = lines_to_say(sheet_to_hand_out(house, "town", "2026-07", language="en"))
    assert "missing kWh" in july[1]
    assert "kgce" not in july[1]


def test_meters_that_were_never_heard_leave_amounts_and_totals_missing(house: House) -> None:
    handed = sheet_to_hand_out(house, "town", "2026-05", language="en")
    said = lines_to_say(handed)
    assert "missing kWh" in said[1]
    assert said[2].strip().startswith("hall_main has never been heard: what it counts is missing.")
    assert "comprehensive energy   missing kgce" in said
    page = PRINTERS["html"](handed).decode()
    assert page.count("missing") > 2
    workbook = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)))["ledger"]
    assert workbook["E4"].value is None
    assert workbook["H6"].value is None


def test_a_workbook_bears_formulas_with_their_values(house: House) -> None:
    closed_may(house)
    content = PRINTERS["xlsx"](sheet_to_hand_out(house, "town", "2026-05", language="en"))
    formulas = openpyxl.load_workbook(io.BytesIO(content))["ledger"]
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["ledger"]
    assert values["E4"].value == KWH_OF_MAY
    assert formulas["H4"].value == "=ROUND(E4*G4,3)"
    assert values["H4"].value == round(KWH_OF_MAY * 0.1229, 3)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_keeps_whole_numbers_in_base_units(house: House, form: str) -> None:
    closed_may(house)
    content = PRINTERS[form](sheet_to_hand_out(house, "town", "2026-05", language="zh"))
    read = pd.read_csv if form == "csv" else pd.read_parquet
    (row,) = read(io.BytesIO(content)).to_dict("records")
    assert (row["kind"], row["amount"], row["unit"]) == ("electricity", HOURS_OF_MAY * 1000, "Wh")
    assert row["line"] == "electricity/2026-05-01"
    _, said = ask(house, "ledger", "status", institution="town", period="2026-05")
    assert said[-1] == f"head  {row['chain_head']}"
    assert len(row["sheet_sha256"]) == 64
    assert "coal-NGOA-stat-electricity" in row["unconfirmed"].split(";")


@pytest.mark.parametrize(
    ("language", "word"), [("zh", "能源资源消费统计台账"), ("en", "energy and water")]
)
def test_a_page_to_print_bears_the_hash_of_its_sheet(
    house: House, language: str, word: str, tmp_path: Path
) -> None:
    closed_may(house)
    handed = sheet_to_hand_out(house, "town", "2026-05", language=language)
    page = PRINTERS["html"](handed).decode()
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert word in page
    assert "744.000" in page
    assert all(mark in page for mark in handed.marks.values())
    assert len(handed.marks) == 2
    assert page.count("CO₂ ") == 3  # the column, and scope 2 both ways: no fuel, no scope 1


def test_a_closed_sheet_is_handed_out_as_it_was_signed(house: House) -> None:
    closed_may(house)
    before = PRINTERS["json"](sheet_to_hand_out(house, "town", "2026-05", language="zh"))
    tell(house, range(15 * 24, 16 * 24), more=5)
    after = PRINTERS["json"](sheet_to_hand_out(house, "town", "2026-05", language="zh"))
    assert json.loads(before)["lines"]["electricity/2026-05-01"]["amount"] == HOURS_OF_MAY * 1000
    assert after == before


def test_the_screen_says_costs_co2_and_intensities_and_why_one_is_missing(house: House) -> None:
    closed_may(house)
    said = lines_to_say(sheet_to_hand_out(house, "town", "2026-05", language="en"))

    assert any(line.startswith("CO₂ scope 2, by location   ") for line in said)
    assert "energy per floor area   0.09 kgce/m2" in said
    (heating,) = (line for line in said if line.startswith("heating energy per heated area"))
    assert heating.endswith(
        "missing kgce/m2   heated area (m²) is not known: write it into sizes.csv of the registry"
    )
    page = PRINTERS["html"](sheet_to_hand_out(house, "town", "2026-05", language="zh")).decode()
    assert "采暖面积（m²）未知：请写入登记表的 sizes.csv" in page


def test_an_intensity_of_a_use_that_no_meter_bears_says_so(house: House) -> None:
    with house.records.session() as session:
        there = registry_records.load(session)
        heated = Size("hall", HEATED_AREA, date(2020, 1, 1), 900, "survey")
        registry_records.replace(
            session, replace(there, sizes=(heated,)), author="test", reason="heated"
        )
    tell(house, range(HOURS_OF_MAY + 24))

    said = lines_to_say(sheet_to_hand_out(house, "town", "2026-05", language="en"))

    (heating,) = (line for line in said if line.startswith("heating energy per heated area"))
    assert heating.endswith("an amount it needs is missing, or no meter bears its use")


def test_the_screen_and_the_workbook_name_reference_data_nobody_confirmed(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 24))
    handed = sheet_to_hand_out(house, "town", "2026-05", language="en")
    row = "coal-NGOA-stat-electricity (secondary)"

    assert any(line.startswith("Reference data nobody has confirmed: ") and row in line
               for line in lines_to_say(handed))  # fmt: skip
    ledger = openpyxl.load_workbook(io.BytesIO(PRINTERS["xlsx"](handed)))["ledger"]
    assert row in ledger["A2"].value


def test_a_period_that_has_not_ended_is_said_to_run(house: House) -> None:
    tell(house, range(HOURS_OF_MAY + 24))
    june = sheet_to_hand_out(house, "town", "2026-06", language="en")
    assert lines_to_say(june)[0] == "Town hall   2026-06   draft (the period has not ended)"
    page = PRINTERS["html"](sheet_to_hand_out(house, "town", "2026-06", language="zh")).decode()
    assert "期间尚未结束" in page
    may = sheet_to_hand_out(house, "town", "2026-05", language="en")
    assert lines_to_say(may)[0] == "Town hall   2026-05   draft"
    asked = {"place": "town", "item": "", "view": False, "as_json": False}
    heads = [
        ask(house, "amounts", "amounts", period=key, **asked)[1][0] for key in ("2026-05", "2026")
    ]
    assert [head.endswith("the period has not ended") for head in heads] == [False, True]
