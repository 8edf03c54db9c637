"""Weather around the normals of a climate: the same seed, the same weather.

Every random number belongs to a day, so a longer history begins with a shorter one. Means of many
years come out as the normals say; a single year differs from them, as real years do.
"""

import numpy as np

from energy.span import HOUR_MS
from simulators.chance import generator
from simulators.weather.climate import Climate
from simulators.weather.sun import above_air_w_m2
from simulators.weather.weather import Weather

_DAY_MS = 24 * HOUR_MS
_SPELL_DAYS = 5
"""How long a warm, cold, bright or dull spell lasts. Chosen: a weather front every few days."""
_SPELL_C = 2.6
"""Standard deviation of a spell at noon [K]: daily means then differ from the normal by 2.4 K, as
they do in the typical year of Beijing (IWEC)."""
_WARMEST_H = 14.5
"""Hour of the sun at which it is warmest. Chosen; screens are warmest two to three hours past
noon."""
_BRIGHT_SWING = 0.55
"""Which part of the daily swing the sunshine decides. Chosen: under cloud nights stay mild."""
_MOIST = 0.25
"""By which part a dull day holds more vapour than a bright one. Chosen."""


def draw_weather(
    climate: Climate, *, origin: int, count: int, slot_ms: int, seed: int, name: str
) -> Weather:
    """Return the weather of a number of slots.

    Args:
        climate: What is normal.
        origin: Start of the first slot [ms since 1970 UTC].
        count: How many slots.
        slot_ms: Length of a slot [ms].
        seed: The seed of the history.
        name: Place whose weather it is; two places of one seed have weathers of their own.
    """
    middle = origin + np.arange(count, dtype=np.int64) * slot_ms + slot_ms // 2
    # The day of the mean sun, so that spells do not change at an hour of the wall clock.
    solar_ms = middle + round(climate.longitude / 15 * HOUR_MS)
    first = int(origin + climate.longitude / 15 * HOUR_MS) // _DAY_MS
    day = solar_ms // _DAY_MS - first
    hour = solar_ms % _DAY_MS / HOUR_MS
    day_of_year = _days_of_year(middle)
    days = int(day[-1]) + 1 if count else 0
    bright = _brightness(climate, first, days, seed, name)[day]
    normal = climate.on(climate.sunny, day_of_year)
    high, low = climate.on(climate.high_c, day_of_year), climate.on(climate.low_c, day_of_year)
    swing = (high - low) / 2 * (1 - _BRIGHT_SWING + _BRIGHT_SWING * bright / normal)
    mean = (high + low) / 2 + _SPELL_C * _between_days(
        _spells(seed, f"weather/{name}/warm", days + 2), day, hour
    )
    temperature = mean + swing * np.cos(np.pi / 12 * (hour - _WARMEST_H))
    above = above_air_w_m2(
        climate.latitude, climate.longitude, day_of_year, middle % _DAY_MS / HOUR_MS
    )
    return Weather(
        temperature_c=temperature,
        humidity=_humidity(
            climate.on(climate.humidity, day_of_year),
            temperature,
            mean=mean,
            swing=swing,
            brightness=bright / normal,
        ),
        # Angstrom and Prescott, with the coefficients of FAO 56 (equation 35).
        sun_w_m2=above * (0.25 + 0.50 * bright),
    )


def _days_of_year(times: np.ndarray) -> np.ndarray:
    """Return days of the year, 1 to 366, in UTC."""
    days = times.astype("datetime64[ms]").astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[Y]")).astype(np.int64) + 1)


def _spells(seed: int, purpose: str, days: int) -> np.ndarray:
    """Return a number a day, standard normal, each like the days before it. Shape (days,)."""
    drawn = generator(seed, purpose).standard_normal(days + _SPELL_DAYS - 1)
    total = np.cumsum(np.concatenate(([0.0], drawn)))
    return np.asarray((total[_SPELL_DAYS:] - total[:-_SPELL_DAYS]) / np.sqrt(_SPELL_DAYS))


def _between_days(daily: np.ndarray, day: np.ndarray, hour: np.ndarray) -> np.ndarray:
    """Return a daily number that goes evenly from noon to noon; entry 0 is the day before."""
    place = day + 1 + (hour - 12) / 24
    return np.asarray(np.interp(place, np.arange(len(daily)), daily))


def _brightness(climate: Climate, first: int, days: int, seed: int, name: str) -> np.ndarray:
    """Return the share of possible sunshine of each day, its mean that of the month."""
    if not days:
        return np.zeros(0)
    noons = (first + np.arange(days, dtype=np.int64)) * _DAY_MS + _DAY_MS // 2
    normal = climate.on(climate.sunny, _days_of_year(noons))
    spell = _spells(seed, f"weather/{name}/bright", days)
    even = 1 / (1 + np.exp(-1.702 * spell))  # the normal distribution, to within 0.01
    # Kumaraswamy's distribution with a = 1 has the mean 1 / (1 + b), and days that are all sun.
    power = normal / (1 - normal)
    return np.asarray(1 - (1 - even) ** power)


def _vapour_hpa(degrees: np.ndarray) -> np.ndarray:
    """Return the pressure of saturated vapour (Magnus, coefficients of WMO no. 8)."""
    return np.asarray(6.112 * np.exp(17.62 * degrees / (243.12 + degrees)))


def _humidity(
    normal: np.ndarray,
    temperature: np.ndarray,
    *,
    mean: np.ndarray,
    swing: np.ndarray,
    brightness: np.ndarray,
) -> np.ndarray:
    """Return relative humidity: the vapour stays over the day, so nights are damp."""
    slope = 17.62 * 243.12 / (243.12 + mean) ** 2
    # Saturation bends, so the mean over the day of 1 / saturation is more than at the mean.
    bent = np.i0(slope * swing)
    moist = 1 + _MOIST * (1 - brightness)
    vapour = normal * _vapour_hpa(mean) / bent * moist
    return np.asarray(np.clip(vapour / _vapour_hpa(temperature), 0.08, 1.0))
