"""Where the sun stands: declination, equation of time, radiation above the atmosphere.

Formulas of J. W. Spencer (1971), as in every textbook of solar engineering; good to about half a
degree, which is far more than a simulated roof asks for.
"""

import numpy as np

SOLAR_CONSTANT_W_M2 = 1361.0
"""Kopp and Lean (2011), rounded."""


def _angle(day_of_year: np.ndarray) -> np.ndarray:
    return np.asarray(2 * np.pi * (day_of_year - 1) / 365.0)


def declination(day_of_year: np.ndarray) -> np.ndarray:
    """Return the sun's declination [rad] on days of the year (1 to 366)."""
    angle = _angle(day_of_year)
    return np.asarray(
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )


def equation_of_time_h(day_of_year: np.ndarray) -> np.ndarray:
    """Return by how much a sundial is ahead of the mean sun [h]."""
    angle = _angle(day_of_year)
    radians = (
        0.0000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    return np.asarray(radians * 12 / np.pi)


def daylight_hours(latitude: float, day_of_year: np.ndarray) -> np.ndarray:
    """Return how long the sun is above the horizon [h]."""
    cosine = -np.tan(np.radians(latitude)) * np.tan(declination(day_of_year))
    return np.asarray(24 / np.pi * np.arccos(np.clip(cosine, -1, 1)))


def above_air_w_m2(
    latitude: float, longitude: float, day_of_year: np.ndarray, utc_hour: np.ndarray
) -> np.ndarray:
    """Return the radiation on a level plane above the atmosphere; 0 at night.

    Args:
        latitude: Degrees north.
        longitude: Degrees east.
        day_of_year: Day of the year of each instant, 1 to 366.
        utc_hour: Hour of each instant in UTC, with its fraction.
    """
    solar = utc_hour + longitude / 15 + equation_of_time_h(day_of_year)
    hour_angle = np.pi / 12 * (solar - 12)
    tilt, place = declination(day_of_year), np.radians(latitude)
    height = np.sin(place) * np.sin(tilt) + np.cos(place) * np.cos(tilt) * np.cos(hour_angle)
    distance = 1 + 0.033 * np.cos(_angle(day_of_year))
    return np.asarray(np.maximum(height, 0.0) * SOLAR_CONSTANT_W_M2 * distance)
