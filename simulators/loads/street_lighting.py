"""Street and yard lamps: from dusk to dawn, dimmed in the small hours."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly

_W_PER_M2 = 0.5  # LED lamps over yards and roads, a square metre of the building; chosen
_DUSK_W_M2 = 15.0  # about 20 lx of daylight left, when twilight switches act; chosen
_DIMMED = 0.5
_DIMMED_FROM, _DIMMED_TO = 23.5, 5.0  # hours of the clock; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    dark = conditions.sun_w_m2 < _DUSK_W_M2
    late = (conditions.clock >= _DIMMED_FROM) | (conditions.clock < _DIMMED_TO)
    level = np.where(late, _DIMMED, 1.0) * noise("lamps", 0.01)
    return {WHOLE: building.area_m2 * _W_PER_M2 * np.where(dark, level, 0.0)}


LOAD = Load(
    "street_lighting",
    "electricity",
    _draw,
    Text(
        "室外照明：每平方米建筑面积 0.5 W，日落到日出，23:30 后减半",
        "lamps of 0.5 W a square metre of the building, from dusk to dawn, half after 23:30",
    ),
    Yearly(
        0.5 * 2.7,
        0.5 * 3.5,
        "m2",
        "about 4,100 h between dusk and dawn at 40 degrees north, half of them at half power "
        "(geometry of the sun)",
    ),
)
