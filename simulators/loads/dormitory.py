"""Dormitory with a kitchen: mornings and evenings, empty in vacations."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import HVAC, LIGHTING, POWER, REST, Load, Yearly, above, below, occupied


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    days = ~conditions.vacation & ~conditions.holiday
    morning = occupied(conditions, opens=5, closes=9, days=days)
    evening = occupied(conditions, opens=16, closes=23, days=days)
    late = occupied(conditions, opens=21, closes=24, days=days)
    asleep = np.maximum(late, occupied(conditions, opens=0, closes=6, days=days))
    cooling = 0.8 * above(conditions, 24) * np.maximum(asleep, evening)
    area = building.area_m2
    return {
        LIGHTING: area * (0.8 + 5.0 * evening + 3.0 * morning) * noise("lighting", 0.08),
        HVAC: area * (0.2 + cooling + 0.1 * below(conditions, 5)) * noise("hvac", 0.1),
        POWER: area * (0.5 + 3.0 * morning + 3.0 * evening) * noise("power", 0.1),
        REST: area * (0.3 + 0.2 * evening) * noise("rest", 0.1),
    }


LOAD = Load(
    "dormitory",
    "electricity",
    _draw,
    Text("宿舍及厨房：假期无人", "dormitory and kitchen, empty in vacations"),
    Yearly(
        25,
        65,
        "m2",
        "CIBSE TM46:2008 has 60 for general accommodation and 65 for long-term residence",
    ),
    cools_from_c=24,
    heats_below_c=5,
)
