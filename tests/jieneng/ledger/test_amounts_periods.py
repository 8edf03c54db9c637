"""``jieneng amounts`` by month, quarter, year and heating season, on any wall clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from energy.reading import Reading
from energy.span import HOUR_MS, midnight
from jieneng.wiring import House
from storage.records import touched
from tests.amount_house import (
    CLASSES,
    DISTRICT,
    KWH,
    MAIN,
    SCHOOL,
    SCHOOL_MAIN,
    amounts,
    kwh,
    opened,
    opened_district,
    refusal,
    tell,
)
from tests.builders import (
    HALL,
    NORTH,
    TOWN,
    registry_of,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A town whose hall counts 3 kWh an hour, its boiler 1 of them, and a school that counts 1."""
    held = opened_district(tmp_path)
    yield held
    held.close()


@pytest.mark.parametrize(
    ("period", "days"), [("2026-04", 30), ("2026-Q2", 91), ("2026", 91), ("2025-2026", 0)]
)
def test_every_period_is_made_of_its_days(house: House, period: str, days: int) -> None:
    found = amounts(house, "hall_main", period)
    assert sum(row["amount"] or 0 for row in found["amounts"]) == days * 24 * 3 * KWH


def test_a_year_of_which_months_are_missing_is_called_the_known_part(house: House) -> None:
    def told(period: str) -> list[str]:
        (whole,) = (one for one in amounts(house, "town", period)["amounts"] if not one["use"])
        return [note["en"] for note in whole["notes"] if note["en"].startswith("The known part")]

    assert told("2026") == [
        "The known part: 3 of 12 months; missing: 2026-01 to 2026-03, 2026-07 to 2026-12."
    ]
    assert told("2026-Q2") == []


def test_a_heating_season_ends_within_a_month(tmp_path: Path) -> None:
    house = opened(tmp_path, DISTRICT)
    tell(house, (MAIN,), date(2026, 3, 1), date(2026, 4, 2))
    season, march = amounts(house, "town", "2025-2026"), amounts(house, "town", "2026-03")
    assert season["until"] == "2026-03-16"
    assert kwh(season) == {"": 15 * 24, "heating": None}
    assert kwh(march) == {"": 31 * 24, "heating": None}
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
