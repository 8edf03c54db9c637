"""A gas boiler for steam and hot water: steady by day, more in the cold."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, below, occupied


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    every_day = np.ones(len(conditions), bool)
    by_day = occupied(conditions, opens=5, closes=21, days=every_day)
    litres = 0.6 + 2.2 * by_day + 0.25 * below(conditions, 15)
    return {WHOLE: building.area_m2 * litres * noise("boiler", 0.1)}


LOAD = Load(
    "gas_boiler",
    "gas",
    _draw,
    Text(
        "全年运行的锅炉房：热水、洗衣、蒸汽",
        "a boiler house all year: hot water, laundry and steam",
    ),
    Yearly(
        12, 32, "m2", "chosen: hospitals; CIBSE TM46:2008 has 420 kWh of fuel, 39 m3, with heating"
    ),
    heats_below_c=15,
)
