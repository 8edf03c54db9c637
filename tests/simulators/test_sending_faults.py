"""What devices and gateways say when something is wrong with them."""

import numpy as np
import pytest

import formats
from energy.errors import RegistryError
from energy.messages.message import Format
from energy.offers import offers
from energy.span import HOUR_MS, SECOND_MS, Span
from simulators.district import build_in_parts
from simulators.faults import afflict
from simulators.grid import DAY_MS
from simulators.meters.happenings import NO_TIME
from simulators.scenario import Fault
from tests.example_district import CALENDARS
from tests.faulty_house import (
    A_DAY,
    DAY_3,
    DAYS,
    EVERY_MS,
    objects,
    plan,
    registry,
    scenario,
    sent,
    told,
    whole,
)
from tests.simulators.test_made import ORIGIN


def test_a_drifting_clock_goes_away_by_seconds_a_day_until_it_is_corrected() -> None:
    found = told(Fault("clock_drift", "hall_1_main", 3, 48, 60))
    mine = found.told["hall_1_water"]  # behind the same device
    ahead = (mine.said_time - mine.time) // SECOND_MS
    assert (ahead[: 3 * A_DAY] == 0).all()
    assert abs(int(ahead[4 * A_DAY]) - 60) <= 1
    assert abs(int(ahead[5 * A_DAY - 1]) - 120) <= 2
    assert (ahead[5 * A_DAY :] == 0).all()
    assert (mine.said_time % SECOND_MS == 0).all()
    assert np.array_equal(mine.right, (ahead == 0) & mine.good)
    assert (found.told["hall_2_main"].said_time == found.told["hall_2_main"].time).all()


