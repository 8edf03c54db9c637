"""A district-heating substation: by outdoor temperature, in the heating season only."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WALLS_H, WHOLE, Load, Yearly, below, occupied, runs

_KJ_PER_M2_K_HOUR = 5.0  # 1.4 W/(m2 K): about 0.25 GJ/(m2 a) in Beijing's season; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    by_day = occupied(conditions, opens=6, closes=19, days=conditions.workday)
    level = 0.7 + 0.3 * runs(conditions, by_day)
    demand = (
        _KJ_PER_M2_K_HOUR * below(conditions, 17, walls_h=WALLS_H) * level * noise("heat", 0.05)
    )
    return {WHOLE: building.area_m2 * demand * conditions.heating}


LOAD = Load(
    "district_heating",
    "heat",
    _draw,
    Text(
        "集中供热换热站：11 月 15 日至次年 3 月 15 日",
        "a district-heating substation, 15 November to 15 March",
    ),
    Yearly(
        0.19,
        0.30,
        "m2",
        "about the guide 0.19 and the constraint 0.26 GJ/(m2 a) of heat demand in Beijing, and "
        "older houses",
    ),
    heats_below_c=17,
)
