"""Libraries and museums: open every day but Mondays that are no holiday, with a data room."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import (
    HVAC,
    LIGHTING,
    POWER,
    REST,
    SPECIAL,
    Load,
    Yearly,
    above,
    below,
    lit,
    occupied,
    runs,
)

_CLOSED = 0  # Mondays, as museums do and many libraries


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    open_day = (conditions.weekday != _CLOSED) | conditions.holiday
    present = occupied(conditions, opens=9, closes=20, days=open_day)
    run = runs(conditions, present)
    cooling = 0.8 * above(conditions, 20) * (0.15 + 0.85 * run)
    heating = 0.3 * below(conditions, 8) * (0.15 + 0.85 * run)
    area = building.area_m2
    data_room = 9000.0 + 180.0 * above(conditions, 18)
    return {
        LIGHTING: area * (0.9 + 8.0 * lit(conditions, present)) * noise("lighting", 0.04),
        HVAC: area * (0.6 + 3.0 * run + cooling + heating) * noise("hvac", 0.06),
        POWER: area * (0.4 + 1.0 * present) * noise("power", 0.1),
        SPECIAL: data_room * noise("special", 0.02),
        REST: area * (0.25 + 0.15 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "library",
    "electricity",
    _draw,
    Text(
        "图书馆、博物馆：周一闭馆（节假日除外），内有 9 kW 机房",
        "libraries and museums, closed on Mondays that are no holiday, a data room of 9 kW within",
    ),
    Yearly(50, 90, "m2", "CIBSE TM46:2008 has 70 for cultural activities"),
    cools_from_c=20,
    heats_below_c=8,
)
