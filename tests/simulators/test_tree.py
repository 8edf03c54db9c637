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
from simulators.checks.fault_check import misplaced_faults
from simulators.district import build
from simulators.faults import afflict
from simulators.plan import Plan
from simulators.scenario import INSTRUMENT, READING, Change, Fault, Scenario, Waste
from simulators.trees.ground_truth import District, TrueMeter
from tests.builders import MAIN_METER, NORTH, TOWN
from tests.example_district import CALENDARS

ORIGIN = midnight(date(2026, 6, 1), NORTH.zone)
DAYS = 6
PLAN = Plan(ORIGIN, ORIGIN + DAYS * 24 * HOUR_MS - 1, 11, "made.toml", "", "", HOUR_MS // 4)
STEPS = [Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10)]
RATIOS = [Fraction(1), Fraction(40), Fraction(30), Fraction(200, 5)]
KINDS = (*READING, *INSTRUMENT)
LOADS_BELOW = ["chiller_plant", "data_room", "ev_chargers", "split_air_conditioners"]
SUN = {"roof": "check", "sold": "export"}
LED = Change("led", "top", 1.0, 2.0, 0.5)
MORE_PEOPLE = Change("occupancy", "top", 2.0, 3.0, 0.4)
BIG = Building("hall", "town", "north", "大厅", "Hall", "A", 20_000, 900)


def panel(name: str, form: str) -> Device:
    return Device(name, "", form, "", "s", "UTC")


def meter(name: str, **changes: object) -> Meter:
    some = replace(MAIN_METER, meter=name, device=f"panel-{name}", interval_s=900, tariff="")
    return replace(some, **changes)  # type: ignore[arg-type]


def registry(meters: list[Meter], form: str = "own_single") -> Registry:
    return Registry(
        sites=(NORTH,),
        institutions=(TOWN,),
        buildings=(BIG,),
        devices=tuple(panel(name, form) for name in dict.fromkeys(one.device for one in meters)),
        meters=tuple(meters),
    )


def grown(
    meters: list[Meter],
    loads: dict[str, str],
    faults: tuple[Fault, ...] = (),
    wastes: tuple[Waste, ...] = (),
    form: str = "own_single",
    *,
    changes: tuple[Change, ...] = (),
) -> District:
    scenario = Scenario(DAYS, 0, {}, loads, faults, wastes, changes=changes)
    return build(PLAN, registry(meters, form), CALENDARS, scenario, hours=DAYS * 24)


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


ratios = st.sampled_from(RATIOS)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Meter], dict[str, str]]:
    """Draw a main, sub-meters by item and by load, and what stands below them.

    Half of the trees hang on one device, in steps that are alike: their channels can be swapped.
    """
    is_alike = draw(st.booleans())
    steps = st.just(STEPS[1]) if is_alike else st.sampled_from(STEPS)
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
    if is_alike:
        meters = [replace(one, device="panel") for one in meters]
    return meters, loads


@st.composite
def plights(draw: st.DrawFn, meters: list[Meter]) -> tuple[tuple[Fault, ...], tuple[Waste, ...]]:
    """Draw faults of every kind, each at one of the meters at which it can happen, and waste."""
    faults: list[Fault] = []
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=4)):
        rolled = {one.meter for one in faults if one.kind == kind == "rollover"}
        left = [one.meter for one in meters if one.meter not in rolled]
        at = [fault for name in left if (fault := possible(kind, name, meters))]
        if at:
            day = draw(st.floats(0.5, 4))
            fault = draw(st.sampled_from(at))
            faults.append(fault if kind == "missing_branch" else replace(fault, day=day))
    wastes = tuple(
        Waste(kind, "top", draw(st.floats(0, 3)), 5, 3)
        for kind in draw(st.lists(st.sampled_from(["step", "no_setback"]), max_size=2))
    )
    return tuple(faults), wastes


def possible(kind: str, name: str, meters: list[Meter]) -> Fault | None:
    """Return a fault at a meter, or None where it cannot happen there."""
    fault = Fault(kind, name, 0.0, 5, 1 if kind in ("half_dead_gateway", "dip") else 2)
    scenario = Scenario(DAYS, 0, {}, {}, (fault,), ())
    return None if list(misplaced_faults(scenario, registry(meters, "tasmota"))) else fault


