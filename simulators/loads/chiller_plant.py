"""A central chiller plant: chillers, pumps and towers, in the season, while people are in."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, above, occupied, runs, wet_bulb_c

_BASE_COP = 5.0  # of water-cooled screw chillers at a wet bulb of 18 degC; chosen
_COP_PER_K = 0.09
_PUMPS_W_PER_M2 = 4.0  # all pumps and towers at fixed speed; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    present = occupied(conditions, opens=7, closes=18, days=conditions.workday)
    run = runs(conditions, present) * conditions.cooling
    sun = conditions.sun_w_m2 / 1000
    # Through walls and windows by temperature, with air by wet bulb, from people and lamps.
    wet = wet_bulb_c(conditions.temperature_c, conditions.humidity)
    fresh = 1.2 * np.maximum(wet - 16, 0)
    demand = (2.6 * above(conditions, 20) + fresh + 16 * sun + 12) * run * noise("cooling", 0.05)
    cop = np.clip(_BASE_COP - _COP_PER_K * (wet - 18), 3.5, 6.0)
    return {WHOLE: building.area_m2 * (demand / cop + _PUMPS_W_PER_M2 * run)}


LOAD = Load(
    "chiller_plant",
    "electricity",
    _draw,
    Text(
        "集中冷站：水冷机组，水泵定速，5 月 15 日至 9 月 30 日的工作日运行",
        "water-cooled chillers with pumps of fixed speed, 15 May to 30 September on workdays",
    ),
    Yearly(10, 30, "m2", "chosen: a fifth to two fifths of the 50 to 70 of GB/T 51161-2016"),
    cools_from_c=20,
)
