"""Schools: full on school days, nearly empty in vacations."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import (
    HVAC,
    LIGHTING,
    POWER,
    REST,
    Load,
    Yearly,
    above,
    below,
    lit,
    occupied,
    runs,
)


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    days = conditions.workday & ~conditions.vacation
    present = occupied(conditions, opens=7, closes=18, days=days)
    run = runs(conditions, present)
    cooling = 0.6 * above(conditions, 23) * run
    heating = 0.12 * below(conditions, 8) * (0.1 + 0.9 * run)
    area = building.area_m2
    return {
        LIGHTING: area * (0.7 + 6.5 * lit(conditions, present)) * noise("lighting", 0.06),
        HVAC: area * (0.2 + 1.6 * run + cooling + heating) * noise("hvac", 0.1),
        POWER: area * (0.4 + 1.0 * present) * noise("power", 0.1),
        REST: area * (0.25 + 0.1 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "school",
    "electricity",
    _draw,
    Text("教学楼：假期几乎无人", "teaching buildings, nearly empty in vacations"),
    Yearly(
        18,
        40,
        "m2",
        "CIBSE TM46:2008 has 40 for schools and seasonal public buildings; ours have little "
        "cooling",
    ),
    cools_from_c=23,
    heats_below_c=8,
)
