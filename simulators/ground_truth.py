"""What truly happened: registers, gauges and waste of a district, hour by hour."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from energy.errors import ConfigError
from energy.meter import Meter
from energy.registry import Registry
from energy.span import HOUR_MS
from energy.text import Text
from simulators.scenario import Scenario
from simulators.waste import TrueWaste

CENTI = 100
"""Gauges are whole hundredths of their unit."""


@dataclass(frozen=True)
class TrueMeter:
    """A register and what truly flowed through it, hour by hour from the origin.

    Attributes:
        meter: The metering point.
        begins: First hour edge at which it is read (0 = the origin).
        edges: Steps counted since the origin at each hour edge. Shape (n + 1,), int64.
        used: What was used in each hour [base units]. Shape (n,), int64.
        jitter_s: Seconds after each hour edge at which it is read. Shape (n,), int64.
        missing: Hour edges at which there is no reading. Shape (n,), bool.
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
    """A gauge and its values at the hour edges.

    Attributes:
        meter: The gauge.
        centi: Value at each hour edge [hundredths of its unit]. Shape (n,), int64.
        missing: Hour edges without a reading. Shape (n,), bool.
    """

    meter: Meter
    centi: np.ndarray
    missing: np.ndarray


@dataclass(frozen=True)
class District:
    """Everything that truly happened, from the origin for a number of hours.

    Attributes:
        origin: First hour edge [ms since 1970 UTC].
        count: Number of hours.
        seed: The seed of the history.
        registry: The registry it was built from.
        scenario: Faults and waste that are planted in it.
        meters: Registers by name.
        gauges: Gauges by name.
        wastes: Planted waste with its true energy.
    """

    origin: int
    count: int
    seed: int
    registry: Registry
    scenario: Scenario
    meters: Mapping[str, TrueMeter]
    gauges: Mapping[str, TrueGauge]
    wastes: tuple[TrueWaste, ...]

    @property
    def starts(self) -> np.ndarray:
        """Hour edges at which meters are read [ms]. Shape (count,)."""
        return self.origin + np.arange(self.count, dtype=np.int64) * HOUR_MS


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
