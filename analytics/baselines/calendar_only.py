"""Hours by time of the week and time of year: for meters whose weather nobody knows.

As ``time_of_week``, with the time of year in place of the temperature: as a year without weather
would have been, coldest in late January and warmest in late July.

Source: docs/methods.md, "Baselines".
"""

import numpy as np
import pandas as pd

from analytics.baseline import Baseline, Step
from analytics.baselines.time_of_week import TimeOfWeek
from analytics.modelling.sufficiency import CODES_WITHOUT_WEATHER, gate_of_amounts

_YEAR_DAYS = 365.2425
_COLDEST_DAY = 20.0
"""Days after New Year; in China as in England the coldest mean days are in the second half of
January. Chosen; the bent lines take any size of the swing."""
_HALF_SWING_C = 10.0


class CalendarOnly(TimeOfWeek):
    """The model of one meter; see ``TimeOfWeek``. No temperature is looked at."""

    def warmth_c(self, hours: pd.DataFrame) -> np.ndarray:
        """Return what the time of year stands for [degC]. Shape (n,)."""
        angle = 2 * np.pi * (hours["day"].to_numpy() - _COLDEST_DAY) / _YEAR_DAYS
        return np.asarray(-_HALF_SWING_C * np.cos(angle))


BASELINE = Baseline(
    name="calendar_only",
    version=1,
    label_zh="周内时段与季节",
    label_en="Time of the week and season",
    step=Step.HOUR,
    needs="Eight weeks of measured hours.",
    codes=CODES_WITHOUT_WEATHER,
    gate=gate_of_amounts,
    make=CalendarOnly,
    restore=CalendarOnly.from_json,
)
