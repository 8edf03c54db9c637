"""Sports halls with a pool: open mornings to late evening, pumps run through."""

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
    every_day = np.ones(len(conditions), bool)
    present = occupied(conditions, opens=9, closes=22, days=every_day)
    run = runs(conditions, present)
    cooling = 0.9 * above(conditions, 19) * (0.1 + 0.9 * run)
    heating = 0.4 * below(conditions, 10) * (0.3 + 0.7 * run)
    area = building.area_m2
    return {
        LIGHTING: area * (0.8 + 7.0 * lit(conditions, present)) * noise("lighting", 0.05),
        HVAC: area * (0.8 + 3.2 * run + cooling + heating) * noise("hvac", 0.06),
        POWER: area * (0.5 + 0.8 * present) * noise("power", 0.1),
        SPECIAL: area * (2.6 + 0.9 * present) * noise("special", 0.04),
        REST: area * (0.4 + 0.2 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "sports",
    "electricity",
    _draw,
    Text("体育馆：带泳池，泳池水泵常开", "sports halls with a pool whose pumps run through"),
    Yearly(
        80,
        160,
        "m2",
        "CIBSE TM46:2008 has 95 for dry sports and 160 for fitness centres; a pool alone 245",
    ),
    cools_from_c=19,
    heats_below_c=10,
)
