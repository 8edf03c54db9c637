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
from simulators.load import (
    HVAC,
    LIGHTING,
    REST,
    WALLS_H,
    WHOLE,
    Load,
    felt_through_walls,
)
from simulators.scenario import FAULTS, WASTES
from simulators.scenario_files.scenario_file import read_scenario
from simulators.weather.climate import BEIJING
from simulators.weather.generator import draw_weather
from tests.example_district import EXAMPLES, example_registry

LOADS = offers(simulators.loads, "LOAD", Load)
YEAR = 8760
SITE = example_registry().site["north"]
ORIGIN = midnight(date(2026, 1, 1), SITE.zone)
CALENDAR = Calendar("cn", {date(2026, 1, 1): DayType.HOLIDAY}, date(2027, 1, 1))


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
    assert len(load.label.en) > 20
    assert "：" in load.label.zh
    drawn = _draw(load, _conditions())
    assert (REST in drawn) != (WHOLE in drawn)
    for amounts in drawn.values():
        assert amounts.shape == (YEAR,)
        assert amounts.min() >= 0
        assert np.isfinite(amounts).all()


@pytest.mark.parametrize("name", LOADS)
def test_a_year_of_each_load_is_within_what_it_states(name: str) -> None:
    load = LOADS[name]
    building = example_registry().building["gov_office"]
    size = {"m2": building.area_m2, "person": building.people}[load.yearly.per]
    total = _total(load, _conditions()).sum()
    per_size = total / KINDS[load.kind].base_per_display / size
    assert load.yearly.low <= per_size <= load.yearly.high


def _total(load: Load, conditions: Conditions) -> np.ndarray:
    return np.asarray(np.sum(list(_draw(load, conditions).values()), axis=0))


