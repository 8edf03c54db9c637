"""What is normal at a place, month by month: the weather generator draws around it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulators.weather.sun import daylight_hours

Months = tuple[float, ...]
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
YEAR_DAYS = 365.2425


@dataclass(frozen=True)
class Climate:
    """Monthly normals of one place, January to December.

    Attributes:
        name: Word used in scenarios.
        latitude: Degrees north.
        longitude: Degrees east.
        high_c: Mean daily maximum of air temperature [degC].
        low_c: Mean daily minimum [degC].
        humidity: Mean relative humidity, 0 to 1.
        sunshine_h: Hours of bright sunshine in the month.
        source: Where the numbers are published.
    """

    name: str
    latitude: float
    longitude: float
    high_c: Months
    low_c: Months
    humidity: Months
    sunshine_h: Months
    source: str

    def on(self, months: Months, day_of_year: np.ndarray) -> np.ndarray:
        """Return a normal on days of the year (1 to 366), drawn evenly from month to month.

        The value of each month stands at its middle, so that a month's mean is close to it.
        """
        middle = (np.arange(12) + 0.5) * YEAR_DAYS / 12
        return np.interp(day_of_year - 0.5, middle, months, period=YEAR_DAYS)

    @property
    def sunny(self) -> Months:
        """Share of the possible sunshine that each month has, 0 to 1."""
        middles = [date(2001, month, 15).timetuple().tm_yday for month in range(1, 13)]
        possible = daylight_hours(self.latitude, np.array(middles)) * np.array(_LENGTHS)
        return tuple((np.array(self.sunshine_h) / possible).tolist())


BEIJING = Climate(
    name="beijing",
    latitude=39.93,
    longitude=116.28,
    high_c=(1.8, 5.0, 11.6, 20.3, 26.0, 30.2, 30.9, 29.7, 25.8, 19.1, 10.1, 3.7),
    low_c=(-8.4, -5.6, 0.4, 7.9, 13.6, 18.8, 22.0, 20.8, 14.8, 7.9, 0.0, -5.8),
    humidity=(0.44, 0.44, 0.46, 0.46, 0.53, 0.61, 0.75, 0.77, 0.68, 0.61, 0.57, 0.49),
    sunshine_h=(
        194.1, 194.7, 231.8, 251.9, 283.4, 261.4, 212.4, 220.9, 232.1, 222.1, 185.3, 180.7,
    ),
    source="China Meteorological Administration, station 54511, normals of 1971-2000",
)  # fmt: skip

CLIMATES = {climate.name: climate for climate in (BEIJING,)}
