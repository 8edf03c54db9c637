"""Split air conditioners: room by room, when it is hot and somebody is there."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, above, below, occupied, runs

_STANDBY_W_PER_M2 = 0.15  # 3 W a machine for 20 m2; chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    present = occupied(conditions, opens=8, closes=18, days=conditions.workday)
    run = runs(conditions, present)
    cooling = 3.0 * above(conditions, 24) * run
    warming = 0.6 * below(conditions, 5) * run
    rooms = (cooling + warming) * noise("rooms", 0.15)
    return {WHOLE: building.area_m2 * (_STANDBY_W_PER_M2 + rooms)}


LOAD = Load(
    "split_air_conditioners",
    "electricity",
    _draw,
    Text(
        "分体空调：高于 24 °C 制冷，低于 5 °C 略有制热，随人的作息",
        "split machines, cooling above 24 degC and helping a little below 5 degC, by "
        "people's hours",
    ),
    Yearly(8, 25, "m2", "chosen: less than central plant, for rooms are switched one by one"),
    cools_from_c=24,
    heats_below_c=5,
)
