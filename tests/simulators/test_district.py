from dataclasses import replace

import numpy as np
import pytest

from energy.errors import ConfigError, RegistryError
from energy.meter import MAIN
from simulators.district import build
from simulators.scenario import Waste
from simulators.trees.ground_truth import TrueMeter
from tests.example_district import (
    CALENDARS,
    HOURS,
    example_registry,
    short_history,
    short_plan,
    short_scenario,
)


def base_of(true: TrueMeter) -> np.ndarray:
    per_step = true.meter.base_per_step
    assert per_step.denominator == 1
    return np.diff(true.edges) * per_step.numerator


@pytest.mark.parametrize("seed", [7, 8])
def test_a_main_is_the_sum_of_its_sub_meters_and_a_rest_in_every_hour(seed: int) -> None:
    district = short_history(seed).district
    children = district.registry.children
    assert len(children) == 10
    for main, subs in children.items():
        above = base_of(district.meters[main])
        below = np.sum([base_of(district.meters[sub.meter]) for sub in subs], axis=0)
        rest = above - below
        assert rest.min() >= 0
        assert rest.sum() < 0.25 * above.sum()
        assert (above == district.meters[main].used).all()


def test_no_register_ever_runs_backwards_in_truth() -> None:
    district = short_history().district
    assert all((np.diff(true.edges) >= 0).all() for true in district.meters.values())


def test_the_same_seed_gives_the_same_integers_and_another_seed_others() -> None:
    once = short_history().happenings
    plan, scenario = short_plan(), short_scenario()
    again = build(plan, example_registry(), CALENDARS, scenario, hours=HOURS)
    for name, true in again.meters.items():
        assert np.array_equal(true.edges, short_history().district.meters[name].edges)
    other = short_history(8).happenings
    assert not np.array_equal(
        once.told["gov_office_main"].shown, other.told["gov_office_main"].shown
    )


def test_a_longer_history_begins_with_the_shorter_one() -> None:
    shorter = short_history(hours=HOURS - 12)
    longer = short_history()
    for name, told in shorter.happenings.told.items():
        later, count = longer.happenings.told[name], len(told.time)
        for field in ("time", "count", "shown", "said_first", "published", "good", "publish_at"):
            assert np.array_equal(getattr(told, field), getattr(later, field)[:count]), (
                name,
                field,
            )
    for name, true in shorter.district.meters.items():
        assert np.array_equal(true.used, longer.district.meters[name].used[: len(true.used)])


def test_planted_waste_is_seen_at_the_meter_and_at_its_main() -> None:
    history = short_history()
    scenario = replace(short_scenario(), wastes=())
    careful = build(history.plan, example_registry(), CALENDARS, scenario, hours=HOURS)
    for entry in history.district.wastes:
        extra = int(entry.extra.sum())
        assert extra > 0
        meter = entry.waste.meter
        main = example_registry().meter[meter].parent or meter
        for name in (meter, main):
            step = history.district.meters[name].meter.base_per_step
            more = history.district.meters[name].used.sum() - careful.meters[name].used.sum()
            below = example_registry().children.get(name, ())
            assert more >= extra - 2 * step
            assert more <= extra + step * 2 or below


def test_real_readings_carry_no_planted_waste() -> None:
    waste = Waste("step", "gov_annex_main", 1.0, 9.0, 5.0)
    scenario = replace(short_scenario(), wastes=(waste,))
    with pytest.raises(RegistryError, match="gov_annex_main"):
        build(short_plan(), example_registry(), CALENDARS, scenario, hours=48)


def test_a_main_that_nothing_drives_is_named() -> None:
    scenario = replace(short_scenario(), meters={})
    with pytest.raises(ConfigError, match="gov_office_water"):
        build(short_plan(), example_registry(), CALENDARS, scenario, hours=48)


def test_three_electricity_mains_and_a_gas_main_are_real_readings() -> None:
    meters = short_history().district.meters.values()
    replayed = [true.meter for true in meters if true.replayed]
    assert sorted(meter.kind for meter in replayed) == ["electricity"] * 3 + ["gas"]
    assert all(meter.role == MAIN for meter in replayed)
    assert len(meters) + 2 == len(example_registry().meters) >= 60
