from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulators.loads
from energy.calendars import Calendar, DayType
from energy.errors import RegistryError
from energy.kinds import KINDS
from energy.offers import offers
from energy.span import HOUR_MS, midnight
from simulators.chance import noise
from simulators.conditions import Conditions, conditions_of
from simulators.load import HVAC, REST, WHOLE, Load
from simulators.scenario import FAULTS, WASTES, read_scenario
from simulators.weather.climate import BEIJING
from simulators.weather.generator import draw_weather
from tests.example_district import EXAMPLES, example_registry

LOADS = offers(simulators.loads, "LOAD", Load)
YEAR = 8760
SITE = example_registry().site["north"]
ORIGIN = midnight(date(2026, 1, 1), SITE.zone)
CALENDAR = Calendar("cn", {date(2026, 1, 1): DayType.HOLIDAY}, date(2027, 1, 1))

PLAUSIBLE_PER_M2 = {
    "office": (45, 85),
    "service_hall": (60, 100),
    "school": (18, 40),
    "dormitory": (25, 60),
    "hospital": (100, 165),
    "library": (50, 90),
    "sports": (80, 130),
    "canteen": (90, 170),
    "district_heating": (0.12, 0.32),
}
"""kWh or GJ a square metre and year: what the label of each load says, with some room."""


def _conditions() -> Conditions:
    weather = draw_weather(
        BEIJING, origin=ORIGIN, count=YEAR, slot_ms=HOUR_MS, seed=3, name="north"
    )
    return conditions_of(
        origin=ORIGIN, slot_ms=HOUR_MS, site=SITE, calendar=CALENDAR, weather=weather
    )


def _draw(load: Load, conditions: Conditions) -> dict[str, np.ndarray]:
    building = example_registry().building["gov_office"]
    return load.draw(conditions, building, lambda name, spread: noise(3, name, YEAR, spread=spread))


@pytest.mark.parametrize("name", LOADS)
def test_every_load_is_complete_and_never_negative(name: str) -> None:
    load = LOADS[name]
    assert load.name == name
    assert load.kind in KINDS
    assert len(load.label) > 20
    drawn = _draw(load, _conditions())
    assert (REST in drawn) != (WHOLE in drawn)
    for amounts in drawn.values():
        assert amounts.shape == (YEAR,)
        assert amounts.min() >= 0
        assert np.isfinite(amounts).all()


@pytest.mark.parametrize("name", PLAUSIBLE_PER_M2)
def test_a_year_of_each_load_is_within_what_its_label_says(name: str) -> None:
    load = LOADS[name]
    total = sum(float(amounts.sum()) for amounts in _draw(load, _conditions()).values())
    area = example_registry().building["gov_office"].area_m2
    per_m2 = total / KINDS[load.kind].base_per_display / area
    low, high = PLAUSIBLE_PER_M2[name]
    assert low <= per_m2 <= high


def test_offices_use_most_on_workdays_and_water_rests_at_night() -> None:
    conditions = _conditions()
    office = np.sum(list(_draw(LOADS["office"], conditions).values()), axis=0)
    noon = conditions.hour == 11
    busy, idle = office[noon & conditions.workday], office[noon & ~conditions.workday]
    assert busy.mean() > 2 * idle.mean()
    water = _draw(LOADS["tap_water"], conditions)[WHOLE]
    assert water[conditions.hour == 3].mean() < 0.05 * water[noon & conditions.workday].mean()


def test_plant_that_is_never_switched_off_uses_more_at_night_only() -> None:
    plain = _conditions()
    careless = replace(plain, always_on=np.ones(YEAR, bool))
    before, after = _draw(LOADS["office"], plain)[HVAC], _draw(LOADS["office"], careless)[HVAC]
    full = (plain.hour >= 9) & (plain.hour < 17) & plain.workday
    assert np.array_equal(before[full], after[full])
    assert after[plain.hour == 2].mean() > 2 * before[plain.hour == 2].mean()


@settings(max_examples=10)
@given(short=st.integers(1, 400), more=st.integers(0, 400))
def test_more_hours_of_chance_begin_with_the_fewer(short: int, more: int) -> None:
    few, many = noise(1, "x", short, spread=0.1), noise(1, "x", short + more, spread=0.1)
    assert np.array_equal(few, many[:short])


def test_the_demo_plants_every_kind_of_fault_and_waste() -> None:
    scenario = read_scenario(EXAMPLES / "demo.toml")
    assert {fault.kind for fault in scenario.faults} == set(FAULTS)
    assert {waste.kind for waste in scenario.wastes} == set(WASTES)
    assert scenario.days >= 25 * 31
    assert scenario.days - scenario.subs_from_day >= 13 * 31


def test_all_mistakes_of_a_scenario_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(
        'format = 1\ndays = -3\n[[fault]]\nkind = "gremlin"\nmeter = "x"\nday = "soon"\n'
        '[[waste]]\nkind = "party"\nmeter = "x"\n',
        encoding="utf-8",
    )
    with pytest.raises(RegistryError) as told:
        read_scenario(file)
    assert [mistake.column for mistake in told.value.mistakes] == [
        "days",
        "fault[1].kind",
        "fault[1].day",
        "waste[1].kind",
    ]
    assert str(told.value).startswith("4 mistakes in the scenario file")
    assert told.value.told("zh").splitlines()[:2] == [
        "情景文件有 4 处错误，没有导入任何内容",
        "  wrong.toml days 列：-3 不是不小于 0 的数。",
    ]
