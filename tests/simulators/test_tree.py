from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.errors import ConfigError, RegistryError
from energy.meter import Building, Device, Meter
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from simulators.district import build
from simulators.faults import afflict
from simulators.ground_truth import District, TrueMeter
from simulators.plan import Plan
from simulators.scenario import INSTRUMENT, READING, Fault, Scenario, Waste
from tests.builders import MAIN_METER, NORTH, TOWN
from tests.example_district import CALENDARS

ORIGIN = midnight(date(2026, 6, 1), NORTH.zone)
DAYS = 6
PLAN = Plan(ORIGIN, ORIGIN + DAYS * 24 * HOUR_MS - 1, 11, "made.toml", "", "", HOUR_MS // 4)
STEPS = [Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10)]
RATIOS = [Fraction(1), Fraction(40), Fraction(30), Fraction(200, 5)]
LOADS_BELOW = ["chiller_plant", "data_room", "ev_chargers", "split_air_conditioners"]
BIG = Building("hall", "town", "north", "大厅", "Hall", "A", 20_000, 900)


def panel(name: str) -> Device:
    return Device(f"panel-{name}", "", "own_single", "", "s", "UTC")


def meter(name: str, **changes: object) -> Meter:
    some = replace(MAIN_METER, meter=name, device=f"panel-{name}", interval_s=900, tariff="")
    return replace(some, **changes)  # type: ignore[arg-type]


def registry(meters: list[Meter]) -> Registry:
    return Registry(
        sites=(NORTH,),
        institutions=(TOWN,),
        buildings=(BIG,),
        devices=tuple(panel(one.meter) for one in meters),
        meters=tuple(meters),
    )


def grown(
    meters: list[Meter],
    loads: dict[str, str],
    faults: tuple[Fault, ...] = (),
    wastes: tuple[Waste, ...] = (),
) -> District:
    scenario = Scenario(DAYS, 0, {}, loads, faults, wastes)
    return build(PLAN, registry(meters), CALENDARS, scenario, hours=DAYS * 24)


@lru_cache(maxsize=1)
def campus() -> District:
    """Return an office with panels on the roof, what it exports, and a check of its main."""
    meters = [
        meter("top", step=Fraction(1, 100), ratio=Fraction(40)),
        meter("roof", role="check", parent="top", step=Fraction(1, 1000), ratio=Fraction(1)),
        meter("sold", role="export", parent="top", step=Fraction(1, 1000), ratio=Fraction(1)),
        meter("twin", role="check", parent="top", step=Fraction(1, 10), ratio=Fraction(40)),
        meter("light", role="sub", parent="top", item="A", ratio=Fraction(40)),
        meter("cold", role="sub", parent="top", step=Fraction(1, 1000), ratio=Fraction(30)),
    ]
    return grown(meters, {"top": "office", "roof": "pv", "cold": "chiller_plant"})


def base(true: TrueMeter) -> np.ndarray:
    return np.diff(true.edges) * true.meter.base_per_step.numerator


steps = st.sampled_from(STEPS)
ratios = st.sampled_from(RATIOS)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Meter], dict[str, str]]:
    """Draw a main, sub-meters by item and by load, and what stands below them."""
    meters = [meter("top", step=draw(steps), ratio=draw(ratios))]
    loads = {"top": draw(st.sampled_from(["office", "hospital", "library", "canteen"]))}
    items = sorted(draw(st.sets(st.sampled_from("AB"))))
    meters += [
        meter(
            f"item{one}", role="sub", parent="top", item=one, step=draw(steps), ratio=draw(ratios)
        )
        for one in items
    ]
    for number in range(draw(st.integers(0, 4))):
        parent = draw(st.sampled_from([one.meter for one in meters]))
        name = f"plant{number}"
        meters.append(meter(name, role="sub", parent=parent, step=draw(steps), ratio=draw(ratios)))
        loads[name] = draw(st.sampled_from(LOADS_BELOW))
    return meters, loads


