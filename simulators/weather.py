"""Outdoor temperature where no readings of it are replayed."""

import numpy as np

from energy.meter import Site
from energy.span import HOUR_MS
from simulators.chance import generator
from simulators.conditions import local_clock

# Monthly mean air temperature of Beijing, January to December [degC]. Climatological normals of
# station 54511 for 1981-2010, from general knowledge, rounded to 0.1: good for a demo, not for a
# design.
BEIJING_NORMALS_C = (-3.1, 0.2, 6.7, 14.8, 20.8, 24.9, 26.7, 25.5, 20.7, 13.7, 5.0, -0.9)
_DAILY_SWING_C = 4.5  # half of the usual difference between afternoon and dawn; chosen
_WARMEST_HOUR = 15
_SPELL_C = 3.0  # standard deviation of warm and cold spells; chosen
_SPELL_HOURS = 72
_MONTH_DAYS = 365.2425 / 12


def beijing_temperature_c(*, origin: int, count: int, site: Site, seed: int) -> np.ndarray:
    """Return hourly outdoor temperatures [degC] around Beijing's monthly normals. Shape (count,).

    A longer call begins with the numbers of a shorter one.
    """
    starts = origin + np.arange(count, dtype=np.int64) * HOUR_MS
    days, hour = local_clock(starts, site)
    day_of_year = np.array([day.timetuple().tm_yday for day in days], float)
    middle = (np.arange(12) + 0.5) * _MONTH_DAYS
    seasonal = np.interp(day_of_year, middle, BEIJING_NORMALS_C, period=365.2425)
    daily = _DAILY_SWING_C * np.cos((hour - _WARMEST_HOUR) / 24 * 2 * np.pi)
    drawn = generator(seed, f"weather/{site.site}").standard_normal(count + _SPELL_HOURS - 1)
    total = np.cumsum(np.concatenate(([0.0], drawn)))
    spells = (total[_SPELL_HOURS:] - total[:-_SPELL_HOURS]) / np.sqrt(_SPELL_HOURS)
    return np.asarray(seasonal + daily + _SPELL_C * spells)


def without_gaps(temperature_c: np.ndarray) -> np.ndarray:
    """Return temperatures with NaN filled from the last hour known before it (else 0 degC).

    Loads need a temperature for every hour; gauges keep their gaps. Only the past is used, so
    that more hours never change earlier ones.
    """
    known = np.isfinite(temperature_c)
    last = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    filled = np.where(last >= 0, temperature_c[np.maximum(last, 0)], 0.0)
    return np.asarray(filled)