@settings(max_examples=25)
@given(st.data())
def test_the_truth_of_a_parent_is_that_of_its_children_and_a_rest(data: st.DataObject) -> None:
    meters, loads = data.draw(trees())
    faults, wastes = data.draw(plights(meters))
    district = grown(meters, loads, faults, wastes, "tasmota")
    assert set(district.meters) == {one.meter for one in meters}
    afflict(district)
    for parent, children in district.registry.children.items():
        above = base(district.meters[parent])
        below = np.sum([base(district.meters[child.meter]) for child in children], axis=0)
        assert (above - below).min() >= 0
        assert np.array_equal(above, district.meters[parent].used)


@settings(max_examples=25)
@given(st.data())
def test_a_main_counts_what_all_loads_below_it_use_together(data: st.DataObject) -> None:
    meters, loads = data.draw(trees())
    _, wastes = data.draw(plights(meters))
    changes = data.draw(st.sampled_from([(), (LED,), (LED, MORE_PEOPLE)]))
    if data.draw(st.booleans()):
        fine = {"step": STEPS[0], "ratio": RATIOS[0], "parent": "top"}
        meters = [
            *meters,
            meter("roof", role="check", **fine),
            meter("sold", role="export", **fine),
        ]
        loads = loads | {"roof": "pv"}
    true = grown(meters, loads, (), wastes, changes=changes).meters
    bought = base(true["top"])
    if "roof" in true:
        bought = bought + base(true["roof"]) - base(true["sold"])

    # Each load drawn by itself, at a meter fine enough to count every unit of it.
    alone = [
        meter(name, step=STEPS[0], ratio=RATIOS[0], device=f"panel-{name}")
        for name in loads
        if name != "roof"
    ]
    used = np.zeros(len(bought), np.int64)
    for one in alone:
        here = one.meter == "top"
        mine = grown(
            [one],
            {one.meter: loads[one.meter]},
            wastes=wastes if here else (),
            changes=changes if here else (),
        )
        used += base(mine.meters[one.meter])
    steps = [one.base_per_step.numerator for one in meters]
    # A rest that the steps of a tree cannot say is a step of the meter above, in every slot.
    mixed = sum(
        true[parent].meter.base_per_step.numerator
        for parent in {one.parent for one in meters if one.parent}
        if not all_fit(parent, meters)
    )
    slots = np.arange(1, len(bought) + 1)
    over = np.cumsum(bought) - np.cumsum(used)
    assert (over >= -sum(steps)).all()
    assert (over <= sum(steps) + slots * mixed).all()


def all_fit(parent: str, meters: list[Meter]) -> bool:
    """Tell whether whatever meters below one count is whole steps of it."""
    step = next(one.base_per_step for one in meters if one.meter == parent)
    return all(one.base_per_step % step == 0 for one in meters if one.parent == parent)


@settings(max_examples=10)
@given(trees())
def test_faults_of_meters_do_not_change_the_truth(tree: tuple[list[Meter], dict[str, str]]) -> None:
    meters, loads = tree
    at = [possible(kind, one.meter, meters) for kind in KINDS for one in meters]
    faults = tuple(fault for fault in at if fault is not None)
    assert {fault.kind for fault in faults} >= set(KINDS) - {"swapped_child", "missing_branch"}
    plain = grown(meters, loads, form="tasmota")
    broken = grown(meters, loads, faults, form="tasmota")
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


@settings(max_examples=25)
@given(st.data())
def test_a_fault_changes_nothing_that_was_said_before_it(data: st.DataObject) -> None:
    meters, loads = data.draw(trees())
    faults, _ = data.draw(plights(meters))
    # A rollover is planted by where the register begins, a missing branch is there from the start.
    faults = tuple(one for one in faults if one.kind not in ("rollover", "missing_branch"))
    plain = afflict(grown(meters, loads, form="tasmota"))
    broken = afflict(grown(meters, loads, faults, form="tasmota"))
    begins = ORIGIN + int(min((one.day for one in faults), default=DAYS) * 24 * HOUR_MS)
    for name, told in plain.told.items():
        before = told.time < begins - HOUR_MS
        assert before.any()
        for said in ("shown", "said_first", "said_time", "published", "good", "publish_at"):
            alike = getattr(told, said)[before] == getattr(broken.told[name], said)[before]
            assert alike.all(), (name, said)
