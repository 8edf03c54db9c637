"""``jieneng export table`` where sites have different wall clocks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from jieneng.wiring import House
from tests.amount_house import CLASSES, DISTRICT, MAIN, SCHOOL, SCHOOL_MAIN, opened, tell
from tests.builders import HALL, NORTH, TOWN
from tests.jieneng.test_export import exported

SOUTH = replace(NORTH, site="south", timezone="Australia/Adelaide")
FAR = replace(
    DISTRICT,
    sites=(NORTH, SOUTH),
    institutions=(replace(TOWN, reports_to="city"), replace(SCHOOL, site="south")),
    buildings=(replace(HALL, serial=1), replace(CLASSES, site="south")),
    meters=(MAIN, replace(SCHOOL_MAIN, site="south")),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = opened(tmp_path_factory.mktemp("far"), FAR)
    tell(held, (MAIN, SCHOOL_MAIN), date(2026, 4, 1), date(2026, 7, 1))
    yield held
    held.close()


def starts(house: House, table: str, *where: str, first: str, last: str) -> set[str]:
    asked = {"table": table, "first": first, "last": last, "where": list(where), "out": ""}
    code, said, _ = exported(house, "table", asked)
    assert code == 0
    return {line.partition(",")[0] for line in said[0].splitlines()[1:]}


MAY = {"first": "2026-05-01", "last": "2026-05-31"}


def test_months_of_every_site_are_cut_and_shown_on_its_own_wall_clock(house: House) -> None:
    assert starts(house, "meter_month", **MAY) == {
        "2026-05-01T00:00:00+08:00",
        "2026-05-01T00:00:00+09:30",
    }
    assert starts(house, "place_month", "place=school", **MAY) == {"2026-05-01T00:00:00+09:30"}
    assert starts(house, "place_month", "place=hall", **MAY) == {"2026-05-01T00:00:00+08:00"}


def test_the_hours_of_a_day_are_those_of_its_own_wall_clock(house: House) -> None:
    day = {"first": "2026-05-03", "last": "2026-05-03"}
    hours = starts(house, "meter_hour", "meter=school_main", **day)
    # Hours of an offset of half an hour begin at half past, but for the one at midnight.
    half_past = {f"2026-05-03T{hour:02}:30:00+09:30" for hour in range(24)}
    assert hours == {"2026-05-03T00:00:00+09:30", *half_past}


def test_a_table_without_days_asked_for_is_all_of_it(house: House) -> None:
    months = starts(house, "meter_month", "meter=school_main", first="", last="")
    assert {month[:7] for month in months} >= {"2026-04", "2026-05", "2026-06"}
