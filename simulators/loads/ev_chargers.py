"""Chargers of a car park: machines come on one by one through the working day."""

import numpy as np

from energy.meter import Building
from energy.text import Text
from simulators.conditions import Conditions, Noise
from simulators.load import WHOLE, Load, Yearly, occupied

_PEOPLE_PER_CHARGER = 25  # chosen
_CHARGER_W = 7000.0  # one phase, 32 A
_STANDBY_W = 8.0  # chosen


def _draw(conditions: Conditions, building: Building, noise: Noise) -> dict[str, np.ndarray]:
    chargers = max(1, building.people // _PEOPLE_PER_CHARGER)
    morning = occupied(conditions, opens=8, closes=13, days=conditions.workday)
    later = occupied(conditions, opens=12, closes=18, days=conditions.workday)
    share = np.clip((0.55 * morning + 0.2 * later + 0.02) * noise("cars", 0.35), 0.0, 1.0)
    busy = np.rint(chargers * share)
    return {WHOLE: busy * _CHARGER_W + chargers * _STANDBY_W}


LOAD = Load(
    "ev_chargers",
    "electricity",
    _draw,
    Text(
        "充电桩：每 25 人一台 7 kW，多在工作日上午充电",
        "a charger of 7 kW for 25 people, mostly in the morning of workdays",
    ),
    Yearly(
        150,
        350,
        "person",
        "chosen: half of the drivers charge at work, 8 to 15 kWh a workday each",
    ),
)
