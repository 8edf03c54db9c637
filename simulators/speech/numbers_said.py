"""Whole register steps as the decimal numbers that a meter shows."""

from fractions import Fraction

import numpy as np

from energy.errors import ConfigError
from energy.reading import GAUGE
from energy.text import Text
from simulators.meters.happenings import Told
from simulators.trees.ground_truth import CENTI

_MOST_DECIMALS = 9


def decimal_places(step: Fraction) -> int:
    """Return how many decimals a step has.

    Raises:
        ConfigError: If it is not a decimal number.
    """
    for places in range(_MOST_DECIMALS + 1):
        if (step * 10**places).denominator == 1:
            return places
    problem = Text(
        f"最小步长 {step} 不是最多 {_MOST_DECIMALS} 位小数的数。",
        f"Step {step} is not a decimal number with at most {_MOST_DECIMALS} places.",
    )
    raise ConfigError(problem)


def number_texts(steps: np.ndarray, step: Fraction) -> list[str]:
    """Return whole steps as decimal text in the meter's unit, exactly."""
    places = decimal_places(step)
    whole = (steps * int(step * 10**places)).tolist()
    if not places:
        return list(map(str, whole))
    unit = 10**places
    return [
        f"{value // unit}.{value % unit:0{places}d}"
        if value >= 0
        else f"-{-value // unit}.{-value % unit:0{places}d}"
        for value in whole
    ]


def step_of(told: Told) -> Fraction:
    """Return the step of what a meter shows, in its unit."""
    return Fraction(1, CENTI) if told.meter.table == GAUGE else told.meter.step
