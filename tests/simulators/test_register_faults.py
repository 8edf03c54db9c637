"""What registers show when something is wrong with them or their transformers."""

import numpy as np

from simulators.faults import afflict, handed_out
from simulators.scenario import Fault
from simulators.truth.truth_files import unresolvable
from tests.faulty_house import (
    A_DAY,
    DAY_3,
    END,
    EVERY_MS,
    NOON,
    grown,
    objects,
    registry,
    sent,
    told,
    whole,
)
from tests.simulators.test_made import ORIGIN


def test_a_register_that_is_reset_begins_again_and_nobody_writes_it_down() -> None:
    found = told(Fault("reset", "hall_1_hvac", 3.5, 0, 0))
    mine, before = found.told["hall_1_hvac"], whole()["hall_1_hvac"]
    late = mine.time > NOON + EVERY_MS // 2
    assert np.array_equal(mine.shown[~late], before.shown[~late])
    first = int(mine.shown[late][0])
    assert 0 <= first < 1000
    assert np.array_equal(np.diff(mine.shown[late]), np.diff(before.shown[late]))
    assert np.array_equal(mine.count, before.count)
    assert found.events == []
    ((start, end),) = unresolvable(mine, found.jumps["hall_1_hvac"])
    assert start <= NOON + EVERY_MS // 2 <= end


def test_exchanged_transformers_are_written_down_and_the_register_goes_on() -> None:
    found = told(Fault("ct_change", "hall_1_hvac", 3, 0, 80))
    mine, before = found.told["hall_1_hvac"], whole()["hall_1_hvac"]
    begins = 3 * A_DAY
    assert before.meter.ratio == 2 * 80
    assert np.array_equal(mine.edges[: begins + 1], before.edges[: begins + 1])
    twice = 2 * (before.edges[begins:] - before.edges[begins])
    assert np.array_equal(mine.edges[begins:] - mine.edges[begins], twice)
    (event,) = found.events
    assert (event.meter, event.time) == ("hall_1_hvac", DAY_3)
    assert event.opening == event.closing
    assert mine.shown[begins - 1] <= event.closing <= mine.shown[begins]
    assert event.event == "ratio"
    assert event.ratio == 80
    assert found.jumps == {}


def test_two_changes_of_a_ratio_follow_each_other() -> None:
    found = told(
        Fault("ct_change", "hall_1_hvac", 3, 0, 80), Fault("ratio", "hall_1_hvac", 5, 0, 40)
    )
    mine, before = found.told["hall_1_hvac"].edges, whole()["hall_1_hvac"].edges
    advance, true = np.diff(mine[::A_DAY]), np.diff(before[::A_DAY])
    assert (advance // true).tolist() == [1, 1, 1, 2, 2, 4, 4, 4]


def test_swapped_channels_say_each_others_register() -> None:
    found = told(Fault("swapped_child", "hall_1_hvac", 3, 0, 1, "hall_1_special"))
    one, other = found.told["hall_1_hvac"], found.told["hall_1_special"]
    begins = 3 * A_DAY
    for mine, its in ((one, other), (other, one)):
        own, strange = whole()[mine.meter.meter], whole()[its.meter.meter]
        assert np.array_equal(mine.shown[:begins], own.shown[:begins])
        assert np.array_equal(mine.shown[begins:], strange.shown[begins:])
        assert np.array_equal(np.diff(mine.count[begins:]), np.diff(strange.count[begins:]))
        assert np.array_equal(np.diff(mine.edges[begins:]), np.diff(strange.edges[begins:]))
        assert mine.count[begins - 1] <= own.edges[begins] <= mine.count[begins]
        assert mine.right.all()
        assert unresolvable(mine, found.jumps[mine.meter.meter]) == [
            (int(mine.time[begins - 1]), int(mine.time[begins]))
        ]


def test_without_a_name_the_next_sibling_is_swapped() -> None:
    named = told(Fault("swapped_child", "hall_1_hvac", 3, 0, 1, "hall_1_power"))
    unnamed = told(Fault("swapped_child", "hall_1_hvac", 3, 0, 1))
    for name, one in named.told.items():
        assert np.array_equal(one.shown, unnamed.told[name].shown)


def test_a_branch_that_nobody_reads_says_nothing_and_is_not_registered() -> None:
    fault = Fault("missing_branch", "hall_1_power", 0, 0, 1)
    district = grown(fault)
    found = afflict(district)
    assert not found.told["hall_1_power"].published.any()
    assert found.told["hall_1_hvac"].published.all()
    said = {one for some in objects(sent(found), "hall-1-panel") for one in some["values"]}
    assert {"main", "hvac"} < said
    assert "power" not in said
    people = handed_out(registry(), [fault], found.events)
    assert {meter.meter for meter in registry().meters} - set(people.meter) == {"hall_1_power"}
    assert district.meters["hall_1_power"].used.sum() > 0
    (entry,) = found.faults
    assert (entry.start, entry.end) == (ORIGIN, END)


def test_a_register_behind_reversed_transformers_goes_backwards() -> None:
    found = told(Fault("reversed_sign", "hall_1_hvac", 3, 0, 1))
    mine, before = found.told["hall_1_hvac"], whole()["hall_1_hvac"]
    begins = 3 * A_DAY
    assert np.array_equal(np.diff(mine.edges[begins:]), -np.diff(before.edges[begins:]))
    assert np.array_equal(mine.shown[: begins + 1][:-1], before.shown[:begins])
    gone = unresolvable(mine, ())
    falls = int((np.diff(mine.count) < 0).sum())
    assert len(gone) == falls > A_DAY
    assert gone[0][0] >= DAY_3 - EVERY_MS


def test_reversed_transformers_at_a_main_that_sells_count_bought_as_sold() -> None:
    for at in ("hall_1_main", "hall_1_export"):
        found = told(Fault("reversed_sign", at, 3, 0, 1))
        begins = 3 * A_DAY
        for name, its in (("hall_1_main", "hall_1_export"), ("hall_1_export", "hall_1_main")):
            mine, strange = found.told[name], whole()[its]
            advance = (mine.edges[-1] - mine.edges[begins]) * mine.meter.base_per_step
            true = (strange.edges[-1] - strange.edges[begins]) * strange.meter.base_per_step
            assert 0 <= true - advance < mine.meter.base_per_step
            assert (np.diff(mine.edges) >= 0).all()
            assert unresolvable(mine, ()) == []
