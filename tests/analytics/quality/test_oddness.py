"""How odd hours are: planted oddities stand out, and nothing is said of what cannot be judged."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.hours import Hours
from analytics.medians import centred_median, filled, median_across, median_by, spread_of
from analytics.oddness.score import SHIPPED, oddness, oddness_then, weighed
from analytics.oddness.views import views_of
from tests.evidence import CLOCK, office

COUNT = len(CLOCK.start)
LAST_YEAR = slice(COUNT - 365 * 24, COUNT)
AT = COUNT - 60 * 24 + 3


def last_year() -> Hours:
    amount = office()
    amount[: LAST_YEAR.start] = np.nan
    return Hours(amount, CLOCK, step=1.0)


YEAR = last_year()


def planted(first: int, values: np.ndarray | float, hours: int) -> Hours:
    amount = YEAR.amount.copy()
    amount[first : first + hours] = values
    return replace(YEAR, amount=amount)


@pytest.mark.parametrize(
    ("what", "values", "hours"),
    [
        ("a spike", 5e6, 1),
        ("a dip", 1.0, 2),
        ("a stuck register", 40_000.0, 30),
        ("a slip by a thousand", YEAR.amount[AT : AT + 12] / 1000, 12),
    ],
)
def test_planted_oddities_are_the_oddest_hours_of_the_year(
    what: str, values: np.ndarray | float, hours: int
) -> None:
    score = oddness(planted(AT, values, hours)).score
    others = np.delete(score, np.arange(AT - 5, AT + hours + 5))

    assert score[AT : AT + hours].max() > np.nanmax(others), what
    assert np.median(score[AT : AT + hours]) > np.nanquantile(others, 0.99), what


def test_a_missing_hour_has_no_score_and_what_lies_beside_it_a_higher_one() -> None:
    gap = planted(AT, np.nan, 3)
    score = oddness(gap).score

    assert np.isnan(score[AT : AT + 3]).all()
    assert views_of(gap)["beside_gap"][AT - 2 : AT + 5].tolist() == [0, 1, 0, 0, 0, 1, 0]
    assert score[AT - 1] > oddness(YEAR).score[AT - 1]


def few() -> np.ndarray:
    amount = np.full(COUNT, np.nan)
    amount[-3 * 168 :] = office()[-3 * 168 :]
    return amount


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (few(), "few_hours"),
        (np.full(COUNT, np.nan), "few_hours"),
        (np.zeros(COUNT), "all_zero"),
        (np.full(COUNT, 700.0), "never_changes"),
    ],
    ids=["three weeks", "a year of gaps", "zeros", "a constant"],
)
def test_what_cannot_be_judged_has_a_code_and_no_number(amount: np.ndarray, code: str) -> None:
    found = oddness(Hours(amount, CLOCK))

    assert found.code == code
    assert np.isnan(found.score).all()


def test_the_score_of_then_does_not_know_the_future() -> None:
    since = AT + 5
    now = YEAR.until(since + 3)
    changed = replace(now, amount=now.amount.copy())
    changed.amount[since + 1 :] *= 50
    before, after = oddness_then(now, since=since), oddness_then(changed, since=since)

    assert before.score[since] == after.score[since]
    assert after.score[since + 1] > before.score[since + 1]
    assert np.isnan(before.score[:since]).all()
    assert oddness(changed).score[since] != oddness(now).score[since]


def test_a_score_does_not_depend_on_the_unit_of_the_meter() -> None:
    in_kwh = replace(YEAR, amount=YEAR.amount / 1000, step=YEAR.step / 1000)

    np.testing.assert_allclose(oddness(in_kwh).score, oddness(YEAR).score, rtol=1e-6)


def test_views_without_weight_do_not_count() -> None:
    views = views_of(YEAR)
    only = replace(SHIPPED, lasting={"run": 2.0}, sudden={})
    louder = {**views, "change": views["change"] + 100}

    expected = weighed(views, YEAR.known, only)
    np.testing.assert_array_equal(weighed(louder, YEAR.known, only), expected)


def test_a_make_up_workday_is_no_weekend_and_a_holiday_is_one() -> None:
    off = CLOCK.off.copy()
    saturday = (5 - CLOCK.first_day.weekday()) % 7
    off[saturday], off[saturday + 2] = False, True
    hours = Hours(YEAR.amount, replace(CLOCK, off=off))

    assert (hours.slot[CLOCK.day == saturday] // 24 == 4).all()
    assert (hours.slot[CLOCK.day == saturday + 2] // 24 == 6).all()
    assert (hours.slot[CLOCK.day == saturday + 3] // 24 == 1).all()


VALUES = st.lists(st.floats(-100, 100) | st.just(float("nan")), min_size=1, max_size=60)


@settings(max_examples=60)
@given(VALUES)
def test_medians_agree_with_the_obvious_way(values: list[float]) -> None:
    value = np.array(values)
    group = np.arange(len(value)) % 3
    known = [value[(group == one) & np.isfinite(value)] for one in range(3)]
    expected = [float(np.median(own)) if len(own) else np.nan for own in known]
    np.testing.assert_allclose(median_by(group, value, count=3), expected, rtol=0, atol=1e-9)
    row = value[np.isfinite(value)]
    across = float(np.median(row)) if len(row) else np.nan
    np.testing.assert_array_equal(median_across(value[None, :]), [across])
    around = centred_median(value, width=3, at_least=1)
    for place in range(len(value)):
        near = value[max(place - 1, 0) : place + 2]
        near = near[np.isfinite(near)]
        expected_here = float(np.median(near)) if len(near) else np.nan
        np.testing.assert_array_equal(around[place], expected_here)


def test_unknown_values_are_filled_from_their_neighbours() -> None:
    nan = np.nan
    assert filled(np.array([nan, 1.0, nan, 3.0, nan])).tolist() == [1, 1, 2, 3, 3]
    assert np.isnan(filled(np.array([nan, nan]))).all()
    assert np.isnan(spread_of(np.array([nan])))
    assert spread_of(np.array([1.0, 2.0, 3.0, nan])) == pytest.approx(1.4826)


def test_hours_until_some_time_are_judged_as_if_no_more_had_come() -> None:
    then = YEAR.until(AT)

    assert len(then.amount) == AT
    assert then.clock.days == int(CLOCK.day[AT - 1]) + 1
    assert then.why_not == ""
