from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy.errors import ConfigError, RegistryError
from energy.meter import Meter
from energy.span import midnight
from simulators.district import build
from simulators.load import HVAC, LIGHTING
from simulators.plan import Plan
from simulators.scenario import CHANGES, MEASURES, Change, Scenario, Waste
from simulators.trees.change import EFFECTS
from simulators.trees.ground_truth import District
from tests.builders import NORTH
from tests.example_district import CALENDARS
from tests.simulators.test_tree import DAYS, PLAN, base, meter, registry, trees

DAY_SLOTS = 96
STEP = 40
"""Of the sub-meters of the panel [Wh]: what a register may be late or early by."""
JANUARY = replace(PLAN, origin=midnight(date(2026, 1, 5), NORTH.zone))
LOADS = {"top": "office", "cold": "chiller_plant"}


def panel() -> list[Meter]:
    """Return an office of which two sub-items and a plant of its own are metered."""
    return [
        meter("top", step=Fraction(1, 100), ratio=Fraction(40)),
        meter("light", role="sub", parent="top", item=LIGHTING, step=Fraction(1, 1000)),
        meter("air", role="sub", parent="top", item=HVAC, step=Fraction(1, 1000)),
        meter("cold", role="sub", parent="air", step=Fraction(1, 1000), ratio=Fraction(30)),
    ]


def grown(
    *changes: Change,
    meters: list[Meter] | None = None,
    loads: dict[str, str] = LOADS,
    wastes: tuple[Waste, ...] = (),
    plan: Plan = PLAN,
) -> District:
    scenario = Scenario(DAYS, 0, {}, loads, (), wastes, changes, file="some.toml")
    built = registry(panel() if meters is None else meters)
    return build(plan, built, CALENDARS, scenario, hours=DAYS * 24)


def change(
    kind: str = "retrofit", where: str = "top", done_day: float = 3.0, strength: float = 0.25
) -> Change:
    return Change(kind, where, 2.0, done_day, strength)


def mistakes(*changes: Change, meters: list[Meter] | None = None) -> list[str]:
    with pytest.raises(RegistryError) as told:
        grown(*changes, meters=meters)
    assert {one.file for one in told.value.mistakes} == {"some.toml"}
    return [one.column for one in told.value.mistakes]


@st.composite
def changes(draw: st.DrawFn, names: list[str]) -> tuple[Change, ...]:
    found = []
    for kind in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
        begins = draw(st.floats(0, 4))
        done = begins + draw(st.floats(0, 2))
        found.append(Change(kind, draw(st.sampled_from(names)), begins, done, 0.5))
    return tuple(found)


@settings(max_examples=20)
@given(st.data())
def test_with_changes_too_a_parent_is_its_children_and_a_rest(data: st.DataObject) -> None:
    meters, loads = data.draw(trees())
    planted = data.draw(changes([name for name in loads if name == "top" or "item" not in name]))
    district = grown(*planted, meters=meters, loads=loads)
    for parent, children in district.registry.children.items():
        above = base(district.meters[parent])
        below = np.sum([base(district.meters[child.meter]) for child in children], axis=0)
        assert (above - below).min() >= 0
    for entry in district.changes:
        for saved in entry.saved.values():
            begun = PLAN.grid(DAYS * 24).starts >= entry.start
            assert not saved[~begun].any()


@settings(max_examples=15)
@given(st.data())
def test_what_is_saved_is_the_difference_of_a_run_with_and_one_without(
    data: st.DataObject,
) -> None:
    planted = data.draw(changes(["top", "light", "air", "cold"]))
    wastes = (Waste("no_setback", "top", 1, 5, 0), Waste("step", "cold", 2, 6, 9))
    with_all = grown(*planted, wastes=wastes)
    for entry in with_all.changes:
        others = [one for place, one in enumerate(planted, start=1) if place != entry.number]
        without = grown(*others, wastes=wastes)
        for name, true in with_all.meters.items():
            less = without.meters[name].used - true.used
            assert np.array_equal(less, entry.saved.get(name, np.zeros_like(less)))
    assert [entry.number for entry in with_all.changes] == list(range(1, len(planted) + 1))


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_does_nothing_before_it_begins_and_something_after_it_is_done(
    kind: str,
) -> None:
    where = "cold" if kind in ("insulation", "pump_speed") else "top"
    strength = 5.0 if kind == "new_load" else 0.25
    plan = JANUARY if kind == "heating_curve" else PLAN
    plain, after = grown(plan=plan), grown(change(kind, where, strength=strength), plan=plan)
    less = plain.meters["top"].used - after.meters["top"].used
    assert not less[: 2 * DAY_SLOTS].any()
    saved = int(less[3 * DAY_SLOTS :].sum())
    assert saved > 0 if kind in MEASURES else saved < 0
    assert set(EFFECTS) == set(CHANGES)