def _every_temperature() -> Conditions:
    """Return a year of workdays in every season at once, each day as warm as the last and more."""
    plain = _conditions()
    always, never = np.ones(YEAR, bool), np.zeros(YEAR, bool)
    return replace(
        plain,
        temperature_c=np.repeat(np.linspace(-14, 38, YEAR // 24), 24),
        humidity=np.full(YEAR, 0.5),
        sun_w_m2=np.zeros(YEAR),
        workday=always,
        holiday=never,
        vacation=never,
        heating=always,
        cooling=always,
    )


def _change_point(load: Load, *, colder: bool) -> tuple[float, float]:
    """Return where a line with a bend fits daily amounts best [degC], and how it rises from it."""
    swept = _every_temperature()
    sign = -1 if colder else 1
    stated, other = load.cools_from_c, load.heats_below_c
    if colder:
        stated, other = other, stated
    assert stated is not None
    towards = sign * swept.temperature_c[::24]
    amounts = _total(load, swept).reshape(-1, 24).sum(axis=1)
    # From the other change point on, and not far beyond: machines grow worse in extremes.
    inside = (towards >= (-99 if other is None else sign * other)) & (towards <= sign * stated + 12)
    towards, amounts = towards[inside], amounts[inside]
    bends = np.arange(-30, 30, 0.25)
    fits = [
        np.linalg.lstsq(
            np.column_stack([np.ones(len(towards)), np.maximum(towards - bend, 0)]), amounts
        )
        for bend in bends
    ]
    best = int(np.argmin([fit[1][0] if len(fit[1]) else np.inf for fit in fits]))
    return float(-bends[best] if colder else bends[best]), float(fits[best][0][1])


@pytest.mark.parametrize("name", [name for name in LOADS if LOADS[name].heats_below_c])
def test_the_colder_it_is_below_its_change_point_the_more_a_load_uses(name: str) -> None:
    found, rise = _change_point(LOADS[name], colder=True)
    assert found == pytest.approx(LOADS[name].heats_below_c, abs=2)
    assert rise > 0


@pytest.mark.parametrize("name", [name for name in LOADS if LOADS[name].cools_from_c])
def test_the_warmer_it_is_above_its_change_point_the_more_a_load_uses(name: str) -> None:
    found, rise = _change_point(LOADS[name], colder=False)
    assert found == pytest.approx(LOADS[name].cools_from_c, abs=2)
    assert rise > 0


@pytest.mark.parametrize(
    "name", [name for name, one in LOADS.items() if not (one.cools_from_c or one.heats_below_c)]
)
def test_a_load_without_change_points_does_not_mind_the_weather(name: str) -> None:
    swept = _every_temperature()
    sunny = replace(swept, sun_w_m2=_conditions().sun_w_m2)
    amounts = _total(LOADS[name], sunny).reshape(-1, 24).sum(axis=1)
    assert abs(np.corrcoef(swept.temperature_c[::24], amounts)[0, 1]) < 0.35


def test_offices_use_most_on_workdays_and_water_rests_at_night() -> None:
    conditions = _conditions()
    office = np.sum(list(_draw(LOADS["office"], conditions).values()), axis=0)
    noon = conditions.hour == 11
    busy, idle = office[noon & conditions.workday], office[noon & ~conditions.workday]
    assert busy.mean() > 2 * idle.mean()
    water = _draw(LOADS["tap_water"], conditions)[WHOLE]
    assert water[conditions.hour == 3].mean() < 0.05 * water[noon & conditions.workday].mean()


def test_a_library_is_closed_on_mondays_that_are_no_holiday() -> None:
    plain = _conditions()
    noon = plain.hour == 12
    people = _draw(LOADS["library"], plain)[LIGHTING]
    mondays, sundays = people[noon & (plain.weekday == 0)], people[noon & (plain.weekday == 6)]
    assert mondays.max() < 0.2 * sundays.min()

    holidays = replace(plain, holiday=plain.weekday == 0)
    people = _draw(LOADS["library"], holidays)[LIGHTING]
    assert people[noon & (plain.weekday == 0)].min() > 5 * mondays.max()


def test_the_warmth_of_walls_follows_the_air_slowly() -> None:
    conditions = _conditions()
    felt = felt_through_walls(conditions, WALLS_H)
    share = 1 - np.exp(-1 / WALLS_H)
    slow = [conditions.temperature_c[0]]
    for air in conditions.temperature_c[1:]:
        slow.append(slow[-1] + share * (air - slow[-1]))
    assert felt == pytest.approx(np.array(slow), abs=1e-9)

    heat = _draw(LOADS["district_heating"], conditions)[WHOLE]
    rests = conditions.heating & ~conditions.workday
    by_hour = [heat[rests & (conditions.hour == hour)].mean() for hour in range(24)]
    assert max(by_hour) < 1.5 * min(by_hour)


def test_plant_that_is_never_switched_off_uses_more_at_night_only() -> None:
    plain = _conditions()
    careless = replace(plain, habits=replace(plain.habits, always_on=np.ones(YEAR, bool)))
    before, after = _draw(LOADS["office"], plain)[HVAC], _draw(LOADS["office"], careless)[HVAC]
    full = (plain.hour >= 9) & (plain.hour < 17) & plain.workday
    assert np.array_equal(before[full], after[full])
    assert after[plain.hour == 2].mean() > 2 * before[plain.hour == 2].mean()


@settings(max_examples=10)
@given(short=st.integers(1, 400), more=st.integers(0, 400))
def test_more_hours_of_chance_begin_with_the_fewer(short: int, more: int) -> None:
    few, many = noise(1, "x", short, spread=0.1), noise(1, "x", short + more, spread=0.1)
    assert np.array_equal(few, many[:short])


def test_every_kind_of_fault_is_planted_in_one_of_the_examples() -> None:
    files = [EXAMPLES / "demo.toml", *(EXAMPLES / "scenarios").glob("*.toml")]
    planted = {fault.kind for file in files for fault in read_scenario(file).faults}
    assert planted == set(FAULTS)


def test_the_demo_plants_the_usual_waste() -> None:
    scenario = read_scenario(EXAMPLES / "demo.toml")
    assert {waste.kind for waste in scenario.wastes} <= set(WASTES)
    assert len({waste.kind for waste in scenario.wastes}) >= 4
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
        "情景文件有 4 处错误，没有模拟任何内容",
        "  wrong.toml days 列：-3 不是不小于 0 的数。",
    ]
