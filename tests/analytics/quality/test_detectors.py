"""Every detector finds the fault that it is for, and says nothing of a clean meter or a mess."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clock import Clock
from analytics.detector import Mark, Use
from analytics.hours import Hours
from analytics.sound import detectors, quality_of, sound_amounts
from tests.evidence import CLOCK, office, water

COUNT = len(CLOCK.start)
OFFERED = detectors()
EACH = pytest.mark.parametrize("name", sorted(OFFERED))
AT = COUNT - 100 * 24 - int(CLOCK.hour[COUNT - 100 * 24]) + 10
"""Ten in the morning, a hundred days ago."""
CLEAN = office()
PAGE = (Path(__file__).parents[3] / "docs" / "quality.md").read_text("utf-8")


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
    assert marks("unit_slip", with_values(AT, CLEAN[AT] * 10, 9)) == []


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


def few() -> np.ndarray:
    amount = np.full(COUNT, np.nan)
    amount[-3 * 168 :] = CLEAN[-3 * 168 :]
    return amount


BAD = {
    "nothing": (np.full(COUNT, np.nan), "few_hours"),
    "three weeks": (few(), "few_hours"),
    "zeros": (np.zeros(COUNT), "all_zero"),
    "a constant": (np.full(COUNT, 700.0), "never_changes"),
}


@EACH
@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_judged_has_a_named_code(name: str, case: str) -> None:
    amount, code = BAD[case]
    detector = OFFERED[name]
    said = detector.gate(hours_of(amount))

    assert said in {one.name for one in detector.codes} | {""}
    if name == "missing":
        assert said == ("never_measured" if case == "nothing" else "")
    else:
        assert said == code
    assert not quality_of(hours_of(amount)).suspect().any()


@EACH
@pytest.mark.parametrize(
    "amount",
    [
        np.where(CLOCK.day % 2 == 0, CLEAN, np.nan),
        np.where(np.arange(COUNT) > COUNT - 900, CLEAN, np.nan),
        np.where(CLOCK.day % 30 == 0, CLEAN, 0.0),
        np.where(CLOCK.hour == 3, CLEAN, np.nan),
        -CLEAN,
    ],
    ids=["every other day", "five weeks", "once a month", "one hour a day", "below zero"],
)
def test_odd_series_raise_nothing(name: str, amount: np.ndarray) -> None:
    quality = quality_of(hours_of(amount))
    codes = {one.name for one in OFFERED[name].codes}

    assert (name in quality.marks) != (name in quality.skipped)
    assert quality.skipped.get(name, "") in codes | {""}
    assert all(0 <= mark.first < mark.end <= COUNT for mark in quality.marks.get(name, ()))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_marks_of_a_causal_detector_are_made_when_their_span_ends(seed: int) -> None:
    chance = np.random.default_rng(seed)
    amount = CLEAN.copy()
    first = int(chance.integers(COUNT - 200 * 24, COUNT - 2 * 24))
    length = int(chance.integers(8, 30))
    kind = chance.choice(["zero", "constant", "slip"])
    slipped = amount[first : first + length] * 1000
    amount[first : first + length] = {"zero": 0.0, "constant": 55_555.0, "slip": slipped}[str(kind)]
    causal = [detector for detector in OFFERED.values() if detector.use is Use.CAUSAL]
    then = hours_of(amount).until(first + length)

    seen = np.zeros(len(then.amount), bool)
    for detector in causal:
        for mark in detector.look(then) if detector.name != "missing" else ():
            seen[mark.first : mark.end] = True
    known = then.known[first:]
    assert seen[first:][known].all()


def test_suspect_hours_are_left_out_and_missing_ones_are_not_called_suspect() -> None:
    amount = with_values(AT, 2e6, 1)
    amount[AT + 30 : AT + 33] = np.nan
    amount[AT + 60 : AT + 70] = 0.0
    hours = hours_of(amount)
    suspect = quality_of(hours).suspect()

    assert np.flatnonzero(suspect).tolist() == [AT, *range(AT + 60, AT + 70)]
    assert not quality_of(hours).suspect(use=Use.CAUSAL)[AT]
    assert quality_of(hours).suspect(use=Use.CAUSAL)[AT + 60]
    sound = sound_amounts(hours)
    assert np.isnan(sound[suspect]).all()
    np.testing.assert_array_equal(sound[~suspect], amount[~suspect])


def test_detectors_are_asked_once_for_one_meter() -> None:
    hours = hours_of(CLEAN)
    again = replace(hours)

    assert quality_of(hours) is quality_of(hours)
    assert quality_of(again) is not quality_of(hours)


@EACH
def test_every_detector_says_what_it_needs_and_why_it_decides_as_it_does(name: str) -> None:
    detector = OFFERED[name]
    assert detector.name == name
    assert detector.thresholds
    assert all(entry.reason and entry.unit for entry in detector.thresholds)
    texts = (detector.label, detector.needs, detector.check, detector.disproof)
    says = [detector.says(Mark(0, 5, factor)) for factor in (0.1, 4.0, -3.0)]
    assert all(text.zh and text.en for text in (*texts, *says))


@EACH
def test_every_detector_is_described_with_its_thresholds_and_codes(name: str) -> None:
    detector = OFFERED[name]
    section = PAGE.split(f"## {name}\n")[1].split("\n## ")[0]
    for entry in detector.thresholds:
        assert f"| `{entry.name}` | {entry.value:g} {entry.unit} | {entry.reason} |" in section
    for code in detector.codes:
        assert f"`{code.name}`" in section
    for text in (detector.label, detector.needs, detector.check, detector.disproof):
        assert text.en in section
        assert text.zh in section
    assert detector.use.value in section


def test_a_clock_that_repeats_an_hour_raises_nothing() -> None:
    hour = CLOCK.hour.copy()
    hour[5000:6000] = (hour[5000:6000] + 1) % 24
    clock = Clock(CLOCK.start, hour, CLOCK.day, CLOCK.first_day, CLOCK.off)

    assert not quality_of(Hours(CLEAN, clock, 1.0)).suspect().any()