def test_a_quarter_less_light_is_a_quarter_less_from_the_end_of_the_works_on() -> None:
    plain, after = grown(), grown(change("led", "light"))
    used, left = (one.meters["light"].used.reshape(DAYS, -1).sum(axis=1) for one in (plain, after))
    assert left[:2].tolist() == used[:2].tolist()
    assert 0.75 < left[2] / used[2] < 1
    assert np.abs(left[3:] / used[3:] - 0.75).max() < 0.001


def test_the_works_take_hold_evenly() -> None:
    added = grown(change("new_load", strength=96.0))
    (entry,) = added.changes
    more = -entry.saved["top"].reshape(DAYS, -1).sum(axis=1)
    # 96 kWh an hour: nothing for two days, half of a day while they move in, then whole days.
    whole = 24 * 96_000
    assert np.abs(more - [0, 0, whole * 95 / 192, whole, whole, whole]).max() <= 400


def test_a_new_load_is_power_and_seen_by_the_main_alone_where_power_has_no_meter() -> None:
    (entry,) = grown(change("new_load", strength=20.0)).changes
    assert set(entry.saved) == {"top"}


def test_a_measure_at_a_plant_is_seen_by_every_meter_above_it() -> None:
    (entry,) = grown(change("retrofit", "cold")).changes
    assert set(entry.saved) == {"cold", "air", "top"}
    assert abs(int(entry.saved["top"].sum() - entry.saved["cold"].sum())) <= 400


def test_the_night_is_set_back_at_night_alone() -> None:
    # Local midnight is the first slot; 24 quarters of an hour until six.
    (entry,) = grown(change("setback", "air", done_day=2.0)).changes
    by_slot = entry.saved["air"].reshape(DAYS, -1)[2:]
    assert (by_slot[:, 1:24].sum(axis=1) > 100 * STEP).all()
    assert np.abs(by_slot[:, 25:79].sum(axis=1)).max() <= STEP


def test_people_who_move_in_cost_by_day() -> None:
    (entry,) = grown(change("occupancy", "light", done_day=2.0)).changes
    more = -entry.saved["light"].reshape(DAYS, -1)[2:]
    assert more[:, 40:64].sum() > 1000 * STEP
    assert np.abs(more[:, 1:30].sum(axis=1)).max() <= STEP


def test_waste_goes_on_with_what_a_measure_left_of_the_load() -> None:
    wastes = (Waste("lights_left_on", "top", 0, DAYS, 0),)
    careless, mended = grown(wastes=wastes), grown(change("led", done_day=2.0), wastes=wastes)
    before, after = careless.wastes[0].extra, mended.wastes[0].extra
    assert np.array_equal(before[: 2 * DAY_SLOTS], after[: 2 * DAY_SLOTS])
    assert after[2 * DAY_SLOTS :].sum() == pytest.approx(0.75 * before[2 * DAY_SLOTS :].sum(), 0.01)


def test_changes_where_nothing_is_used_are_told_at_once() -> None:
    roof = meter("roof", role="check", parent="top")
    found = mistakes(change(where="ghost"), change(), change(where="roof"), meters=[*panel(), roof])
    assert found == ["change[1].meter", "change[3].meter"]


def test_a_sub_item_that_the_load_above_lacks_cannot_change() -> None:
    odd = [*panel(), meter("odd", role="sub", parent="top", item="Q"),
           meter("below", role="sub", parent="odd")]  # fmt: skip
    with pytest.raises(ConfigError, match="sub-item 'Q' of 'odd'"):
        grown(change(where="odd"), meters=odd, loads={**LOADS, "below": "data_room"})


def test_what_a_house_with_panels_saves_it_buys_less_or_sells_more() -> None:
    roof = [
        meter("roof", role="check", parent="top", step=Fraction(1, 1000)),
        meter("sold", role="export", parent="top", step=Fraction(1, 1000)),
    ]
    (plain,) = grown(change("retrofit", strength=0.8)).changes
    (sunny,) = grown(
        change("retrofit", strength=0.8), meters=[*panel(), *roof], loads={**LOADS, "roof": "pv"}
    ).changes
    bought_less, sold_more = sunny.saved["top"], -sunny.saved["sold"]
    assert sold_more.sum() > 1000 * STEP
    assert "roof" not in sunny.saved
    together = int((bought_less + sold_more).sum())
    assert together == pytest.approx(int(plain.saved["top"].sum()), abs=2 * 400)
