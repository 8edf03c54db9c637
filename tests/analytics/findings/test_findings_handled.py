"""What rounds do about findings that people work on, on real records."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from energy.errors import ConfigError
from energy.finding_step import Stage, Step
from tests.builders import MAIN_METER, registry_of
from tests.finding_life import DAY, MEMORY_DAYS, PUMP, SILENT, Life, life, seen_on

BELOW = replace(PUMP, meter="hall_light", base_per_year=60_000_000)
EXPLAINED = {"hall_main/level_shift": "hall_light/level_shift"}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Life]:
    with life(tmp_path) as made:
        yield made


def test_what_was_fixed_and_is_seen_no_more_is_verified_by_the_meter(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ACKNOWLEDGE)
    hall.do(152, Step.FIX, by="王工")
    hall.round(153, seen_on(153))
    assert hall.stage(153) is Stage.FIXED
    hall.round(160)
    assert hall.stage(160) is Stage.VERIFIED
    last = hall.steps()[-1]
    assert (last.step, last.by) == (Step.VERIFY, "")
    assert "1970-06-02" in last.en
    assert "the meter verifies it" in last.en


def test_what_was_fixed_and_is_still_seen_after_the_rules_own_time_is_reopened_and_told(
    hall: Life,
) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ASSIGN, to="王工")
    hall.do(152, Step.FIX)
    for day in range(153, 152 + MEMORY_DAYS):
        assert [change.occasion for change in hall.round(day, seen_on(day))] == [None]
    assert hall.stage(165) is Stage.FIXED
    hall.round(166, seen_on(166))
    assert hall.stage(166) is Stage.REOPENED
    assert "still show it" in hall.steps()[-1].en
    assert hall.handling().assignee
    assert hall.alerts() == [f"finding/1/{150 * DAY}", f"finding/1/{166 * DAY}"]


def test_what_the_rule_sees_no_more_while_as_much_is_used_is_said_once_and_left_to_a_person(
    hall: Life,
) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    hall.has_fallen = False
    hall.round(158)
    hall.round(159)
    assert hall.stage(159) is Stage.FIXED
    assert [taken.step for taken in hall.steps()] == [Step.FIX, Step.UNPROVEN]
    with pytest.raises(ConfigError, match="--reason"):
        hall.do(160, Step.VERIFY)
    hall.do(160, Step.VERIFY, words="the heating season began")
    assert hall.stage(160) is Stage.VERIFIED


def test_what_nobody_can_tell_yet_waits_and_is_verified_when_use_has_fallen(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    for day, has_fallen in ((158, None), (159, False), (160, True)):
        hall.has_fallen = has_fallen
        hall.round(day)
    assert [taken.step for taken in hall.steps()] == [Step.FIX, Step.UNPROVEN, Step.VERIFY]
    assert not hall.handling().unproven


def test_a_meter_whose_data_are_at_fault_verifies_nothing_until_they_are_right(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    hall.round(158, seen_on(158, SILENT))
    assert hall.stage(158) is Stage.FIXED
    hall.round(160)
    assert hall.stage(160) is Stage.VERIFIED


def test_what_its_rule_cannot_look_at_is_neither_verified_nor_reopened(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    hall.round(250, looked=[])
    assert hall.stage(250) is Stage.FIXED


def test_a_meter_that_left_the_registry_verifies_nothing(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.FIX)
    hall.registry = registry_of(replace(MAIN_METER, meter="another"))
    hall.round(170)
    assert hall.stage(170) is Stage.FIXED


def test_what_ended_before_anybody_called_it_fixed_is_verified_by_the_next_round(
    hall: Life,
) -> None:
    hall.round(150, PUMP)
    hall.round(158)
    hall.do(159, Step.FIX)
    hall.round(160)
    assert hall.stage(160) is Stage.VERIFIED


def test_what_comes_back_after_it_was_verified_is_reopened_with_a_sentence(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(150, Step.FIX)
    hall.round(158)
    hall.round(200, seen_on(200))
    assert hall.stage(200) is Stage.REOPENED
    assert "is back" in hall.steps()[-1].en
    assert hall.handling().accepted is None


def test_nobody_hears_of_what_is_snoozed_until_its_time_is_over_and_then_once(
    hall: Life,
) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ACKNOWLEDGE)
    hall.do(151, Step.SNOOZE, until=160 * DAY)
    first = hall.alerts()
    hall.round(152)
    hall.round(157)
    hall.round(158, seen_on(158))  # it ended and is back, while snoozed
    assert hall.alerts() == first
    for day in (160, 161, 162):
        hall.round(day, seen_on(day))
    assert hall.alerts() == [*first, f"finding/1/{160 * DAY}"]
    assert hall.handling().quiet is None


def test_nobody_hears_of_what_is_expected(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.EXPECT, until=300 * DAY, words="暑期施工")
    first = hall.alerts()
    hall.round(160)
    hall.round(170, seen_on(170))
    assert hall.alerts() == first
    assert hall.stage(170) is Stage.EXPECTED


def test_what_was_rejected_is_not_raised_again_while_it_looks_the_same(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.REJECT, words="机房，全天运行")
    first = hall.alerts()
    hall.round(160)
    hall.round(200, replace(seen_on(200), base_per_year=120_000_000, low=110_000_000))
    assert hall.stage(200) is Stage.REJECTED
    assert hall.alerts() == first


def test_what_is_surely_three_halves_of_what_was_rejected_is_raised_again(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.REJECT, words="机房，全天运行")
    unsure = replace(seen_on(152), base_per_year=140_000_000, low=80_000_000)
    hall.round(152, unsure)
    assert hall.stage(152) is Stage.REJECTED
    hall.round(153, replace(seen_on(153), base_per_year=140_000_000, low=90_000_000))
    assert hall.stage(153) is Stage.REOPENED
    assert "three halves" in hall.steps()[-1].en
    assert hall.alerts()[-1] == f"finding/1/{153 * DAY}"


def test_a_rejected_fault_of_data_is_another_one_when_it_comes_back(hall: Life) -> None:
    hall.round(150, SILENT)
    hall.do(150, Step.REJECT, words="停电检修")
    hall.round(151, seen_on(151, SILENT))
    assert hall.stage(151) is Stage.REJECTED
    hall.round(153)
    hall.round(160, seen_on(160, SILENT))
    assert hall.stage(160) is Stage.REOPENED
    assert hall.alerts()[-1] == f"finding/1/{160 * DAY}"


def test_a_person_takes_a_rejection_back(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.REJECT, words="机房")
    hall.do(152, Step.RESUME)
    assert hall.stage(152) is Stage.REOPENED


def test_what_another_finding_says_is_superseded_by_it_after_the_same_week(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.ASSIGN, to="王工")
    first = hall.alerts()
    for day in range(152, 158):
        hall.round(day, seen_on(day, BELOW), explained=EXPLAINED)
    assert hall.stage(157, number=1) is Stage.SUPERSEDED
    assert hall.handling(1).superseded_by == 2
    assert "Finding 2 says the same" in hall.steps(1)[-1].en
    # Whoever had the one has the other, and nobody is told a second time of one cause.
    assert hall.stage(157, number=2) is Stage.ASSIGNED
    assert hall.handling(2).assignee == hall.handling(1).assignee
    assert "finding 1" in hall.steps(2)[0].en
    assert hall.alerts() == first


def test_what_was_rejected_above_is_not_taken_over_below(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(151, Step.REJECT, words="机房")
    hall.round(152, seen_on(152, BELOW), explained=EXPLAINED)
    assert hall.stage(152, number=2) is Stage.NEW
    assert hall.alerts()[-1] == f"finding/2/{152 * DAY}"


def test_a_round_that_is_repeated_takes_no_step_twice(hall: Life) -> None:
    hall.round(150, PUMP)
    hall.do(150, Step.FIX)
    hall.round(158)
    hall.round(158)
    assert [taken.step for taken in hall.steps()] == [Step.FIX, Step.VERIFY]
