"""A gas boiler that heats: by outdoor temperature, in the heating season only."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WALLS_H, WHOLE, Load, Yearly, below, occupied, runs

_KJ_PER_M2_K_HOUR = 5.0  # 1.4 W/(m2 K), as in district_heating; chosen
_KJ_PER_LITRE = 38.931  # natural gas of GB/T 2589-2020 annex A
_EFFICIENCY = 0.9  # chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    by_day = occupied(conditions, opens=6, closes=19, days=conditions.workday)
    level = 0.7 + 0.3 * runs(conditions, by_day)
    demand = (
        _KJ_PER_M2_K_HOUR * below(conditions, 17, walls_h=WALLS_H) * level * noise("heat", 0.05)
    )
    litres = demand / (_KJ_PER_LITRE * _EFFICIENCY)
    return {WHOLE: building.area_m2 * litres * conditions.heating}


LOAD = Load(
    "gas_heating",
    "gas",
    _draw,
    Text(
        "燃气供暖锅炉：11 月 15 日至次年 3 月 15 日",
        "a gas boiler for heating, 15 November to 15 March",
    ),
    Yearly(
        5.4,
        8.6,
        "m2",
        "0.19 to 0.30 GJ/(m2 a), about the guide and constraint of heat demand in Beijing, "
        "at 90 % of 38.9 MJ/m3",
    ),
    heats_below_c=17,
)
