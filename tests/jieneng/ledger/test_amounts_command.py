"""``jieneng amounts`` for every level and period, over meters that count evenly."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from energy.uses import HEATING
from jieneng.holder import Request
from jieneng.wiring import House
from jieneng.works import answer_for
from tests.amount_house import (
    MAIN,
    amounts,
    kwh,
    opened,
    opened_district,
    refusal,
)
from tests.builders import (
    HALL,
    registry_of,
)
from tests.jieneng.ledger.test_ledger_commands import ask


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A town whose hall counts 3 kWh an hour, its boiler 1 of them, and a school that counts 1."""
    held = opened_district(tmp_path)
    yield held
    held.close()


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("hall_main", {"": 3}),
        ("boiler", {HEATING: 1}),
        ("hall", {"": 3, HEATING: 1}),
        ("town", {"": 3, HEATING: 1}),
        ("school", {"": 1}),
        ("county", {"": 1}),
        ("city", {"": 4, HEATING: 1}),
        ("district", {"": 4, HEATING: 1}),
    ],
)
def test_every_level_says_what_it_used_in_a_quarter(
    house: House, place: str, wanted: dict[str, int]
) -> None:
    hours = 91 * 24
    assert kwh(amounts(house, place, "2026-Q2")) == {key: kw * hours for key, kw in wanted.items()}


def test_items_are_in_their_parents_and_the_rest_stands_below(house: House) -> None:
    hours = 31 * 24
    found = amounts(house, "town", "2026-05")
    assert kwh(found, "items") == {"B": hours, "B1": hours, "B1F": hours, "": 2 * hours}
    assert [row["is_rest"] for row in found["items"]] == [False, False, False, True]
    plant = amounts(house, "hall", "2026-05", item="B1")
    assert kwh(plant, "items") == {"B1": hours, "B1F": hours}
    assert plant["amounts"] == []
    assert "it has: B, B1, B1F" in refusal(house, "hall", "2026-05", item="A")


def test_amounts_of_a_building_bear_the_code_of_15_characters(house: House) -> None:
    found = amounts(house, "hall", "2026-05")
    assert [row["code"] for row in found["amounts"]] == ["110102A00101000", ""]
    codes = ["110102A00101B00", "110102A00101B10", "110102A00101B1F", ""]
    assert [row["code"] for row in found["items"]] == codes
    (boiler,) = amounts(house, "boiler", "2026-05")["amounts"]
    assert boiler["code"] == "110102A00101B1F"
    (school,) = amounts(house, "school_main", "2026-05")["amounts"]
    assert school["code"] == ""


def test_a_view_is_marked_and_is_in_no_sum(house: House) -> None:
    assert amounts(house, "ministry", "2026-05")["institutions"] == []
    view = amounts(house, "ministry", "2026-05", view=True)
    assert (view["institutions"], view["is_view"]) == (["school"], True)
    assert kwh(view) == {"": 31 * 24}


def test_an_amount_bears_its_cost_coal_and_co2(house: House) -> None:
    (row,) = amounts(house, "school", "2026-05")["amounts"]
    assert row["coal_g"] == round(31 * 24 * 122.9)
    assert row["co2_g"] == round(31 * 24 * 530.6)
    assert row["cost"] > 0


def test_what_is_missing_is_said_as_a_share_and_never_as_zero(house: House) -> None:
    _, said = ask(
        house, "amounts", "amounts", place="school", period="2026-07", item="", view=False,
        as_json=False,
    )  # fmt: skip
    assert (
        said[0] == "school   School   2026-07   2026-07-01 – 2026-07-31   the period has not ended"
    )
    assert said[1].split() == [
        "electricity", "missing", "kWh", "measured", "0.0", "%", "estimated", "0.0", "%",
        "unresolved", "0.0", "%", "missing", "100.0", "%",
    ]  # fmt: skip


def test_lines_are_said_in_both_languages(house: House) -> None:
    _, said = ask(
        house, "amounts", "amounts", place="district", period="2026-05", item="", view=False,
        as_json=False,
    )  # fmt: skip
    assert said[0] == "district   Example district   2026-05"
    assert said[1].startswith("electricity ")
    assert "2,976.000 kWh" in said[1]
    assert "measured 100.0 %" in said[1]
    assert said[2].startswith("  electricity · heating")
    assert said[-1] == "institutions: 2"
    zh: list[str] = []
    asked = {"place": "district", "period": "2026-05", "item": "", "view": False}
    request = Request("amounts", "amounts", {**asked, "as_json": False}, "/", "zh")
    assert answer_for(house)(request, zh.append, zh.append) == 0
    assert "2,976.000 kWh" in zh[1]
    assert "实测 100.0 %" in zh[1]
    assert zh[-1] == "2 个机构"


def test_what_is_no_place_and_what_is_two_is_refused_with_what_to_write(tmp_path: Path) -> None:
    main = replace(MAIN, building="town")
    house = opened(tmp_path, registry_of(main, buildings=(replace(HALL, building="town"),)))
    assert "There is no meter, building, institution or body 'moon'" in refusal(
        house, "moon", "2026"
    )
    assert "Write building:town." in refusal(house, "town", "2026")
    assert amounts(house, "building:town", "2026")["level"] == "building"
    house.close()


def test_a_gauge_has_no_amount_and_a_meter_no_items(house: House) -> None:
    assert "it has no amount" in refusal(house, "weather_north", "2026")
    assert "Only buildings and institutions" in refusal(house, "hall_main", "2026", item="B")
    assert "Only bodies have a view" in refusal(house, "town", "2026", view=True)


def test_a_code_of_fifteen_characters_stands_for_a_kind_or_a_sub_item(house: House) -> None:
    hours = 31 * 24
    whole = amounts(house, "110102A00101000", "2026-05")
    assert kwh(whole) == kwh(amounts(house, "hall", "2026-05"))
    plant = amounts(house, "110102A00101B10", "2026-05")
    assert kwh(plant, "items") == {"B1": hours, "B1F": hours}
    assert {row["code"] for row in plant["items"]} == {"110102A00101B10", "110102A00101B1F"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("110102A00201000", "No building has the code 110102A002"),
        ("110102A00102000", "The code 110102A00102000 has no amounts; its building has: 110102A"),
        ("110102A00101A00", "no amounts of the sub-item 'A'"),
        ("110102A00001000", "is no 15-character energy code"),
    ],
)
def test_a_code_behind_which_nothing_stands_is_refused(house: House, code: str, said: str) -> None:
    assert said in refusal(house, code, "2026-05")