@pytest.mark.parametrize("seconds", [-3 * 3600, 5 * 60])
def test_a_clock_that_stepped_says_other_times_and_the_same_numbers(seconds: int) -> None:
    found = told(Fault("clock_step", "hall_1_main", 3, 6, seconds))
    mine, before = found.told["hall_1_main"], whole()["hall_1_main"]
    span = slice(3 * A_DAY, 3 * A_DAY + 24)
    assert (mine.said_time[span] - mine.time[span] == seconds * SECOND_MS).all()
    assert np.array_equal(mine.shown, before.shown)
    assert np.array_equal(mine.publish_at, before.publish_at)
    assert np.flatnonzero(~mine.right).tolist() == list(range(span.start, span.stop))
    said = objects(sent(found, Span(DAY_3, DAY_3 + 6 * HOUR_MS)), "hall-1-panel")
    assert [one["time"] for one in said] == (mine.said_time[span] // SECOND_MS).tolist()


def test_a_run_that_is_resumed_looks_back_as_far_as_a_clock_was_ahead() -> None:
    assert told().longest_delay_ms == 0
    found = told(Fault("clock_step", "hall_1_main", 3, 6, 7200))
    assert found.longest_delay_ms == 2 * HOUR_MS


def test_the_time_of_beijing_sent_as_utc_is_eight_hours_ahead_to_the_end() -> None:
    mine = told(Fault("beijing_as_utc", "hall_1_main", 3, 0, 1)).told["hall_1_main"]
    ahead = mine.said_time - mine.time
    assert (ahead[: 3 * A_DAY] == 0).all()
    assert (ahead[3 * A_DAY :] == 8 * HOUR_MS).all()


def test_a_memory_without_times_comes_later_and_says_none() -> None:
    found = told(Fault("backlog_without_times", "hall_1_lighting", 3, 2, 1))
    mine = found.told["hall_1_lighting"]
    span = slice(3 * A_DAY, 3 * A_DAY + 8)
    assert np.flatnonzero(mine.said_time == NO_TIME).tolist() == list(range(span.start, span.stop))
    assert (mine.publish_at[span] > mine.time[span.stop - 1]).all()
    assert (np.diff(mine.publish_at[span]) == SECOND_MS).all()
    assert not mine.right[span].any()
    plug = [one for one in sent(found) if one.topic == "tele/hall-1-plug/SENSOR"]
    said = [offers(formats, "FORMAT", Format)["tasmota"].decode(m.topic, m.payload) for m in plug]
    assert sum(one.time is None for (one,) in said) == 8
    assert len(said) == DAYS * A_DAY


def test_a_slip_of_units_says_watt_hours_and_what_the_register_cannot_hold_is_refused() -> None:
    found = told(
        Fault("unit_slip", "hall_1_water", 3, 2, 10), Fault("unit_slip", "hall_1_hvac", 3, 2, 1000)
    )
    water, hvac = found.told["hall_1_water"], found.told["hall_1_hvac"]
    span = slice(3 * A_DAY, 3 * A_DAY + 8)
    for mine, factor in ((water, 10), (hvac, 1000)):
        before = whole()[mine.meter.meter].shown
        assert np.array_equal(mine.shown[span], before[span] * factor)
        assert np.array_equal(np.delete(mine.shown, np.r_[span]), np.delete(before, np.r_[span]))
        assert np.flatnonzero(~mine.right).tolist() == list(range(span.start, span.stop))
    assert hvac.refused.sum() == 8
    assert (hvac.shown[hvac.refused] >= 10**8).all()
    assert sum(message.bad for message in sent(found)) == 8 + int(water.refused.sum())


def test_what_a_broker_retains_is_said_again_later_word_for_word() -> None:
    found = told(Fault("retained", "hall_1_main", 3, 12, 1))
    (again,) = [message for message in sent(found) if message.retained]
    mine = found.told["hall_1_main"]
    assert again.publish_at > mine.publish_at[3 * A_DAY] + 12 * HOUR_MS
    (said,) = objects([again], "hall-1-panel")
    assert said["time"] * SECOND_MS == mine.time[3 * A_DAY]
    first = objects(sent(found, Span(DAY_3, DAY_3 + EVERY_MS)), "hall-1-panel")
    assert first == [said]


def test_a_half_dead_gateway_loses_its_share_of_all_its_devices() -> None:
    fault = Fault("half_dead_gateway", "hall_1_main", 3, 96, 0.25)
    found = told(fault)
    inside = slice(3 * A_DAY, 7 * A_DAY)
    for device in ("hall_1", "hall_2"):
        main, water = found.told[f"{device}_main"], found.told[f"{device}_water"]
        assert main.published[: 3 * A_DAY].all()
        assert main.published[7 * A_DAY :].all()
        lost = 4 * A_DAY - int(main.published[inside].sum())
        assert 0.15 < lost / (4 * A_DAY) < 0.35
        assert np.array_equal(main.published, water.published)
    assert found.told["hall_1_lighting"].published.all()  # a device without a gateway
    assert not np.array_equal(
        found.told["hall_1_main"].published, found.told["hall_2_main"].published
    )


def test_a_gateway_is_half_dead_in_every_part_of_the_district_alike() -> None:
    fault = Fault("half_dead_gateway", "hall_2_main", 3, 0, 0.5)
    parts = [
        afflict(one)
        for one in build_in_parts(
            plan(DAYS), registry(), CALENDARS, scenario(fault), hours=DAYS * 24
        )
    ]
    assert len(parts) > 1
    assert [entry.fault for part in parts for entry in part.faults] == [fault]
    for name, one in told(fault).told.items():
        (part,) = [part for part in parts if name in part.told]
        assert np.array_equal(part.told[name].published, one.published)


def test_a_longer_history_begins_with_the_shorter_one_whatever_is_broken() -> None:
    faults = (
        Fault("reset", "hall_1_hvac", 1.2, 0, 0),
        Fault("ct_change", "hall_2_hvac", 1.3, 0, 80),
        Fault("clock_drift", "hall_1_main", 1.5, 0, 90),
        Fault("half_dead_gateway", "hall_1_main", 1.6, 0, 0.4),
        Fault("swapped_child", "hall_2_hvac", 2.2, 0, 1),
        Fault("reversed_sign", "hall_2_main", 2.4, 0, 1),
        Fault("unit_slip", "hall_1_water", 2.6, 5, 1000),
        Fault("retained", "hall_1_main", 2.8, 5, 1),
    )
    short, long = told(*faults, days=4), told(*faults, days=6)
    for name, one in short.told.items():
        other = long.told[name]
        for said in ("time", "shown", "said_first", "count", "published", "good", "said_time"):
            assert np.array_equal(getattr(one, said), getattr(other, said)[: 4 * A_DAY]), said
    span = Span(ORIGIN, ORIGIN + 4 * DAY_MS)
    assert sent(short, span) == sent(long, span)
    assert short.events == long.events


def test_faults_at_meters_where_they_cannot_happen_are_refused_at_once() -> None:
    with pytest.raises(RegistryError) as refused:
        told(
            Fault("backlog_without_times", "hall_1_main", 3, 2, 1),
            Fault("swapped_child", "hall_1_hvac", 3, 0, 1, "hall_2_hvac"),
            Fault("swapped_child", "hall_1_main", 3, 0, 1),
            Fault("missing_branch", "hall_1_main", 0, 0, 1),
            Fault("missing_branch", "hall_1_power", 2, 0, 1),
            Fault("ct_change", "hall_1_hvac", 3, 0, 0),
            Fault("unit_slip", "hall_1_hvac", 3, 0, 0),
            Fault("half_dead_gateway", "hall_1_hvac", 3, 0, 1.5),
        )
    keys = ["meter", "other", "meter", "meter", "day", "strength", "strength", "strength"]
    assert [one.column for one in refused.value.mistakes] == [
        f"fault[{index}].{key}" for index, key in enumerate(keys, start=1)
    ]
    assert "own_batch, the format of 'hall-1-panel', every reading has a time" in str(refused.value)
    assert "没有时间" in refused.value.told("zh")
