"""Solar panels on the roof: what they give, not what is used."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly

_WP_PER_M2 = 20.0  # a sixth of the floor as roof, 120 Wp a square metre of it; chosen
_RATIO = 0.82  # inverter, wiring, dust; IEC 61724 calls it the performance ratio; chosen
_PER_K = 0.004  # crystalline silicon loses so much a kelvin above 25 degC
_WARMER_K_PER_W_M2 = 0.03  # cells above the air, as nominal operating temperatures say


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    sun = conditions.sun_w_m2
    cell = conditions.temperature_c + _WARMER_K_PER_W_M2 * sun
    share = sun / 1000 * _RATIO * (1 - _PER_K * (cell - 25))
    return {WHOLE: building.area_m2 * _WP_PER_M2 * np.maximum(share, 0.0) * noise("clouds", 0.05)}


LOAD = Load(
    "pv",
    "electricity",
    _draw,
    Text(
        "光伏：水平铺设，每平方米建筑面积 20 Wp；是发电，所以由单独的表计量",
        "level panels, 20 Wp a square metre of floor; generation, so their meter is a register of "
        "its own",
    ),
    Yearly(
        0.020 * 1100,
        0.020 * 1400,
        "m2",
        "1,100 to 1,400 kWh a kWp and year, from 1,600 kWh/m2 of sun (the weather's own) at a "
        "performance ratio of 0.7 to 0.85",
    ),
)
