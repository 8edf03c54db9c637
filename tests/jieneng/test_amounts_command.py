"""``jieneng amounts`` for every level and period, over meters that count evenly."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from energy.body import DEPARTMENT_LINE, REGION_LINE, Body
from energy.meter import Meter
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from energy.uses import HEATING
from jieneng.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import registry as registry_records
from storage.records import touched
from storage.registry_files import write_registry
from tests.builders import (
    HALL,
    MAIN_METER,
    NORTH,
    SUB_METER,
    TOWN,
    WEATHER,
    registry_of,
)
from tests.jieneng.test_ledger_commands import ask

KWH = 1000
MAIN = replace(MAIN_METER, ratio=Fraction(1))
BOILER = replace(SUB_METER, meter="boiler", item="B1F", channel="boiler", use=HEATING)
SCHOOL = replace(
    TOWN, institution="school", name_en="School", reports_to="county", also_in="ministry"
)
CLASSES = replace(HALL, building="classes", institution="school")
SCHOOL_MAIN = replace(
    MAIN, meter="school_main", building="classes", institution="school", channel="school"
)
DISTRICT = replace(
    registry_of(
        MAIN,
        BOILER,
        SCHOOL_MAIN,
        WEATHER,
        institutions=(replace(TOWN, reports_to="city"), SCHOOL),
        buildings=(replace(HALL, serial=1), CLASSES),
    ),
    bodies=(
        Body("city", REGION_LINE, "", "市", "City"),
        Body("county", REGION_LINE, "city", "县", "County"),
        Body("ministry", DEPARTMENT_LINE, "", "部", "Ministry"),
    ),
)
NOW = midnight(date(2026, 7, 10), NORTH.zone)


def opened(tmp_path: Path, registry: Registry) -> House:
    """Return a house with a registry that was imported from files."""
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:"), clock=lambda: NOW
    )
    take_reference(held.records, shipped("reference"))
    write_registry(registry, tmp_path / "files")
    take_registry(held.records, tmp_path / "files", heard=(), reason="start")
    return held


def tell(house: House, meters: Sequence[Meter], first: date, last: date) -> None:
    """Let the meters count 3, 1, 1 kWh an hour, in the order of their names, and run a round."""
    pace = dict(zip(sorted(meter.meter for meter in meters), (100, 300, 100), strict=False))
    zone = house_zone(house)
    start, end = midnight(first, zone), midnight(last, zone)
    house.store.write(
        [
            Reading(meter, "register", time, (time - start) // HOUR_MS * steps)
            for meter, steps in pace.items()
            for time in range(start, end + 1, HOUR_MS)
        ]
    )
    with house.records.session() as session:
        touched.publish(session, dict.fromkeys(pace, start))
    house.round_once()


def house_zone(house: House) -> ZoneInfo:
    with house.records.reading() as session:
        return registry_records.load(session).sites[0].zone


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A town whose hall counts 3 kWh an hour, its boiler 1 of them, and a school that counts 1."""
    held = opened(tmp_path, DISTRICT)
    tell(held, (MAIN, BOILER, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    yield held
    held.close()


def amounts(house: House, place: str, period: str, **options: str | bool) -> dict[str, Any]:
    asked = {"item": "", "view": False, **options}
    code, said = ask(house, "amounts", "amounts", place=place, period=period, as_json=True, **asked)
    assert code == 0, said
    found: dict[str, Any] = json.loads(said[0])
    return found


def kwh(found: dict[str, Any], rows: str = "amounts") -> dict[str, float]:
    return {f"{row['use']}{row['item']}": row["amount"] / KWH for row in found[rows]}


def refusal(house: House, place: str, period: str, **options: str | bool) -> str:
    asked = {"item": "", "view": False, "as_json": False, **options}
    code, said = ask(house, "amounts", "amounts", place=place, period=period, **asked)
    assert code != 0
    return " ".join(said)


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


@pytest.mark.parametrize(
    ("period", "days"), [("2026-04", 30), ("2026-Q2", 91), ("2026", 91), ("2025-2026", 0)]
)
def test_every_period_is_made_of_its_days(house: House, period: str, days: int) -> None:
    found = amounts(house, "hall_main", period)
    assert sum(row["amount"] or 0 for row in found["amounts"]) == days * 24 * 3 * KWH


def test_a_heating_season_ends_within_a_month(tmp_path: Path) -> None:
    house = opened(tmp_path, DISTRICT)
    tell(house, (MAIN,), date(2026, 3, 1), date(2026, 4, 2))
    season, march = amounts(house, "town", "2025-2026"), amounts(house, "town", "2026-03")
    assert season["until"] == "2026-03-16"
    assert kwh(season) == {"": 15 * 24}
    assert kwh(march) == {"": 31 * 24}
    house.close()


def test_who_has_no_heating_season_is_named_and_stops_nobody(tmp_path: Path) -> None:
    south = replace(NORTH, site="south", region="460100")
    school = replace(SCHOOL, site="south")
    classes, main = replace(CLASSES, site="south"), replace(SCHOOL_MAIN, site="south")
    places = registry_of(
        MAIN, main, sites=(NORTH, south), institutions=(TOWN, replace(school, reports_to="",
        also_in="")), buildings=(HALL, classes),
    )  # fmt: skip
    house = opened(tmp_path, places)
    tell(house, (MAIN, SCHOOL_MAIN), date(2026, 3, 1), date(2026, 4, 2))
    season = amounts(house, "district", "2025-2026")
    assert kwh(season) == {"": 15 * 24}
    assert (season["institutions"], season["silent"]) == (["school", "town"], ["school"])
    assert kwh(amounts(house, "district", "2026-03")) == {"": 31 * 24 * 4}
    assert "heating season" in refusal(house, "school", "2025-2026")
    house.close()


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
    assert said[0] == "school   School   2026-07   2026-07-01 – 2026-07-31"
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


@pytest.mark.parametrize(
    ("zone", "period", "hours"),
    [
        ("Europe/Berlin", "2026-03", 31 * 24 - 1),
        ("Europe/Berlin", "2025-10", 31 * 24 + 1),
        ("Europe/Berlin", "2026-Q1", 90 * 24 - 1),
        ("Europe/Berlin", "2025-Q4", 92 * 24 + 1),
        ("Asia/Kolkata", "2026-03", 31 * 24),
        ("Asia/Kolkata", "2026-Q1", 90 * 24),
    ],
)
def test_a_period_has_the_hours_of_its_wall_clock(
    tmp_path: Path, zone: str, period: str, hours: int
) -> None:
    site = replace(NORTH, timezone=zone)
    house = opened(tmp_path, registry_of(MAIN, sites=(site,)))
    tell(house, (MAIN,), date(2025, 10, 1), date(2026, 4, 2))
    (row,) = amounts(house, "town", period)["amounts"]
    assert (row["amount"], row["measured_s"], row["missing_s"]) == (hours * KWH, hours * 3600, 0)
    house.close()


def test_what_flows_in_the_half_hour_before_midnight_in_kolkata_is_of_that_day(
    tmp_path: Path,
) -> None:
    site = replace(NORTH, timezone="Asia/Kolkata")
    meter = replace(MAIN, interval_s=1800)
    house = opened(tmp_path, registry_of(meter, sites=(site,)))
    june = midnight(date(2026, 6, 1), site.zone)
    before, after = (
        range(june - 48 * HOUR_MS, june, HOUR_MS // 2),
        range(june, june + 48 * HOUR_MS, HOUR_MS // 2),
    )
    house.store.write([Reading("hall_main", "register", time, 0) for time in before])
    house.store.write([Reading("hall_main", "register", time, 700) for time in after])
    with house.records.session() as session:
        touched.publish(session, {"hall_main": june - 48 * HOUR_MS})
    house.round_once()
    assert kwh(amounts(house, "hall_main", "2026-05")) == {"": 7}
    assert kwh(amounts(house, "hall_main", "2026-06")) == {"": 0}
    house.close()
