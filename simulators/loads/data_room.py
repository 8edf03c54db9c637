"""Information rooms: the same day and night, a little more in the heat."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, above

_IT_W_PER_M2 = 6.0  # of the floor of the whole building; chosen: a room of some racks
_WINTER_EUE = 1.42
_MORE_EUE_PER_K = 0.012  # free cooling ends, condensers grow warm; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    computers = building.area_m2 * _IT_W_PER_M2 * noise("computers", 0.02)
    return {WHOLE: computers * (_WINTER_EUE + _MORE_EUE_PER_K * above(conditions, 12))}


LOAD = Load(
    "data_room",
    "electricity",
    _draw,
    Text(
        "信息机房：每平方米建筑面积 6 W 的设备及其制冷",
        "an information room of 6 W of computers a square metre of the building, with its cooling",
    ),
    Yearly(
        1.4 * 52.6,
        2.2 * 52.6,
        "m2",
        "EUE between the guiding 1.4 and the constraining 2.2 of DB37/T 2672-2019",
    ),
    cools_from_c=12,
)
