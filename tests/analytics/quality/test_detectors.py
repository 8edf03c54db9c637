"""Every detector finds the fault that it is for, and says nothing of a clean meter or a mess."""

import numpy as np
import pytest

from analytics.detector import Mark
from analytics.hours import Hours
from analytics.sound import detectors
from tests.evidence import CLOCK, office, water

COUNT = len(CLOCK.start)
OFFERED = detectors()
EACH = pytest.mark.parametrize("name", sorted(OFFERED))
AT = COUNT - 100 * 24 - int(CLOCK.hour[COUNT - 100 * 24]) + 10
"""Ten in the morning, a hundred days ago."""
CLEAN = office()


def hours_of(amount: np.ndarray) -> Hours:
    return Hours(amount, CLOCK, step=1.0)


def with_values(first: int, values: np.ndarray | float, hours: int) -> np.ndarray:
    amount = CLEAN.copy()
    amount[first : first + hours] = values
    return amount


def marks(name: str, amount: np.ndarray) -> list[tuple[int, int]]:
    detector, hours = OFFERED[name], hours_of(amount)
    assert detector.gate(hours) == ""
    return [(mark.first, mark.end) for mark in detector.look(hours)]


def test_a_constant_amount_for_a_shift_is_stuck() -> None:
    assert marks("stuck", with_values(AT, 61_234.0, 8)) == [(AT, AT + 8)]


def test_a_register_that_stands_still_for_a_shift_is_stuck() -> None:
    assert marks("stuck", with_values(AT, 0.0, 8)) == [(AT, AT + 8)]


def test_amounts_of_a_coarse_register_repeat_and_are_not_stuck() -> None:
    assert marks("stuck", np.round(CLEAN / 10_000) * 10_000) == []


def test_a_rest_that_comes_each_night_is_not_stuck() -> None:
    assert marks("stuck", np.where(CLOCK.hour < 6, 0.0, CLEAN)) == []


def test_a_summer_without_heating_is_not_stuck() -> None:
    assert marks("stuck", with_values(AT, 0.0, 60 * 24)) == []


def test_an_hour_far_above_all_others_is_a_spike() -> None:
    assert marks("spike", with_values(AT, 2e6, 1)) == [(AT, AT + 1)]


def test_a_day_far_above_all_others_is_no_spike() -> None:
    assert marks("spike", with_values(AT, 2e6, 24)) == []


def test_a_meter_that_rests_most_of_the_time_has_no_spikes() -> None:
    seldom = hours_of(np.where(CLOCK.hour == 12, CLEAN, 0.0))
    assert OFFERED["spike"].gate(seldom) == "seldom_used"


def test_hours_next_to_nothing_are_a_dip() -> None:
    assert marks("dip", with_values(AT, 900.0, 3)) == [(AT, AT + 3)]


def test_a_meter_that_rests_each_night_has_no_dips() -> None:
    resting = hours_of(np.where(CLOCK.hour < 6, 10.0, CLEAN))
    assert OFFERED["dip"].gate(resting) == "rests"


def test_a_weekend_and_a_holiday_are_no_dip() -> None:
    assert marks("dip", CLEAN) == []


@pytest.mark.parametrize("factor", [10.0, 100.0, 1000.0, 0.1, 0.01, 0.001])
def test_amounts_in_another_unit_are_a_unit_slip(factor: float) -> None:
    slipped = with_values(AT, CLEAN[AT : AT + 30] * factor, 30)
    (mark,) = OFFERED["unit_slip"].look(hours_of(slipped))

    assert (mark.first, mark.end) == (AT, AT + 30)
    assert mark.factor == pytest.approx(factor)


def test_units_that_change_from_hour_to_hour_are_one_slip() -> None:
    mixed = CLEAN[AT : AT + 12].copy()
    mixed[[0, 1, 3, 4, 6, 7, 9, 10, 11]] *= 1000
    assert marks("unit_slip", with_values(AT, mixed, 12)) == [(AT, AT + 12)]


def test_a_load_that_is_eight_times_larger_but_grew_and_went_is_no_unit_slip() -> None:
    ramp = CLEAN[AT : AT + 8] * np.array([3, 6, 9, 10, 10, 9, 6, 3])
    assert marks("unit_slip", with_values(AT, ramp, 8)) == []


def test_a_constant_far_away_is_no_unit_slip() -> None:
    assert marks("unit_slip", with_values(AT, CLEAN[AT] * 10, 5)) == []


