"""Months against the year before, made of days that a reader can add up in the head."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from analytics.statements.figures import OWN, Figure
from analytics.statements.year_on_year.change import Side, Split
from analytics.statements.year_on_year.weather import Day
from energy.period import Stretch
from energy.sizes import AREA, PEOPLE

BEFORE = Stretch(date(2025, 1, 1), date(2025, 2, 1))
NOW = Stretch(date(2026, 1, 1), date(2026, 2, 1))
DAY_S = 86_400
KWH = 1000
SIZES = {AREA: Fraction(1000), PEOPLE: Fraction(50)}
CENT = 10_000
"""One cent in 1e-6 yuan."""

Amount = Callable[[Day], int | None]


def flat(day: Day) -> int:
    """A workday uses 100 kWh, a day off 40."""
    return (100 if day.is_workday else 40) * KWH


def days_of(
    stretch: Stretch,
    amount: Amount = flat,
    *,
    workdays: int = 0,
    temperature_c: Callable[[date], float | None] = lambda _day: 5.0,
) -> list[Day]:
    """Return the days of a stretch, of which the first ones work; by the week if none is said."""
    found = []
    for place in range(stretch.days):
        day = stretch.first + timedelta(days=place)
        works = place < workdays if workdays else day.weekday() < 5
        told = Day(day, works, None, temperature_c(day))
        found.append(told._replace(amount=amount(told)))
    return found


def side(
    days: Sequence[Day],
    *,
    cost_each: int = CENT,
    sizes: dict[str, Fraction] = SIZES,
    lost_days: int = 0,
    basis: str = OWN,
) -> Side:
    """Return a month of one meter with a price [1e-6 yuan a Wh]."""
    amount = sum(day.amount or 0 for day in days)
    length = len(days) * DAY_S
    figure = Figure(
        basis,
        amount,
        cost=amount * cost_each,
        measured_s=length - lost_days * DAY_S,
        unresolved_s=lost_days * DAY_S,
        due_s=length,
    )
    stretch = Stretch(days[0].day, days[-1].day + timedelta(days=1))
    return Side(stretch, length, {"hall": figure}, days, sizes)


def only(split: Split, *names: str) -> bool:
    """Tell whether effects other than these are 0, in amount and in yuan."""
    return all(
        not effect.amount and not effect.cost
        for effect in split.effects
        if effect.name not in names
    )


def a_year(amount: Callable[[Day], int], temperature_c: Callable[[int], float]) -> list[Day]:
    """Return 365 days of 2025, each with an amount that depends on what else is known of it."""
    days = []
    for place in range(365):
        day = date(2025, 1, 1) + timedelta(days=place)
        told = Day(day, day.weekday() < 5, None, temperature_c(place))
        days.append(told._replace(amount=amount(told)))
    return days


def seasons(place: int) -> float:
    """Return a mean temperature from -3 degC in January to 27 in July, with ups and downs."""
    return float(12 - 15 * np.cos(2 * np.pi * (place - 15) / 365) + 4 * np.sin(place * 0.9))
