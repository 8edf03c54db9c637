"""A month against the year before: effects that add up exactly, each seeing its own cause alone."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statements.figures import BILL, EARLIER, OWN, Figure
from analytics.statements.year_on_year.change import (
    CALENDAR,
    EFFECTS,
    PRICE,
    QUALITY,
    REST,
    SIZE,
    WEATHER,
    Side,
)
from analytics.statements.year_on_year.effects import split_of
from analytics.statements.year_on_year.weather import Day
from energy.period import Stretch
from energy.sizes import AREA, PEOPLE
from tests.analytics.statements.changes import (
    BEFORE,
    CENT,
    DAY_S,
    KWH,
    NOW,
    SIZES,
    a_year,
    days_of,
    flat,
    only,
    seasons,
    side,
)

numbers = st.integers(min_value=0, max_value=10**12)
amounts = st.one_of(st.none(), st.integers(min_value=0, max_value=10**9))
temperatures = st.one_of(st.none(), st.floats(min_value=-30, max_value=40))


@st.composite
def any_days(draw: st.DrawFn, stretch: Stretch) -> list[Day]:
    """Return days of which anything may be known or not."""
    return [
        Day(
            stretch.first + timedelta(days=place),
            draw(st.booleans()),
            draw(amounts),
            draw(temperatures),
        )
        for place in range(stretch.days)
    ]


@st.composite
def any_side(draw: st.DrawFn, stretch: Stretch) -> Side:
    """Return a side with one or two parts of which anything may be known or not."""
    length = stretch.days * DAY_S
    seconds = st.integers(min_value=0, max_value=length // 3)
    basis = draw(st.sampled_from([OWN, BILL, EARLIER]))
    names = draw(st.sampled_from([["a"], ["b"], ["a", "b"]])) if basis == OWN else [""]
    parts = {
        name: Figure(
            basis,
            draw(st.one_of(st.none(), numbers)),
            cost=draw(st.one_of(st.none(), numbers)),
            measured_s=draw(seconds),
            estimated_s=draw(seconds),
            unresolved_s=draw(seconds),
            due_s=length,
        )
        for name in names
    }
    size = st.one_of(st.none(), st.fractions(min_value=1, max_value=10**6))
    return Side(
        stretch, length, parts, draw(any_days(stretch)), {AREA: draw(size), PEOPLE: draw(size)}
    )


@given(any_side(BEFORE), any_side(NOW), st.sampled_from(["electricity", "heat", "water", "diesel"]))
def test_effects_add_up_to_the_change_exactly_whatever_is_known(
    before: Side, now: Side, kind: str
) -> None:
    split = split_of(kind, before, now, [*before.days, *now.days])
    assert tuple(effect.name for effect in split.effects) == EFFECTS
    assert sum(effect.amount for effect in split.effects) == now.amount - before.amount
    costs = [effect.cost for effect in split.effects if effect.cost is not None]
    if before.cost is not None and now.cost is not None and before.amount:
        assert len(costs) == len(EFFECTS)
        assert sum(costs) == now.cost - before.cost
    else:
        assert not costs
    assert all(effect.text.zh and effect.text.en for effect in split.effects)


@given(any_side(BEFORE), st.sampled_from(["electricity", "heat", "water"]))
def test_two_equal_years_have_no_effects(same: Side, kind: str) -> None:
    split = split_of(kind, same, same, same.days)
    assert only(split)


@given(
    st.integers(min_value=5, max_value=26),
    st.integers(min_value=5, max_value=26),
    st.integers(min_value=1, max_value=10**8),
    st.integers(min_value=1, max_value=10**8),
)
def test_other_numbers_of_workdays_are_calendar_alone(
    was: int, becomes: int, work: int, off: int
) -> None:
    def amount(day: Day) -> int:
        return work if day.is_workday else off

    before = side(days_of(BEFORE, amount, workdays=was))
    now = side(days_of(NOW, amount, workdays=becomes))
    split = split_of("electricity", before, now, before.days)
    assert only(split, CALENDAR)
    assert split.effect(CALENDAR).amount == (becomes - was) * (work - off)
    assert split.effect(CALENDAR).cost == (becomes - was) * (work - off) * CENT


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_another_price_is_price_alone(was: int, becomes: int) -> None:
    before = side(days_of(BEFORE, workdays=20), cost_each=was)
    now = side(days_of(NOW, workdays=20), cost_each=becomes)
    split = split_of("electricity", before, now, before.days)
    assert only(split, PRICE)
    assert split.effect(PRICE).cost == now.amount * (becomes - was)


def test_a_leap_day_is_a_day_more_of_the_calendar() -> None:
    before = side(days_of(Stretch(date(2027, 2, 1), date(2027, 3, 1)), workdays=20))
    now = side(days_of(Stretch(date(2028, 2, 1), date(2028, 3, 1)), workdays=20))
    split = split_of("electricity", before, now, before.days)
    assert only(split, CALENDAR)
    assert split.effect(CALENDAR).amount == 40 * KWH
    assert split.effect(CALENDAR).text.en == (
        "+1 days off of 40 kWh, each the median of such days of the year before."
    )


@pytest.mark.parametrize(
    ("kind", "measure", "share"),
    [("electricity", AREA, Fraction(1, 10)), ("water", PEOPLE, Fraction(1, 5))],
)
def test_a_larger_building_takes_more_in_proportion(
    kind: str, measure: str, share: Fraction
) -> None:
    before = side(days_of(BEFORE, workdays=20))
    grown = SIZES | {measure: SIZES[measure] * (1 + share)}
    now = side(
        days_of(NOW, lambda day: int(flat(day) * (1 + share)), workdays=20),
        sizes=grown,
    )
    split = split_of(kind, before, now, before.days)
    assert only(split, SIZE)
    assert split.effect(SIZE).amount == before.amount * share


def test_days_that_nobody_measured_are_data_quality() -> None:
    before = side(days_of(BEFORE, lambda _day: 24 * KWH, workdays=20))
    whole = days_of(NOW, lambda _day: 24 * KWH, workdays=20)
    holed = [day._replace(amount=None) if place < 3 else day for place, day in enumerate(whole)]
    now = side(holed, lost_days=3)
    split = split_of("electricity", before, now, before.days)
    assert only(split, QUALITY)
    assert split.effect(QUALITY).amount == -3 * 24 * KWH
    assert "72 now, about 72 kWh" in split.effect(QUALITY).text.en
    back = split_of("electricity", now, before, before.days)
    assert only(back, QUALITY)
    assert back.effect(QUALITY).amount == 3 * 24 * KWH


def test_a_colder_month_takes_what_a_degree_takes() -> None:
    def heat(day: Day) -> int:
        degrees = max(18 - (day.temperature_c or 0), 0)
        return round((50 if day.is_workday else 20) * KWH + 7 * KWH * degrees)

    learnt = a_year(heat, seasons)
    january = learnt[:31]
    colder = [day._replace(temperature_c=(day.temperature_c or 0) - 2) for day in january]
    now = side([day._replace(amount=heat(day)) for day in colder])
    split = split_of("heat", side(january), now, learnt)
    assert split.effect(WEATHER).amount == pytest.approx(2 * 7 * KWH * 31, rel=1e-3)
    assert abs(split.effect(REST).amount) < 100
    assert "each degree below 18 °C takes" in split.effect(WEATHER).text.en


def test_without_temperatures_the_weather_says_so() -> None:
    before = side(days_of(BEFORE, workdays=20))
    now = side(days_of(NOW, workdays=20, temperature_c=lambda day: 5.0 if day.day > 7 else None))
    split = split_of("heat", before, now, before.days)
    assert split.effect(WEATHER).amount == 0
    assert split.effect(WEATHER).text.en == (
        "Too few outdoor temperatures of this year are known; not estimated."
    )


def test_an_earlier_ledger_against_own_meters_is_named() -> None:
    day = days_of(BEFORE, lambda _day: None, workdays=20)
    figure = Figure(EARLIER, 2440 * KWH, cost=2440 * KWH * CENT)
    before = Side(BEFORE, 31 * DAY_S, {"": figure}, day, SIZES)
    now = side(days_of(NOW, workdays=21))
    split = split_of("electricity", before, now, now.days)
    assert split.notes[0].en.startswith(
        "The bases differ: the earlier ledger the year before, own meters now"
    )
    assert split.effect(CALENDAR).amount == 60 * KWH
    assert "of this year" in split.effect(CALENDAR).text.en
    assert split.effect(QUALITY).amount == 0
    assert only(split, CALENDAR)


def test_without_a_price_the_cost_is_not_split() -> None:
    now = side(days_of(NOW))
    figure = Figure(OWN, 5 * KWH, measured_s=31 * DAY_S, due_s=31 * DAY_S)
    before = Side(BEFORE, 31 * DAY_S, {"hall": figure}, days_of(BEFORE), SIZES)
    split = split_of("electricity", before, now, ())
    assert {effect.cost for effect in split.effects} == {None}
    assert split.effect(PRICE).text.en == (
        "No price of the year before is known; the cost is not split."
    )