@pytest.mark.parametrize("factor", [2.0, 40.0, 0.5])
def test_a_ratio_that_changes_is_a_wrong_multiplier_from_that_day_on(factor: float) -> None:
    since = AT - 10
    amount = CLEAN.copy()
    amount[since:] = np.rint(amount[since:] * factor)
    (mark,) = OFFERED["wrong_multiplier"].look(hours_of(amount))

    assert (mark.first, mark.end) == (since, COUNT)
    assert mark.factor == pytest.approx(factor, rel=0.1)


def test_a_ratio_that_is_set_right_again_ends_the_mark() -> None:
    first, end = AT - 10, AT - 10 + 30 * 24
    amount = CLEAN.copy()
    amount[first:end] *= 3
    (mark,) = OFFERED["wrong_multiplier"].look(hours_of(amount))

    assert mark == Mark(first, end, mark.factor)
    assert mark.factor == pytest.approx(3, rel=0.1)


def test_a_load_that_is_added_day_and_night_is_no_wrong_multiplier() -> None:
    amount = CLEAN.copy()
    amount[AT - 10 :] += 60_000
    assert marks("wrong_multiplier", amount) == []


def test_a_load_that_is_added_where_days_differ_little_is_no_wrong_multiplier() -> None:
    even = np.rint(CLEAN**0.35 * 1000)
    amount = even.copy()
    amount[AT - 10 :] += np.nanmedian(even)
    assert marks("wrong_multiplier", amount) == []


def test_hours_that_grow_by_different_factors_are_no_wrong_multiplier() -> None:
    amount = CLEAN.copy()
    amount[AT - 10 :] *= np.where((CLOCK.hour >= 8) & (CLOCK.hour < 18), 3, 2)[AT - 10 :]
    assert marks("wrong_multiplier", amount) == []


def test_a_load_that_is_added_before_a_week_of_holidays_is_no_wrong_multiplier() -> None:
    autumn = COUNT - 61 * 24 + int(np.flatnonzero(CLOCK.hour[-61 * 24 :] == 0)[0])
    amount = np.rint(office(50) * 0.3)
    amount[autumn:] += 9_000
    assert marks("wrong_multiplier", amount) == []


def test_a_meter_that_begins_to_count_is_no_wrong_multiplier() -> None:
    amount = CLEAN.copy()
    amount[: AT - 10] = 0.0
    assert marks("wrong_multiplier", amount) == []


def test_a_level_that_comes_each_year_at_this_season_is_no_wrong_multiplier() -> None:
    amount = CLEAN.copy()
    amount[AT - 10 :] *= 2
    amount[AT - 10 - 364 * 24 : AT - 10 - 300 * 24] *= 2
    assert marks("wrong_multiplier", amount) == []


@pytest.mark.parametrize("hours", [-8, -3, 5, 8])
def test_days_that_stand_at_other_hours_are_a_wrong_clock(hours: int) -> None:
    first, end = AT - 10, AT - 10 + 21 * 24
    amount = CLEAN.copy()
    # What a clock that is behind says to be 4:00 happened at 4:00 and so many hours.
    amount[first:end] = CLEAN[first + hours : end + hours]
    (mark,) = OFFERED["clock"].look(hours_of(amount))

    assert mark.factor == hours
    assert abs(mark.first - first) <= 3 * 24
    assert abs(mark.end - end) <= 3 * 24


def test_one_day_at_other_hours_is_no_wrong_clock() -> None:
    assert marks("clock", with_values(AT - 10, CLEAN[AT - 4 : AT + 20], 24)) == []


def test_gaps_are_missing_and_what_lies_before_the_first_reading_is_not() -> None:
    amount = CLEAN.copy()
    amount[:500] = np.nan
    amount[AT : AT + 3] = np.nan
    amount[-2:] = np.nan
    found = marks("missing", amount)

    assert (AT, AT + 3) in found
    assert (COUNT - 2, COUNT) in found
    assert all(first >= 500 for first, _ in found)


@EACH
@pytest.mark.parametrize(
    "amount", [CLEAN, office(7, school=True), water()], ids=["office", "school", "water"]
)
def test_a_clean_meter_is_not_marked(name: str, amount: np.ndarray) -> None:
    hours = hours_of(amount)
    found = [] if OFFERED[name].gate(hours) else OFFERED[name].look(hours)

    known = [mark for mark in found if hours.known[mark.first : mark.end].any()]
    assert known == []
