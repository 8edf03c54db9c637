"""What the pictures show: a week at 15 min and a year by day of every load, in one house."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

import simulators.loads
from energy.calendars import Calendar, DayType
from energy.kinds import KINDS
from energy.meter import Building
from energy.offers import offers
from energy.span import midnight
from jieneng.shipped import shipped
from simulators.chance import noise
from simulators.conditions import Conditions, conditions_of
from simulators.load import Load
from simulators.scenario import SITE
from simulators.weather.climate import BEIJING
from simulators.weather.generator import draw_weather
from storage.reference.files import read_reference

YEAR = 2026
DAYS = 365
AN_HOUR = 4
A_DAY = 24 * AN_HOUR
A_WEEK = 7 * A_DAY
SLOT_MS = 3_600_000 // AN_HOUR
SEED = 1
WINTER, SUMMER = date(YEAR, 2, 23), date(YEAR, 9, 14)
"""Mondays of two weeks with a make-up workday: one in the heating season, which begins with the
last day of Spring Festival, and one in the cooling season."""
HOUSE = Building("house", "", SITE.site, "示例楼", "Example house", "A", 10_000, 500)
"""Chosen: a round number of square metres, and 20 m2 for each of the people."""


@dataclass(frozen=True)
class Drawn:
    """What a load uses in a year.

    Attributes:
        load: The load.
        amounts: Display units of its kind in each quarter of an hour. Shape (n,).
    """

    load: Load
    amounts: np.ndarray

    @property
    def by_day(self) -> np.ndarray:
        """Display units each day. Shape (DAYS,)."""
        return np.asarray(self.amounts.reshape(-1, A_DAY).sum(axis=1))

    @property
    def a_year(self) -> float:
        """What it uses in the year, as its load states it [display units per unit of size]."""
        size = {"m2": HOUSE.area_m2, "person": HOUSE.people}[self.load.yearly.per]
        return float(self.amounts.sum()) / size

    def week(self, monday: date) -> np.ndarray:
        """Return display units an hour in the quarters of an hour of a week. Shape (672,)."""
        return self.amounts[slots_of_week(monday)] * AN_HOUR


def slots_of_week(monday: date) -> slice:
    """Return the quarters of an hour of a week of the year."""
    first = (monday - date(YEAR, 1, 1)).days * A_DAY
    return slice(first, first + A_WEEK)


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Return the workdays of China."""
    return read_reference(shipped("reference")).calendars[SITE.calendar]


def day_types(first: date, count: int) -> list[DayType]:
    """Return what kind of day some days are that follow one another."""
    return [calendar().day_type(first + timedelta(days=day)) for day in range(count)]


@lru_cache(maxsize=1)
def year_of_conditions() -> Conditions:
    """Return what the house meets in the year."""
    origin = midnight(date(YEAR, 1, 1), SITE.zone)
    count = DAYS * A_DAY
    weather = draw_weather(
        BEIJING, origin=origin, count=count, slot_ms=SLOT_MS, seed=SEED, name=SITE.site
    )
    return conditions_of(
        origin=origin, slot_ms=SLOT_MS, site=SITE, calendar=calendar(), weather=weather
    )


def drawn_loads() -> list[Drawn]:
    """Return every load in the house, by name."""
    loads = offers(simulators.loads, "LOAD", Load)
    return [_drawn(loads[name]) for name in sorted(loads)]


def _drawn(load: Load) -> Drawn:
    met = year_of_conditions()

    def factors(purpose: str, spread: float) -> np.ndarray:
        name = f"{HOUSE.building}/{purpose}"
        return noise(SEED, name, len(met), spread=spread, an_hour=AN_HOUR)

    items = load.draw(met, HOUSE, factors).values()
    base = np.sum(list(items), axis=0) / AN_HOUR
    return Drawn(load, base / KINDS[load.kind].base_per_display)
