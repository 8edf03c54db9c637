"""A town and a school whose meters count evenly, and what ``jieneng amounts`` says of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from energy.body import DEPARTMENT_LINE, REGION_LINE, Body
from energy.meter import Meter
from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from energy.uses import HEATING
from jieneng.registry.intake import take_reference, take_registry
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from storage.records import registry as registry_records
from storage.records import touched
from storage.registry.files import write_registry
from tests.builders import (
    HALL,
    MAIN_METER,
    NORTH,
    SUB_METER,
    TOWN,
    WEATHER,
    registry_of,
)
from tests.jieneng.ledger.test_ledger_commands import ask

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


def opened_district(tmp_path: Path) -> House:
    """Return DISTRICT with its second quarter of 2026: the hall 3 kWh an hour, the boiler 1 of
    them, the school 1.
    """
    held = opened(tmp_path, DISTRICT)
    tell(held, (MAIN, BOILER, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
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


def amounts(house: House, place: str, period: str, **options: object) -> dict[str, Any]:
    asked = {"item": "", "view": False, **options}
    code, said = ask(house, "amounts", "amounts", place=place, period=period, as_json=True, **asked)
    assert code == 0, said
    found: dict[str, Any] = json.loads(said[0])
    return found


def kwh(found: dict[str, Any], rows: str = "amounts") -> dict[str, float | None]:
    """Return the amounts by use and sub-item [kWh]; None where nothing was heard."""
    return {
        f"{row['use']}{row['item']}": None if row["amount"] is None else row["amount"] / KWH
        for row in found[rows]
    }


def refusal(house: House, place: str, period: str, **options: object) -> str:
    asked = {"item": "", "view": False, "as_json": False, **options}
    code, said = ask(house, "amounts", "amounts", place=place, period=period, **asked)
    assert code != 0
    return " ".join(said)
