"""How the amount of a day depends on its outdoor temperature: robust lines, or none.

Source: docs/methods.md, "Change explained".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple

import numpy as np

from analytics.statements.year_on_year.fit import Fit, fit_of

HEATING, COOLING = 1, -1

BALANCES_C = {HEATING: (10.0, 12.0, 14.0, 16.0, 18.0), COOLING: (18.0, 20.0, 22.0, 24.0, 26.0)}
"""Balance points that are tried [degC]; chosen: two-degree steps on both sides of 18 degC, with the
bases of the Chinese degree days at the ends (HDD18 and CDD26, JGJ 26)."""

NEUTRAL_C = 18.0
"""Days up to this mean temperature tell of heating, the warmer ones of cooling; chosen: where the
balance points of both meet, so that no day speaks for both lines."""

FEWEST_DAYS = 60
"""Days on its side of the neutral temperature that a line needs; chosen: of 60 days of pure chance
no line of 216 takes away a tenth of the spread, of 31 days one in a hundred does."""

FEWEST_BEYOND, FEWEST_DEGREE_DAYS = 10, 20.0
"""Days beyond its balance point, and degree days, that a line needs (CalTRACK 2.0)."""

LEAST_EXPLAINED = 0.1
"""Share of the spread of days that a line has to take away; chosen: of a year of amounts that have
nothing to do with the temperature, a line takes away more than 0.03 once in a hundred times."""

LEAST_RUNNING = 0.05
"""Share of an ordinary day from which on a day counts as one on which something runs; chosen: a
heating that is off still counts what its valves let pass. Days that are off bend no line: heat in
October is none however cold it is.
"""


class Day(NamedTuple):
    """What is known of a local day.

    Attributes:
        day: Its date.
        is_workday: Whether people work on it.
        amount: Base units that all meters used from midnight to midnight; None if one of them did
            not measure or estimate all of it.
        temperature_c: Outdoor temperature as a house feels it; None if too few hours are known.
    """

    day: date
    is_workday: bool
    amount: int | None
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class TemperatureLine:
    """What a degree more or less does to the amount of a day.

    Attributes:
        sort: HEATING (more when colder) or COOLING (more when warmer).
        balance_c: Temperature from which on it does.
        slope: Base units a day and kelvin, above 0.
        explained: Share of the spread of days that it takes away, 0 to 1.
        days: How many days it was found on.
        fit: How well the line and the median of each type of day say the amounts of those days;
            None where nobody can say.
    """

    sort: int
    balance_c: float
    slope: float
    explained: float
    days: int
    fit: Fit | None = None

    def mean_degrees(self, temperatures_c: np.ndarray) -> float:
        """Return the mean degrees of some days beyond the balance point [K]."""
        return float(degrees(temperatures_c, self.sort, self.balance_c).mean())


def degrees(temperatures_c: np.ndarray, sort: int, balance_c: float) -> np.ndarray:
    """Return the degrees of each day beyond a balance point, never below 0 [K]."""
    return np.maximum(sort * (balance_c - temperatures_c), 0.0)


def running(days: Sequence[Day], least: float) -> list[Day]:
    """Return the days with an amount above the least; all of them where no amount is known."""
    known = [day for day in days if day.amount is not None]
    return [day for day in known if (day.amount or 0) > least] if known else list(days)


def least_running(days: Sequence[Day]) -> float:
    """Return the amount of a day above which something runs [base units]."""
    amounts = [day.amount for day in days if day.amount]
    return LEAST_RUNNING * median(amounts) if amounts else 0.0


def lines_on(
    days: Sequence[Day], sorts: Sequence[int] = (HEATING, COOLING)
) -> list[TemperatureLine]:
    """Return the line of each sort that the days show; none where they show none.

    Args:
        days: At best a year; a day without amount or temperature says nothing.
        sorts: HEATING, COOLING or both.
    """
    known = [day for day in days if day.amount is not None and day.temperature_c is not None]
    amount = np.array([day.amount for day in known], dtype=float)
    temperature_c = np.array([day.temperature_c for day in known], dtype=float)
    is_workday = np.array([day.is_workday for day in known], dtype=bool)
    found = []
    for sort in sorts:
        own = sort * (NEUTRAL_C - temperature_c) >= 0
        lines = [
            _line(amount[own], temperature_c[own], is_workday[own], sort, balance_c)
            for balance_c in BALANCES_C[sort]
        ]
        best = max((line for line in lines if line), key=_explained, default=None)
        if best is not None and best.explained >= LEAST_EXPLAINED:
            found.append(best)
    return found


def _explained(line: TemperatureLine) -> float:
    return line.explained


def _line(
    amount: np.ndarray,
    temperature_c: np.ndarray,
    is_workday: np.ndarray,
    sort: int,
    balance_c: float,
) -> TemperatureLine | None:
    beyond = degrees(temperature_c, sort, balance_c)
    is_little = np.count_nonzero(beyond) < FEWEST_BEYOND or beyond.sum() < FEWEST_DEGREE_DAYS
    if len(amount) < FEWEST_DAYS or is_little:
        return None
    slope = _slope(amount, beyond, is_workday)
    before = _spread(amount, is_workday)
    if slope <= 0 or before == 0:
        return None
    explained = 1 - _spread(amount - slope * beyond, is_workday) / before
    fit = _fit(amount, slope * beyond, is_workday)
    return TemperatureLine(sort, balance_c, slope, explained, len(amount), fit)


def _fit(amount: np.ndarray, by_weather: np.ndarray, is_workday: np.ndarray) -> Fit | None:
    """Return how well the weather and the median of the rest of each type of day say amounts."""
    predicted, parameters = by_weather.copy(), 2  # the slope and its balance point
    for own in (is_workday, ~is_workday):
        if own.any():
            predicted[own] += np.median(amount[own] - by_weather[own])
            parameters += 1
    return fit_of(amount, predicted, parameters=parameters)


def _slope(amount: np.ndarray, beyond: np.ndarray, is_workday: np.ndarray) -> float:
    """Return the median of the slopes of all pairs of days of one type (Theil and Sen)."""
    slopes = []
    for own in (is_workday, ~is_workday):
        first, second = np.triu_indices(int(np.count_nonzero(own)), k=1)
        rise = amount[own][second] - amount[own][first]
        run = beyond[own][second] - beyond[own][first]
        slopes.append(rise[run != 0] / run[run != 0])
    every = np.concatenate(slopes)
    return float(np.median(every)) if len(every) else 0.0


def _spread(amount: np.ndarray, is_workday: np.ndarray) -> float:
    """Return the sum of distances from the median of each type of day."""
    parts = [amount[own] for own in (is_workday, ~is_workday) if own.any()]
    return float(sum(np.abs(part - np.median(part)).sum() for part in parts))
