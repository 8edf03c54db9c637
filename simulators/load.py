"""What a load is: from conditions to hourly amounts by sub-item."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from energy.meter import Building
from simulators.conditions import Conditions, Noise

LIGHTING = "A"
HVAC = "B"
POWER = "C"
SPECIAL = "D"
REST = "rest"
"""What no sub-meter sees: losses and small circuits."""
WHOLE = ""
"""The only entry of a load without sub-items."""

Draw = Callable[[Conditions, Building, Noise], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Load:
    """How a kind of building, or a plant in it, uses one kind of energy or water.

    Attributes:
        name: Word used in scenarios; the file's own name.
        kind: Kind of energy or water it uses.
        draw: Conditions, building and noise to hourly amounts by sub-item letter [base units of
            the kind per hour, float, never negative]; each of shape (n,).
        label: One line for the docs, with what the size was chosen from.
    """

    name: str
    kind: str
    draw: Draw
    label: str


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
    """Return how far plant runs that follows people: fully where it is never switched off."""
    return np.where(conditions.always_on, 1.0, present)


def above(conditions: Conditions, degrees: float) -> np.ndarray:
    """Return by how much it is warmer than a change point [K]."""
    return np.maximum(conditions.temperature_c - degrees, 0.0)


def below(conditions: Conditions, degrees: float) -> np.ndarray:
    """Return by how much it is colder than a change point [K]."""
    return np.maximum(degrees - conditions.temperature_c, 0.0)
