"""Canteens: two or three meals a workday, cold rooms always."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import HVAC, LIGHTING, REST, SPECIAL, Load, Yearly, above, lit, occupied, runs


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    lunch = occupied(conditions, opens=9, closes=14, days=conditions.workday)
    dinner = 0.5 * occupied(conditions, opens=16, closes=19, days=conditions.workday)
    present = np.maximum(lunch, dinner)
    run = runs(conditions, present)
    area = building.area_m2
    return {
        LIGHTING: area * (0.8 + 11.0 * lit(conditions, present)) * noise("lighting", 0.06),
        HVAC: area * (0.4 + 6.0 * run + 1.4 * above(conditions, 20) * run) * noise("hvac", 0.08),
        SPECIAL: area * (5.5 + 26.0 * present) * noise("special", 0.08),
        REST: area * (0.6 + 0.5 * present) * noise("rest", 0.1),
    }


LOAD = Load(
    "canteen",
    "electricity",
    _draw,
    Text("食堂：电炊，冷库常开", "canteens with electric cooking and cold rooms"),
    Yearly(
        90,
        170,
        "m2",
        "CIBSE TM46:2008 has 90 for restaurants that cook with fuel; ours cook with electricity "
        "(chosen)",
    ),
    cools_from_c=20,
)
