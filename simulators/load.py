"""What a load is: from conditions to hourly amounts by sub-item."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy.meter import Building
from energy.span import HOUR_MS
from energy.text import Text
from simulators.conditions import Conditions, Noise

LIGHTING = "A"
HVAC = "B"
POWER = "C"
SPECIAL = "D"
REST = "rest"
"""What no sub-meter sees: losses and small circuits."""
WALLS_H = 24.0
"""How long the walls of a usual house hold its warmth [h]; chosen, of brick or concrete."""
WHOLE = ""
"""The only entry of a load without sub-items."""

Draw = Callable[[Conditions, Building, Noise], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Yearly:
    """What a load uses in a year, between two published figures.

    Attributes:
        low: Least plausible [display units of its kind, per unit of size and year].
        high: Most plausible.
        per: Unit of size: "m2" of floor or "person".
        source: Who publishes it; "chosen" and why, where nobody is known to.
    """

    low: float
    high: float
    per: str
    source: str


@dataclass(frozen=True)
class Load:
    """How a kind of building, or a plant in it, uses one kind of energy or water.

    Attributes:
        name: Word used in scenarios; the file's own name.
        kind: Kind of energy or water it uses.
        draw: Conditions, building and noise to amounts by sub-item letter [base units of the kind
            per hour, float, never negative], one a slot; each of shape (n,).
        label: One line for the docs: what it is and how it runs.
        yearly: What it uses in a year under Beijing's weather.
        cools_from_c: Outdoor temperature from which it uses more the warmer it is; None if none.
        heats_below_c: Outdoor temperature below which it uses more the colder it is; None if none.
    """

    name: str
    kind: str
    draw: Draw
    label: Text
    yearly: Yearly
    cools_from_c: float | None = None
    heats_below_c: float | None = None


def occupied(conditions: Conditions, *, opens: int, closes: int, days: np.ndarray) -> np.ndarray:
    """Return the share of people present, 0 to 1: they come in the first hour, go in the last.

    Args:
        conditions: The hours.
        opens: Hour of the wall clock at which the first come.
        closes: Hour by which the last are gone; at least 2 later.
        days: Whether people come on the day of each slot.
    """
    come = np.interp(conditions.clock, [opens, opens + 1, closes - 1, closes], [0, 1, 1, 0])
    return np.where(days, come, 0.0)


def runs(conditions: Conditions, present: np.ndarray) -> np.ndarray:
    """Return how far plant runs that follows people: fully where it is never switched off.

    It starts before they come and stops after they are gone where somebody set it so.
    """
    habits = conditions.habits
    found = present
    for hours, sign in ((habits.late_h, 1), (habits.early_h, -1)):
        most = round(float(hours.max(initial=0)) * HOUR_MS / conditions.slot_ms)
        for slots in range(1, most + 1):
            moved = _moved(present, sign * slots)
            found = np.where(hours > 0, np.maximum(found, moved), found)
    return np.where(habits.always_on, 1.0, found)


def _moved(present: np.ndarray, slots: int) -> np.ndarray:
    """Return people as they were so many slots before; as they will be if it is negative."""
    nobody = np.zeros(min(abs(slots), len(present)))
    if slots > 0:
        return np.concatenate([nobody, present[:-slots]])
    return np.concatenate([present[-slots:], nobody])


def lit(conditions: Conditions, present: np.ndarray) -> np.ndarray:
    """Return how far lights are on that follow people."""
    return np.where(conditions.habits.lights_on, 1.0, present)


def above(conditions: Conditions, degrees: float) -> np.ndarray:
    """Return by how much it is warmer than a change point [K], the habits of people included."""
    habits = conditions.habits
    warmer = conditions.temperature_c - degrees + habits.drift_k
    return np.asarray(np.maximum(warmer, 0.0) + habits.fight_k)


def below(conditions: Conditions, degrees: float, *, walls_h: float = 0) -> np.ndarray:
    """Return by how much it is colder than a change point [K], the habits of people included.

    Args:
        conditions: The slots.
        degrees: The change point [degC].
        walls_h: For how long the walls hold the warmth of a house that is heated as a whole [h];
            0 where a room's own thermostat follows the air.
    """
    habits = conditions.habits
    felt = felt_through_walls(conditions, walls_h) if walls_h else conditions.temperature_c
    colder = degrees - felt + habits.drift_k
    return np.asarray(np.maximum(colder, 0.0) + habits.fight_k)


def felt_through_walls(conditions: Conditions, hours: float) -> np.ndarray:
    """Return the outdoor temperature as a house feels it [degC]: slower than the air. Shape (n,).

    The air's, smoothed by a first-order lag; a house begins as warm as the first slot.
    """
    share = -math.expm1(-conditions.slot_ms / (hours * HOUR_MS))
    return pd.Series(conditions.temperature_c).ewm(alpha=share, adjust=False).mean().to_numpy()


def wet_bulb_c(temperature_c: np.ndarray, humidity: np.ndarray) -> np.ndarray:
    """Return the wet-bulb temperature [degC] (R. Stull, 2011; good to about 0.5 K).

    Args:
        temperature_c: Air temperature [degC].
        humidity: Relative humidity, 0 to 1; the formula is made for 0.05 to 0.99.
    """
    percent = np.clip(humidity, 0.05, 0.99) * 100
    return np.asarray(
        temperature_c * np.arctan(0.151977 * np.sqrt(percent + 8.313659))
        + np.arctan(temperature_c + percent)
        - np.arctan(percent - 1.676331)
        + 0.00391838 * percent**1.5 * np.arctan(0.023101 * percent)
        - 4.686035
    )
