"""Gas of a school kitchen: meals on school days, nothing else."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, occupied


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    days = conditions.workday & ~conditions.vacation
    breakfast = occupied(conditions, opens=5, closes=8, days=days)
    meals = occupied(conditions, opens=10, closes=19, days=days)
    litres = 18.0 * np.maximum(breakfast, meals) * noise("meals", 0.15)
    return {WHOLE: building.people * litres}


LOAD = Load(
    "kitchen_gas",
    "gas",
    _draw,
    Text("学校厨房用气：上学日三餐", "a school kitchen: three meals on school days"),
    Yearly(15, 60, "person", "chosen: about 0.2 m3 a person and school day"),
)
