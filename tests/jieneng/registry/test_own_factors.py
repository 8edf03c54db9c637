"""Emission factors that a user names, and defaults of a guideline: taken in turn, and said."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from jieneng.ledger.statements import lines_to_say, sheet_to_hand_out
from jieneng.registry.intake import take_reference
from jieneng.shipped import shipped
from jieneng.wiring import House
from tests.amount_house import BOILER, DISTRICT, MAIN, SCHOOL_MAIN, amounts, opened, tell
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.reference_folder import folder_of, mistakes
from tests.web import ask as get

KWH_OF_MAY = 3 * 31 * 24
BY_REGION = {"region": "own"}
ROWS = (
    "mine,own-factors,electricity,town,2026-01-01,2027-01-01,,,0.3,kgCO2/kWh,contract,2026,"
    "verified,,\n"
    "typo,own-factors,electricity,towm,2026-01-01,,,,0.3,kgCO2/kWh,contract,2026,verified,,\n"
    "steam,only-heat,heat,,2009-01-01,,,,0.1,tCO2/GJ,made up,2025,example,,\n"
    "spare,guideline-defaults,electricity,,2009-01-01,,,,0.5,kgCO2/kWh,made up,2025,example,,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped reference data with rows of a user."""
    found = tmp_path_factory.mktemp("given") / "reference"
    shutil.copytree(shipped("reference"), found)
    with (found / "emission_factors.csv").open("a", encoding="utf-8") as file:
        file.write(ROWS)
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("house"), DISTRICT)
    take_reference(held.records, folder)
    tell(held, (MAIN, BOILER, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    yield held
    held.close()


def line_of(house: House, place: str, **choices: str) -> dict[str, Any]:
    handed = sheet_to_hand_out(house, place, "2026-05", language="en", choices=choices)
    found: dict[str, Any] = json.loads(handed.content)["lines"]["electricity/2026-05-01"]
    return found


def located(line: dict[str, Any]) -> tuple[int, list[str]]:
    (co2,) = [one for one in line["co2"] if one["method"] == "location"]
    return co2["grams"], co2["rows"]


def test_a_factor_that_the_user_named_for_an_institution_wins_there_alone(house: House) -> None:
    assert located(line_of(house, "town", **BY_REGION)) == (KWH_OF_MAY * 300, ["mine"])
    assert located(line_of(house, "school", **BY_REGION))[1] == ["co2-MEE-average-110000-2022"]


def test_amounts_of_a_building_and_of_a_meter_take_the_factor_of_their_institution(
    house: House,
) -> None:
    for place in ("town", "hall", "hall_main"):
        (row, *_) = amounts(house, place, "2026-05", choices=BY_REGION)["amounts"]
        assert row["co2_g"] == KWH_OF_MAY * 300


def test_the_statistics_take_the_national_factor_whatever_the_user_named(house: House) -> None:
    assert located(line_of(house, "town"))[1] == ["co2-MEE-average-cn-2023"]


BY_OWN = {"co2_set": "own-factors"}


def test_own_factors_are_chosen_without_a_region_and_the_national_one_stands_in_with_a_word(
    house: House,
) -> None:
    assert located(line_of(house, "town", **BY_OWN)) == (KWH_OF_MAY * 300, ["mine"])
    handed = sheet_to_hand_out(house, "school", "2026-05", language="en", choices=BY_OWN)
    said = "\n".join(lines_to_say(handed))

    assert located(line_of(house, "school", **BY_OWN))[1] == ["co2-MEE-average-cn-2023"]
    assert "No own factor of electricity is named; the national factor in use is taken." in said
    assert "emission factors own-factors" in said


def test_own_factors_with_a_region_step_down_through_official_rows(house: House) -> None:
    assert located(line_of(house, "town", **BY_OWN, **BY_REGION))[1] == ["mine"]
    line = line_of(house, "school", **BY_OWN, **BY_REGION)
    assert located(line)[1] == ["co2-MEE-average-110000-2022"]


def test_own_factors_are_taken_by_market_as_by_location(house: House) -> None:
    line = line_of(house, "town", **BY_OWN, method="market")
    assert {one["method"]: one["grams"] for one in line["co2"]} == {
        "location": KWH_OF_MAY * 300, "market": KWH_OF_MAY * 300,
    }  # fmt: skip


def test_amounts_and_the_endpoint_take_own_factors_without_a_region(house: House) -> None:
    for place in ("town", "hall", "hall_main"):
        (row, *_) = amounts(house, place, "2026-05", choices=BY_OWN)["amounts"]
        assert row["co2_g"] == KWH_OF_MAY * 300
    app = create_app(
        store=house.store, records=house.records, status=dict, now=house.clock, language="en"
    )
    told = get(app, "/api/v1/statements/town/2026-05?co2_set=own-factors").json()
    assert located(told["sheet"]["lines"]["electricity/2026-05-01"])[1] == ["mine"]


def test_the_default_of_a_guideline_stands_in_with_a_warning_for_each_step(house: House) -> None:
    handed = sheet_to_hand_out(
        house, "school", "2026-05", language="en", choices={"region": "own", "co2_set": "only-heat"}
    )
    said = "\n".join(lines_to_say(handed))

    assert located(line_of(house, "school", **BY_REGION, co2_set="only-heat"))[1] == ["spare"]
    for place in ("110102", "110100", "110000", "grid-north-china", "the country"):
        assert f"There is no factor of electricity for {place}; the region above is taken." in said
    assert "There is no official factor; the default of a guideline is taken (spare)." in said


def test_the_factor_that_the_user_named_is_answered_over_http(house: House) -> None:
    app = create_app(
        store=house.store, records=house.records, status=dict, now=house.clock, language="en"
    )
    told = get(app, "/api/v1/statements/town/2026-05?region=own").json()

    assert located(told["sheet"]["lines"]["electricity/2026-05-01"])[1] == ["mine"]


def test_why_works_out_the_co2_of_the_factor_that_the_user_named(house: House) -> None:
    asked = {"of": "", "readings": 0, "deep": False, "as_json": False, "choices": BY_REGION}
    code, said = ask(
        house,
        "why",
        "explain",
        subject="town",
        when="2026-05",
        words=["electricity", "co2"],
        **asked,
    )

    assert code == 0
    lines = [line for line in said if "CO2 scope 2, by location" in line]
    assert any(f"{KWH_OF_MAY * 300:,}" in line for line in lines)
    assert any("mine" in line for line in lines)


def test_an_own_factor_of_an_institution_that_is_not_there_is_told(
    house: House, folder: Path
) -> None:
    told = take_reference(house.records, folder).en

    assert told.endswith("so that no report takes them: typo")


def test_coefficients_of_coal_cannot_take_the_name_of_the_users_emission_factors(
    tmp_path: Path,
) -> None:
    row = "a,own-factors,heat,,2020-01-01,,34.12,kgce/GJ,printed,2020,verified,,"
    (found,) = mistakes(folder_of(tmp_path, coal=row))
    assert "own-factors is a series of emission_factors.csv; name this set otherwise." in found
