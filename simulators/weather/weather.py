"""The weather of one site, slot by slot."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Weather:
    """What it is like outdoors. Every array has shape (n,), one entry a slot, at its middle.

    Attributes:
        temperature_c: Air temperature [degC].
        humidity: Relative humidity, 0 to 1.
        sun_w_m2: Radiation of sun and sky on a level plane [W/m2].
    """

    temperature_c: np.ndarray
    humidity: np.ndarray
    sun_w_m2: np.ndarray

    def __len__(self) -> int:
        return len(self.temperature_c)


def without_gaps(temperature_c: np.ndarray) -> np.ndarray:
    """Return temperatures with NaN filled from the last hour known before it (else 0 degC).

    Loads need a temperature for every hour; gauges keep their gaps. Only the past is used, so
    that more hours never change earlier ones.
    """
    known = np.isfinite(temperature_c)
    last = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    filled = np.where(last >= 0, temperature_c[np.maximum(last, 0)], 0.0)
    return np.asarray(filled)
