"""A hall that serves the public on workdays."""

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
    cooling = 1.2 * above(conditions, 20) * (0.05 + 0.95 * run)
    heating = 0.5 * below(conditions, 8) * (0.1 + 0.9 * run)
    area = building.area_m2
    return {
        LIGHTING: area * (1.2 + 13.0 * lit(conditions, present)) * noise("lighting", 0.05),
        HVAC: area * (0.4 + 4.0 * run + cooling + heating) * noise("hvac", 0.08),
        POWER: area * (0.4 + 1.0 * present) * noise("power", 0.1),
        SPECIAL: area * (0.5 + 1.6 * present) * noise("special", 0.04),
        REST: area * (0.3 + 0.2 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "service_hall",
    "electricity",
    _draw,
    Text(
        "政务服务大厅：比办公楼灯更多、人更多",
        "public service halls: an office with more light and more people",
    ),
    Yearly(
        55,
        95,
        "m2",
        "chosen: an office by GB/T 51161-2016 with longer light; CIBSE TM46 has 95 for general "
        "offices",
    ),
    cools_from_c=20,
    heats_below_c=8,
)
