"""Government offices: people on workdays, cooling in summer, fans and lifts."""

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


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    present = occupied(conditions, opens=8, closes=18, days=conditions.workday)
    run = runs(conditions, present)
    cooling = 0.85 * above(conditions, 20) * (0.08 + 0.92 * run)
    heating = 0.35 * below(conditions, 8) * (0.1 + 0.9 * run)
    area = building.area_m2
    return {
        LIGHTING: area * (1.1 + 8.5 * lit(conditions, present)) * noise("lighting", 0.06),
        HVAC: area * (0.3 + 3.4 * run + cooling + heating) * noise("hvac", 0.08),
        POWER: area * (0.4 + 1.8 * present) * noise("power", 0.1),
        SPECIAL: area * (1.1 + 0.5 * present) * noise("special", 0.03),
        REST: area * (0.25 + 0.2 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "office",
    "electricity",
    _draw,
    Text(
        "办公楼：工作日有人，高于 20 °C 制冷，低于 8 °C 有少量电采暖",
        "offices: people on workdays, cooling above 20 degC, a little electric heat below 8 degC",
    ),
    Yearly(
        45,
        70,
        "m2",
        "guide 50 and constraint 70 of GB/T 51161-2016, government offices of class B in the "
        "cold zone; a tenth less is well kept",
    ),
    cools_from_c=20,
    heats_below_c=8,
)
