"""Hospitals: never closed, busiest on workday mornings."""

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
    wards = 0.35 + 0.3 * occupied(conditions, opens=6, closes=22, days=every_day)
    clinic = 0.35 * occupied(conditions, opens=7, closes=18, days=conditions.workday)
    present = wards + clinic
    run = runs(conditions, present)
    cooling = 1.1 * above(conditions, 18) * run
    heating = 0.3 * below(conditions, 8) * run
    area = building.area_m2
    return {
        LIGHTING: area * (1.5 + 8.5 * lit(conditions, present)) * noise("lighting", 0.05),
        HVAC: area * (1.0 + 4.0 * run + cooling + heating) * noise("hvac", 0.06),
        POWER: area * (0.8 + 1.8 * present) * noise("power", 0.08),
        SPECIAL: area * (1.2 + 3.0 * clinic) * noise("special", 0.05),
        REST: area * (0.4 + 0.2 * present) * noise("rest", 0.08),
    }


LOAD = Load(
    "hospital",
    "electricity",
    _draw,
    Text("医院：病房与门诊，从不关门", "wards and clinics, never closed"),
    Yearly(
        90,
        165,
        "m2",
        "CIBSE TM46:2008 has 90 for hospitals that are heated by fuel and hardly cooled; "
        "cooling and imaging come on top (chosen)",
    ),
    cools_from_c=18,
    heats_below_c=8,
)
