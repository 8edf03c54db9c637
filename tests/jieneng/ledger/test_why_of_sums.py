"""``jieneng why`` of a district, a body and a building: by members that add up."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from analytics.retention import RAW_FROM
from analytics.why.members import why_members
from api.app import create_app
from energy.span import midnight
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.wiring import House
from storage.records import values
from tests.amount_house import DISTRICT, opened_district
from tests.builders import NORTH
from tests.jieneng.ledger.test_ledger_commands import ask
from tests.web import ask as get

Json = dict[str, Any]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened_district(tmp_path_factory.mktemp("house"))
    yield held
    held.close()


def why(house: House, name: str, *words: str, **more: object) -> tuple[int, Json, list[str]]:
    asked: Json = {"subject": name, "when": "2026-05", "words": words, "of": "", "readings": 0}
    asked |= {"deep": False, **more}
    code, said = ask(house, "why", "explain", **asked, as_json=True)
    _, lines = ask(house, "why", "explain", **asked, as_json=False)
    return code, json.loads(said[0]) if said[0].startswith("{") else {}, lines


@pytest.mark.parametrize("place", ["district", "city"])
def test_a_sum_is_told_by_its_members_which_add_up_each_with_the_command_that_asks_on(
    house: House, place: str
) -> None:
    code, answer, lines = why(house, place, "electricity", "amount")
    assert code == 0
    (line,) = (one for one in answer["lines"] if not one["use"])
    (figure,) = line["figures"]
    told = {one["institution"]: (one["amount"], one["why"]) for one in line["members"]}
    school, town = told["school"][0], told["town"][0]
    assert figure["stated"] == figure["again"] == school + town
    assert school == min(school, town) > 0
    for name, (amount, command) in told.items():
        assert command == f"jieneng why {name} 2026-05 electricity"
        _, own, _ = why(house, name, "electricity", "amount")
        assert own["lines"][0]["figures"][0]["stated"] == amount
        assert any(said.endswith(command) for said in lines)


def test_totals_and_intensities_of_a_sum_are_told_by_members_too(house: House) -> None:
    code, answer, _ = why(house, "district")
    assert (code, answer["verdict"]) == (0, "same")
    coal = answer["totals"][0]
    assert coal["figure"]["stated"] == sum(one["grams"] for one in coal["members"])
    (area,) = (one for one in answer["intensities"] if one["intensity"] == "energy_per_area")
    assert area["numerator"] == sum(one["numerator"] for one in area["members"])


def test_a_sum_that_its_members_do_not_give_is_said_to_differ(house: House) -> None:
    sheet = json.loads(sheet_to_hand_out(house, "district", "2026-05", language="en").content)
    sheet["members"]["school"]["lines"]["electricity/2026-05-01"]["amount"] += 1
    answer = why_members(json.dumps(sheet).encode(), kind="electricity", figure="amount")
    assert answer["verdict"] == "differs"
    assert next(one["differs_by"] for line in answer["lines"] for one in line["figures"]) == 1


def test_a_sum_says_that_readings_were_removed_and_is_not_asked_for_them(house: House) -> None:
    removed = "Readings before 2026-05-31 were removed"
    assert not any(line.startswith(removed) for line in why(house, "district")[2])
    with house.records.session() as session:
        values.put(session, RAW_FROM, str(midnight(date(2026, 6, 1), NORTH.zone)))
    try:
        code, answer, lines = why(house, "district")
    finally:
        with house.records.session() as session:
            values.put(session, RAW_FROM, "0")
    assert (code, answer["is_removed"]) == (0, True)
    assert any(line.startswith(removed) for line in lines)
    code, _, said = why(house, "district", deep=True)
    assert code == 1
    assert "ask one of them for its readings: jieneng why INSTITUTION 2026-05 --deep" in said[0]


def test_a_building_is_told_by_its_own_meters(house: House) -> None:
    code, answer, lines = why(house, "classes", deep=True)
    assert (code, answer["verdict"], answer["building"]) == (0, "same", "classes")
    (line,) = answer["lines"]
    (meter,) = line["inputs"]
    assert (meter["meter"], meter["why"]) == ("school_main", "jieneng why school_main 2026-05")
    assert meter["amount"] == line["figures"][0]["stated"] > 0
    assert meter["readings"] == "same"
    assert any("school_main" in said for said in lines)


@pytest.mark.parametrize("place", ["town", "district", "hall"])
def test_a_kind_without_a_line_and_a_figure_no_line_has_are_refused_and_not_called_the_same(
    house: House, place: str
) -> None:
    code, _, said = why(house, place, "gas")
    assert code == 1
    assert said == [f"There is no line of gas in 2026-05 of {place}. It has: electricity."]


def test_the_endpoints_answer_of_sums_and_buildings(house: House) -> None:
    app = create_app(store=house.store, records=house.records, status=dict, now=house.clock)
    summed = get(app, "/api/v1/why/statement/city/2026-05?kind=electricity").json()
    assert (summed["what"], summed["verdict"]) == ("sum", "same")
    built = get(app, "/api/v1/why/building/classes/2026-05").json()
    assert (built["building"], built["verdict"]) == ("classes", "same")
    assert get(app, "/api/v1/why/building/nowhere/2026-05").status_code == 400


def test_a_building_called_as_its_institution_is_asked_for_by_its_sort(house: House) -> None:
    assert DISTRICT.building.keys().isdisjoint(DISTRICT.institution)
    code, answer, _ = why(house, "classes", of="building")
    assert (code, answer["building"]) == (0, "classes")
    code, _, said = why(house, "classes", of="statement")
    assert code == 1
    assert "'classes' is neither a meter" in said[0]
