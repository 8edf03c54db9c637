"""An air-source heat pump: heats in winter, cools in summer, worst when it is coldest."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WALLS_H, WHOLE, Load, Yearly, above, below, occupied, runs

_LOSS_W_PER_M2_K = 1.4  # as in district_heating; chosen
_COP_AT_7_C = 3.2  # rated point of such machines in heating
_COP_PER_K = 0.055


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    by_day = occupied(conditions, opens=6, closes=19, days=conditions.workday)
    run = runs(conditions, by_day)
    heat = (
        _LOSS_W_PER_M2_K
        * below(conditions, 17, walls_h=WALLS_H)
        * (0.6 + 0.4 * run)
        * conditions.heating
    )
    cold = 2.6 * above(conditions, 22) * (0.05 + 0.95 * run)
    cop = np.clip(_COP_AT_7_C + _COP_PER_K * (conditions.temperature_c - 7), 1.8, 4.5)
    eer = np.clip(3.6 - 0.06 * (conditions.temperature_c - 30), 2.4, 5.0)
    work = (heat / cop + cold / eer) * noise("machine", 0.06) + 0.2
    return {WHOLE: building.area_m2 * work}


LOAD = Load(
    "heat_pump",
    "electricity",
    _draw,
    Text(
        "整栋楼的空气源热泵：高于 22 °C 制冷，低于 17 °C 供热",
        "an air-source heat pump for a whole building, cooling above 22 degC, "
        "heating below 17 degC",
    ),
    Yearly(20, 45, "m2", "chosen: 0.2 to 0.3 GJ of heat at a seasonal COP near 2.7, and cooling"),
    cools_from_c=22,
    heats_below_c=17,
)
