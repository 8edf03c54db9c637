"""What truly happened: registers, gauges and waste of a district, slot by slot."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from energy.errors import ConfigError
from energy.meter import Meter
from energy.registry import Registry
from energy.text import Text
from simulators.grid import Grid
from simulators.scenario import Scenario
from simulators.trees.change import TrueChange
from simulators.trees.waste import TrueWaste

CENTI = 100
"""Gauges are whole hundredths of their unit."""


@dataclass(frozen=True)
class TrueMeter:
    """A register and what truly flowed through it, slot by slot from the origin.

    Attributes:
        meter: The metering point.
        begins: First slot at whose start it is read (0 = the origin).
        edges: Steps counted since the origin at each edge of a slot. Shape (n + 1,), int64.
        used: What was used in each slot [base units]. Shape (n,), int64.
        jitter_s: Seconds after the start of each slot at which it is read. Shape (n,), int64.
        missing: Slots at whose start there is no reading. Shape (n,), bool.
        replayed: Whether these are real readings, moved.
    """

    meter: Meter
    begins: int
    edges: np.ndarray
    used: np.ndarray
    jitter_s: np.ndarray
    missing: np.ndarray
    replayed: bool


@dataclass(frozen=True)
class TrueGauge:
    """A gauge and its values at the starts of the slots.

    Attributes:
        meter: The gauge.
        centi: Value at each start [hundredths of its unit]. Shape (n,), int64.
        missing: Slots without a reading. Shape (n,), bool.
    """

    meter: Meter
    centi: np.ndarray
    missing: np.ndarray


@dataclass(frozen=True)
class District:
    """Everything that truly happened in the slots of a history.

    Attributes:
        grid: The slots.
        seed: The seed of the history.
        registry: The registry it was built from.
        scenario: Faults and waste that are planted in it.
        meters: Registers by name.
        gauges: Gauges by name.
        wastes: Planted waste with its true energy.
        changes: Planted changes with what every meter counted less because of them.
    """

    grid: Grid
    seed: int
    registry: Registry
    scenario: Scenario
    meters: Mapping[str, TrueMeter]
    gauges: Mapping[str, TrueGauge]
    wastes: tuple[TrueWaste, ...]
    changes: tuple[TrueChange, ...] = ()


def whole_base(meter: Meter) -> int:
    """Return base units in a step of a meter in a balanced tree: a whole number of them.

    Raises:
        ConfigError: If it is not a whole number.
    """
    per_step = meter.base_per_step
    if per_step.denominator != 1:
        problem = Text(
            f"计量点 {meter.meter!r}：一个最小步长等于 {per_step} 个基本单位；模拟的总分表"
            "要用整数才能完全平衡。请换一个最小步长或倍率。",
            f"Meter {meter.meter!r}: one step is {per_step} base units; a simulated tree needs "
            "whole ones to balance exactly. Choose another step or ratio.",
        )
        raise ConfigError(problem)
    return per_step.numerator
