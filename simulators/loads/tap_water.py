"""Water: people by day, next to nothing at night."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, occupied

_NIGHT_L_PER_PERSON_HOUR = 0.05  # cisterns and small losses; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    always = building.building_class in ("E", "F")
    days = np.ones(len(conditions), bool) if always else conditions.workday
    litres_an_hour = 14.0 if always else 4.5
    present = (
        occupied(conditions, opens=6, closes=22, days=days)
        if always
        else occupied(conditions, opens=7, closes=19, days=days)
    )
    if building.building_class == "D":
        present = present * np.where(conditions.vacation, 0.15, 1.0)
    used = _NIGHT_L_PER_PERSON_HOUR + litres_an_hour * present * noise("people", 0.15)
    return {WHOLE: building.people * used}


LOAD = Load(
    "tap_water",
    "water",
    _draw,
    Text("自来水：白天有人用，夜间几乎为零", "tap water: people by day, next to nothing at night"),
    Yearly(
        9,
        25,
        "person",
        "10 (advanced) and 25 (general) m3 a person and year of DB37/T 4452-2021, government",
    ),
)
