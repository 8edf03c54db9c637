"""By what a report weighs, chosen per report; what was signed stays what it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from tests.amount_house import amounts as asked
from tests.amount_house import (
    opened_district,
    refusal,
)
from tests.jieneng.ledger.test_ledger_commands import HOURS_OF_MAY, closed_may
from tests.jieneng.ledger.test_ledger_commands import house as signing_house
from tests.jieneng.ledger.test_ledger_commands import tell as tell_more

__all__ = ["signing_house"]
KWH_OF_MAY = 3 * 31 * 24


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened_district(tmp_path_factory.mktemp("house"))
    yield held
    held.close()


@pytest.mark.parametrize("place", ["hall_main", "hall", "town"])
def test_amounts_are_weighed_by_the_set_that_was_asked_for(house: House, place: str) -> None:
    told = asked(house, place, "2026-05", choices={"coefficients": "Shandong-quota"})

    assert told["terms"]["coal_set"] == "Shandong-quota"
    assert told["amounts"][0]["coal_g"] == KWH_OF_MAY * 310


def test_a_sum_of_institutions_is_weighed_by_the_set_that_was_asked_for(house: House) -> None:
    told = asked(house, "district", "2026-05", choices={"coefficients": "Shandong-quota"})

    assert told["amounts"][0]["coal_g"] == (KWH_OF_MAY + KWH_OF_MAY // 3) * 310


def test_co2_by_market_and_of_a_province_are_others_than_the_national_average(
    house: House,
) -> None:
    def grams(**choices: str) -> int:
        (row, *_) = asked(house, "town", "2026-05", choices=choices)["amounts"]
        return int(row["co2_g"])

    assert grams() == round(KWH_OF_MAY * 530.6)
    assert grams(method="market") == round(KWH_OF_MAY * 585.6)
    assert grams(region="own") == grams(region="110000") != grams()


@pytest.mark.parametrize(
    ("choices", "there_is"),
    [
        ({"coefficients": "MEE-average"}, "GBT2589, NGOA-stat, Shandong-quota."),
        ({"co2_set": "GBT2589"}, "Beijing-carbon-market, MEE-average, MEE-enterprise"),
        ({"region": "999999"}, "own, 110000"),
        ({"method": "both"}, "location, market."),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_those_that_are(
    house: House, choices: dict[str, str], there_is: str
) -> None:
    assert f"There is: {there_is}" in refusal(house, "town", "2026-05", choices=choices)


def test_a_signed_sheet_stays_and_is_weighed_anew_beside_it(signing_house: House) -> None:
    closed_may(signing_house)
    signed = sheet_to_hand_out(signing_house, "town", "2026-05", language="en")
    choices = {"coefficients": "Shandong-quota", "method": "market"}
    handed = sheet_to_hand_out(signing_house, "town", "2026-05", language="en", choices=choices)

    before, after = json.loads(signed.content), json.loads(handed.content)
    (line,), (anew,) = before["lines"].values(), after["lines"].values()
    assert anew["coal_g"] == HOURS_OF_MAY * 310
    assert line["coal_g"] == round(HOURS_OF_MAY * 122.9)
    weighed = ("coal_g", "coal_rows", "coal_per_display")
    assert {**anew, **{name: line[name] for name in weighed}} == line
    assert after["totals"]["coal_g"] == HOURS_OF_MAY * 310
    assert handed.state == "weighed anew from the closed sheet, which is by NGOA-stat / MEE-average"
    assert signed.marks["sheet SHA-256"] == handed.marks["weighed from the sheet with SHA-256"]
    page = PRINTERS["html"](handed).decode()
    assert "coal coefficients Shandong-quota" in page
    assert "CO₂ kg by market" in page
    assert sheet_to_hand_out(signing_house, "town", "2026-05", language="en").content == (
        signed.content
    )


def test_late_readings_do_not_change_what_a_signed_sheet_weighs_anew(signing_house: House) -> None:
    closed_may(signing_house)
    choices = {"coefficients": "GBT2589"}
    before = sheet_to_hand_out(signing_house, "town", "2026-05", language="en", choices=choices)
    tell_more(signing_house, range(15 * 24, 16 * 24), more=5)
    after = sheet_to_hand_out(signing_house, "town", "2026-05", language="en", choices=choices)
    assert after.content == before.content


def test_a_workbook_shows_co2_by_the_method_that_was_chosen(house: House, tmp_path: Path) -> None:
    handed = sheet_to_hand_out(
        house, "town", "2026-05", language="en", choices={"method": "market"}
    )
    (tmp_path / "sheet.xlsx").write_bytes(PRINTERS["xlsx"](handed))
    page = openpyxl.load_workbook(tmp_path / "sheet.xlsx", data_only=True)["ledger"]
    assert page["I4"].value == 0.5856
    assert page["J4"].value == round(KWH_OF_MAY * 0.5856, 3)


def test_each_step_down_to_another_factor_stands_with_the_line_in_every_form(
    house: House, tmp_path: Path
) -> None:
    def noted(language: str) -> list[str]:
        handed = sheet_to_hand_out(
            house, "town", "2026-05", language=language, choices={"region": "own"}
        )
        (tmp_path / "sheet.xlsx").write_bytes(PRINTERS["xlsx"](handed))
        pages = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
        cells = [str(cell.value) for row in pages.worksheets[0] for cell in row]
        page = PRINTERS["html"](handed).decode()
        return ["\n".join(cells), page, "\n".join(lines_to_say(handed))]

    for form in noted("en"):
        assert "There is no factor of electricity for 110102; the region above is taken." in form
        assert "the nearest, 2022, is taken (co2-MEE-average-110000-2022)" in form
    for form in noted("zh"):
        assert "110102 没有电的排放因子，改用上一级地区的。" in form
        assert " yuan" not in form


def test_a_region_that_is_not_there_is_refused_with_each_that_is_once(house: House) -> None:
    told = refusal(house, "town", "2026-05", choices={"region": "999999"})
    assert told.partition("There is: ")[2].rstrip(".").split(", ").count("own") == 1
