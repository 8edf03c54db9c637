"""What people do about a finding: no sequence of steps reaches what cannot be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.finding_step import (
    BY_PEOPLE,
    KNOWN,
    MAY_FOLLOW,
    SET_ASIDE,
    WAITING,
    Seen,
    Stage,
    Step,
    Taken,
)
from energy.handling import Handling, after, handling_of
from energy.handling_words import COMMANDS, STAGES, STEPS
from tests.whole_handling import see_whole

DAY = 86_400_000
PUMP = Seen(0, 50 * DAY, "level_shift", 1, 1000, 800, 1200, 5)
LARGER = Seen(0, 60 * DAY, "level_shift", 1, 3000, 2500, 3500, 15)


def step(what: Step, day: int = 1, **told: object) -> Taken:
    given_: dict[str, object] = {"by": "ab12cd34", "to": "", "until": None} | told
    return Taken(what, day * DAY, seen=PUMP, **given_)  # type: ignore[arg-type]


steps = st.builds(
    Taken,
    step=st.sampled_from(Step),
    at=st.integers(0, 400 * DAY),
    by=st.sampled_from(["li", "wang"]),
    to=st.sampled_from(["li", "wang"]),
    until=st.integers(0, 800 * DAY),
    other=st.integers(1, 9),
    role=st.sampled_from(["filler", "unit_head"]),
    stage=st.sampled_from(sorted(KNOWN)),
    seen=st.sampled_from([PUMP, LARGER]),
)


@given(st.lists(steps, max_size=30))
def test_no_sequence_of_steps_reaches_what_cannot_be(wishes: list[Taken]) -> None:
    handling, taken = Handling(), []
    for wish in wishes:
        if handling.may(wish.step):
            taken.append(wish)
            handling = after(handling, wish)
            see_whole(handling)
    assert handling == handling_of(taken)


@given(st.lists(steps, max_size=30))
def test_people_always_have_a_step_that_leads_on_until_the_meter_has_spoken(
    wishes: list[Taken],
) -> None:
    handling = Handling()
    for wish in wishes:
        handling = after(handling, wish) if handling.may(wish.step) else handling
    leads_on = BY_PEOPLE - {Step.COMMENT, Step.ATTACH}
    may = {one for one in leads_on if handling.may(one)}
    assert may or handling.stage is Stage.SUPERSEDED


@given(st.lists(steps, max_size=30))
def test_what_was_first_accepted_stays_frozen_until_the_finding_comes_back(
    wishes: list[Taken],
) -> None:
    handlings, taken = [Handling()], []
    for wish in wishes:
        if handlings[-1].may(wish.step):
            handlings.append(after(handlings[-1], wish))
            taken.append(wish.step)
    for (before, later), what in zip(pairwise(handlings), taken, strict=True):
        if before.accepted is not None and what is not Step.RETURN:
            assert (later.accepted, later.accepted_at) == (before.accepted, before.accepted_at)


@pytest.mark.parametrize("what", sorted(BY_PEOPLE))
def test_every_step_of_people_has_a_name_and_a_command_and_every_stage_a_name(what: Step) -> None:
    assert STEPS[what].zh
    assert COMMANDS[what]
    assert set(STEPS) == set(Step) == set(MAY_FOLLOW)
    assert set(STAGES) == set(Stage)


def test_the_way_from_new_to_verified_keeps_who_and_since_when() -> None:
    way = [
        step(Step.ACKNOWLEDGE, 1),
        step(Step.ASSIGN, 2, to="wang"),
        step(Step.DUE, 2, until=20 * DAY),
        step(Step.WORK, 3, by="wang"),
        step(Step.FIX, 9, by="wang"),
        step(Step.VERIFY, 30, by=""),
    ]
    stages = [handling_of(way[:count]).stage for count in range(len(way) + 1)]
    assert stages == [
        Stage.NEW,
        Stage.ACKNOWLEDGED,
        Stage.ASSIGNED,
        Stage.ASSIGNED,
        Stage.IN_WORK,
        Stage.FIXED,
        Stage.VERIFIED,
    ]
    done = handling_of(way)
    assert (done.assignee, done.accepted_at, done.fixed_at) == ("wang", DAY, 9 * DAY)
    assert done.since == 30 * DAY


def test_whoever_takes_up_what_nobody_was_given_has_it() -> None:
    assert handling_of([step(Step.WORK, by="li")]).assignee == "li"


def test_a_snooze_covers_the_stage_below_it_and_leaves_it_when_its_time_is_over() -> None:
    snoozed = handling_of([step(Step.ACKNOWLEDGE), step(Step.SNOOZE, 2, until=10 * DAY)])
    assert snoozed.stage_at(3 * DAY) is Stage.SNOOZED
    assert snoozed.stage_at(10 * DAY) is Stage.ACKNOWLEDGED
    assert not handling_of([step(Step.ACKNOWLEDGE)]).may(Step.WAKE)
    assert after(snoozed, step(Step.WAKE, 10)).quiet is None


def test_taking_up_what_is_snoozed_ends_the_snooze() -> None:
    for what in (Step.ACKNOWLEDGE, Step.ASSIGN, Step.WORK, Step.FIX, Step.REJECT):
        snoozed = handling_of([step(Step.SNOOZE, until=10 * DAY)])
        assert after(snoozed, step(what, 2, to="li")).stage_at(3 * DAY) not in {
            Stage.SNOOZED,
            Stage.EXPECTED,
        }


def test_a_rejection_is_taken_back_and_the_finding_is_open_to_every_step_again() -> None:
    rejected = handling_of([step(Step.REJECT)])
    assert rejected.rejected == PUMP
    assert not rejected.may(Step.ACKNOWLEDGE)
    back = after(rejected, step(Step.RESUME, 2))
    assert back.stage is Stage.REOPENED
    assert back.may(Step.ACKNOWLEDGE)
    assert not back.may(Step.RESUME)


def test_resuming_a_snooze_changes_nothing_else() -> None:
    way = [step(Step.ASSIGN, to="wang"), step(Step.DUE, until=20 * DAY)]
    snoozed = handling_of([*way, step(Step.SNOOZE, until=10 * DAY)])
    assert after(snoozed, step(Step.RESUME, 2)) == handling_of(way)


def test_what_is_not_fixed_keeps_who_has_it_and_loses_its_deadline() -> None:
    way = [step(Step.ASSIGN, to="wang"), step(Step.DUE, until=9 * DAY), step(Step.FIX, 5)]
    again = handling_of([*way, step(Step.STILL_SEEN, 40)])
    assert again.stage is Stage.REOPENED
    assert again.assignee == "wang"
    assert again.due is None
    assert again.fixed_at is None


def test_nobody_is_told_of_what_is_set_aside_and_all_of_it_can_be_named() -> None:
    assert SET_ASIDE.isdisjoint(WAITING)
    assert {Stage.SNOOZED, Stage.EXPECTED, Stage.REJECTED, Stage.SUPERSEDED} == SET_ASIDE