@st.composite
def plights(draw: st.DrawFn, names: list[str]) -> tuple[tuple[Fault, ...], tuple[Waste, ...]]:
    faults = tuple(
        Fault(kind, draw(st.sampled_from(names)), draw(st.floats(0.5, 4)), 5, 2)
        for kind in draw(st.lists(st.sampled_from([*READING, *INSTRUMENT]), max_size=4))
    )
    wastes = tuple(
        Waste(kind, "top", draw(st.floats(0, 3)), 5, 3)
        for kind in draw(st.lists(st.sampled_from(["step", "no_setback"]), max_size=2))
    )
    return faults, wastes


@settings(max_examples=25)
@given(st.data())
def test_the_truth_of_a_parent_is_that_of_its_children_and_a_rest(data: st.DataObject) -> None:
    meters, loads = data.draw(trees())
    faults, wastes = data.draw(plights([one.meter for one in meters]))
    district = grown(meters, loads, faults, wastes)
    assert set(district.meters) == {one.meter for one in meters}
    afflict(district)
    for parent, children in district.registry.children.items():
        above = base(district.meters[parent])
        below = np.sum([base(district.meters[child.meter]) for child in children], axis=0)
        assert (above - below).min() >= 0
        assert np.array_equal(above, district.meters[parent].used)


@settings(max_examples=10)
@given(trees())
def test_faults_of_meters_do_not_change_the_truth(tree: tuple[list[Meter], dict[str, str]]) -> None:
    meters, loads = tree
    faults = tuple(Fault(kind, "top", 2.0, 5, 2) for kind in (*READING, *INSTRUMENT))
    plain, broken = grown(meters, loads), grown(meters, loads, faults)
    afflict(broken)
    for name, true in plain.meters.items():
        assert np.array_equal(true.edges, broken.meters[name].edges)


def test_what_is_bought_and_generated_is_what_is_used_and_sold() -> None:
    true = campus().meters
    rest = base(true["top"]) + base(true["roof"])
    rest = rest - base(true["sold"]) - base(true["light"]) - base(true["cold"])
    hourly = rest.reshape(-1, 4).sum(axis=1)
    assert hourly.min() > -1000  # less than a step of the main and of what is sold
    assert base(true["roof"]).sum() > 0
    assert base(true["sold"]).sum() > 0
    buying, selling = base(true["top"]), base(true["sold"])
    assert (np.minimum(buying, selling) > 1600).sum() == 0


def test_a_check_counts_what_its_meter_counts_in_steps_of_its_own() -> None:
    true = campus().meters
    coarse = 4000
    shown = true["twin"].edges * coarse
    above = true["top"].edges * 400
    assert (shown <= above).all()
    assert (above - shown < coarse).all()


def test_a_meter_that_nothing_drives_is_named() -> None:
    lonely = [meter("top"), meter("what", role="sub", parent="top", item="Q")]
    with pytest.raises(ConfigError, match="Nothing drives meter 'what'"):
        grown(lonely, {"top": "office"})


def test_waste_at_a_plant_is_seen_by_every_meter_above_it() -> None:
    meters = [
        meter("top"),
        meter("branch", role="sub", parent="top", item="B"),
        meter("cold", role="sub", parent="branch"),
    ]
    loads = {"top": "office", "cold": "chiller_plant"}
    waste = (Waste("no_setback", "cold", 1, 4, 0),)
    plain, careless = grown(meters, loads), grown(meters, loads, wastes=waste)
    more = int(careless.wastes[0].extra.sum())
    assert more > 0
    for name in ("top", "branch", "cold"):
        seen = careless.meters[name].used.sum() - plain.meters[name].used.sum()
        assert abs(int(seen) - more) <= 2 * 400


def test_a_second_export_meter_is_refused() -> None:
    meters = [
        meter("top"),
        meter("roof", role="check", parent="top"),
        meter("sold", role="export", parent="top"),
        meter("sold_too", role="export", parent="top"),
    ]
    with pytest.raises(RegistryError, match="top has an export meter already"):
        grown(meters, {"top": "office", "roof": "pv"})
