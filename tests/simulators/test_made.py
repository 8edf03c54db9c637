from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from energy.meter import EXPORT, MAIN, SUB
from energy.registry import Registry
from energy.span import midnight
from jieneng.truth.tie_out import NORMAL_CADENCE
from simulators.district import build
from simulators.faults import afflict
from simulators.grid import DAY_MS, slot_of
from simulators.houses.made import House, registry_of
from simulators.houses.uses import EXTRAS, HEATINGS, USES, points_of
from simulators.plan import Plan
from simulators.scenario import Scenario
from simulators.scenario_files.scenario_file import INTERVALS
from storage.registry.files import read_registry, write_registry
from tests.builders import NORTH
from tests.example_district import CALENDARS

ORIGIN = midnight(date(2026, 1, 5), NORTH.zone)
DAYS = 8


def house(use: str, *, heating: str = "district_heating", extras: tuple[str, ...] = ()) -> House:
    return House(use, use, heating, extras, 8000, 400, 1, "楼", "House")


def made(*houses: House, form: str = "own_batch") -> Registry:
    return registry_of(
        houses, NORTH, interval_s=900, form=form, name_zh="示例区", name_en="Example"
    )


@pytest.mark.parametrize("heating", HEATINGS)
@pytest.mark.parametrize("use", USES)
def test_every_house_is_a_registry_without_mistakes_and_balances(
    use: str, heating: str, tmp_path: Path
) -> None:
    registry = made(house(use, heating=heating, extras=EXTRAS))
    write_registry(registry, tmp_path)
    assert read_registry(tmp_path).meters == registry.meters

    plan = Plan(ORIGIN, ORIGIN, 5, "made.toml", "", "", slot_of(registry.meters))
    loads = {
        f"{use}_{point.suffix}": point.load
        for point in house(use, heating=heating, extras=EXTRAS).points
        if point.load
    }
    district = build(
        plan, registry, CALENDARS, Scenario(DAYS, 0, {}, loads, (), ()), hours=DAYS * 24
    )
    assert set(district.meters) == set(registry.meter)
    told = afflict(district).told
    for name, true in district.meters.items():
        most = np.diff(told[name].count).max(initial=0) * 4
        assert most <= true.meter.max_rate / true.meter.ratio / true.meter.step, name
    main = district.meters[f"{use}_main"]
    subs = [one for one in registry.children[f"{use}_main"] if one.role == SUB]
    sold = [one for one in registry.children[f"{use}_main"] if one.role == EXPORT]
    below = np.sum([district.meters[one.meter].used for one in subs], axis=0)
    made_here = district.meters[f"{use}_pv"].used - district.meters[sold[0].meter].used
    rest = main.used + made_here - below
    assert rest.reshape(-1, 4).sum(axis=1).min() > -int(main.meter.base_per_step)


def test_many_houses_have_names_meters_and_gateways_of_their_own() -> None:
    registry = made(replace(house("office"), count=45), house("school"))
    assert len(registry.buildings) == 46
    assert registry.buildings[0].building == "office_01"
    assert len({one.meter for one in registry.meters}) == len(registry.meters)
    assert {device.gateway for device in registry.devices} == {"gw-1", "gw-2", "gw-3"}
    assert [one.institution for one in registry.institutions] == ["government", "school"]


def test_a_house_may_have_ten_meters_and_one_main_of_each_kind() -> None:
    points = points_of(USES["office"], "district_heating", ("data_room", "ev_chargers"))
    assert len(points) == 9
    mains = [point.kind for point in points if point.role == MAIN]
    assert sorted(mains) == ["electricity", "heat", "water"]


@pytest.mark.parametrize("interval_s", INTERVALS.values())
def test_meters_of_every_interval_are_read_at_a_normal_cadence(interval_s: int) -> None:
    registry = registry_of(
        (House("hall", "office", "none", (), 3000, 100, 1, "楼", "Hall"),),
        NORTH, interval_s=interval_s, form="own_batch", name_zh="区", name_en="District",
    )  # fmt: skip
    slot_ms = slot_of(registry.meters)
    plan = Plan(ORIGIN, ORIGIN + DAY_MS - 1, 5, "made", "", "", slot_ms)
    scenario = Scenario(1, 0, {"hall": "office"}, {"hall_water": "tap_water"}, (), ())
    for told in afflict(build(plan, registry, CALENDARS, scenario, hours=24)).told.values():
        assert np.diff(told.time).max() < NORMAL_CADENCE * interval_s * 1000
