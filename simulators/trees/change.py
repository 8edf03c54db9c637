"""Changes of a building that are neither faults nor waste: measures that save, people who move in.

A change takes hold evenly between the begin of the works and their end: floor by floor, as lamps
are changed and offices filled. From then on it holds for good.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from energy.errors import ConfigError
from energy.span import HOUR_MS
from energy.text import Text
from simulators.conditions import Conditions
from simulators.grid import DAY_MS
from simulators.load import HVAC, LIGHTING, POWER, REST, Load
from simulators.scenario import MEASURES, Change

Items = dict[str, np.ndarray]
Draw = Callable[[Conditions], Items]
"""Conditions to amounts a slot by sub-item [base units, float]; the same ones, the same numbers."""

_DEEP_NIGHT_H = 2.0  # when nobody is anywhere but those who always are; chosen
_NIGHT_FROM_H, _NIGHT_TO_H = 20.0, 6.0  # chosen, as in simulators/trees/waste.py
_DESIGN_K = 15.0  # so far beyond its change point a plant needs its full flow; chosen


@dataclass(frozen=True)
class TrueChange:
    """A change with what every meter counted less because of it.

    Attributes:
        change: As the scenario says.
        number: Its place in the scenario, from 1 on.
        start: Begin of the works [ms].
        done: End of the works [ms].
        saved: Meter to what it would have counted without this change, all else as it is, less
            what it counted, in each slot [base units]; negative where it counted more. Only meters
            that counted something else. Each of shape (n,), int64.
    """

    change: Change
    number: int
    start: int
    done: int
    saved: Mapping[str, np.ndarray]


def true_change(
    change: Change, number: int, conditions: Conditions, saved: Mapping[str, np.ndarray]
) -> TrueChange:
    """Return the change with its span and energy."""
    slot_ms = conditions.slot_ms
    start, done = (
        int(conditions.starts[0]) + math.ceil(day * DAY_MS / slot_ms) * slot_ms
        for day in (change.from_day, change.done_day)
    )
    return TrueChange(change, number, start, done, saved)


def progress(change: Change, met: Conditions) -> np.ndarray:
    """Return how far a change has taken hold at the start of each slot, 0 to 1. Shape (n,)."""
    days = (met.starts - met.starts[:1]) / DAY_MS
    if change.done_day <= change.from_day:
        return np.asarray((days >= change.from_day).astype(float))
    works = change.done_day - change.from_day
    return np.asarray(np.clip(days - change.from_day, 0, works) / works)


def changed(
    draw: Draw, change: Change, load: Load, *, item: str | None, base_per_display: int
) -> Draw:
    """Return what a load uses with a change.

    Args:
        draw: What it uses without.
        change: The change.
        load: The load.
        item: Sub-item of the meter at which it happens; None at the load's own meter.
        base_per_display: Base units in the display unit of a rate.
    """
    effect = EFFECTS[change.kind]
    sign = -1 if change.kind in MEASURES else 1

    def drawn(met: Conditions) -> Items:
        plain = draw(met)
        a_slot = base_per_display * met.slot_ms / HOUR_MS if change.kind == NEW_LOAD else 1
        full = effect(draw, met, change.strength * a_slot, load)
        share = progress(change, met)
        return plain | {
            name: plain[name] + sign * share * full[name] for name in _touched(change, item, plain)
        }

    return drawn


def _touched(change: Change, item: str | None, plain: Items) -> tuple[str, ...]:
    """Return the sub-items that a change touches.

    At a sub-meter that is its own. At the load's own meter it is the one that the kind is about,
    and otherwise all that are metered. A new load is added once: to power where the load has it.

    Raises:
        ConfigError: If the load does not have that sub-item.
    """
    if item is not None:
        if item not in plain:
            problem = Text(
                f"{change.kind}：{change.meter!r} 的分项 {item!r} 不在上级负荷之中。",
                f"{change.kind}: sub-item {item!r} of {change.meter!r} is none of the load above.",
            )
            raise ConfigError(problem)
        return (item,)
    meant = _ABOUT.get(change.kind, "none")
    if meant in plain:
        return (meant,)
    every = tuple(name for name in plain if name != REST)
    return every[:1] if change.kind == NEW_LOAD else every


def _share(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return a share of all that is used."""
    del load
    return {item: strength * used for item, used in draw(met).items()}


def _setback(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return a share of what is used at night."""
    del load
    night = (met.clock >= _NIGHT_FROM_H) | (met.clock < _NIGHT_TO_H)
    return {item: strength * night * used for item, used in draw(met).items()}


def _insulation(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return a share of what the weather costs, in heat and in cold."""
    mild = np.clip(met.temperature_c, *_comfort(load))
    return _dearer(draw, met, replace(met, temperature_c=mild), strength)


def _heating_curve(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return a share of what the cold costs."""
    mild = np.maximum(met.temperature_c, _comfort(load)[0])
    return _dearer(draw, met, replace(met, temperature_c=mild), strength)


def _occupancy(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return a share of what people cost: of all that a night without them would not use."""
    del load
    nobody = replace(
        met, workday=np.zeros(len(met), bool), clock=np.full(len(met), _DEEP_NIGHT_H)
    )  # fmt: skip
    return _dearer(draw, met, nobody, strength)


def _pump_speed(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return what a pump saves that slows down: the most in mild weather, nothing at full flow."""
    lowest, highest = _comfort(load)
    beyond = np.maximum(lowest - met.temperature_c, met.temperature_c - highest)
    slower = 1 - np.clip(beyond / _DESIGN_K, 0, 1)
    return {item: strength * slower * used for item, used in draw(met).items()}


def _steady(draw: Draw, met: Conditions, strength: float, load: Load) -> Items:
    """Return so many base units a slot, day and night."""
    del load
    return {item: np.full(len(met), strength) for item in draw(met)}


def _comfort(load: Load) -> tuple[float, float]:
    """Return the outdoor temperatures [degC] between which a load does not heed the weather."""
    lowest = -math.inf if load.heats_below_c is None else load.heats_below_c
    return lowest, math.inf if load.cools_from_c is None else load.cools_from_c


def _dearer(draw: Draw, met: Conditions, other: Conditions, strength: float) -> Items:
    """Return a share of what a load uses more than under other conditions."""
    used, less = draw(met), draw(other)
    return {item: strength * np.maximum(used[item] - less[item], 0) for item in used}


NEW_LOAD = "new_load"
_ABOUT = {
    "led": LIGHTING,
    "setback": HVAC,
    "insulation": HVAC,
    "heating_curve": HVAC,
    "pump_speed": POWER,
    NEW_LOAD: POWER,
}
EFFECTS: Mapping[str, Callable[[Draw, Conditions, float, Load], Items]] = {
    "retrofit": _share,
    "led": _share,
    "setback": _setback,
    "insulation": _insulation,
    "heating_curve": _heating_curve,
    "pump_speed": _pump_speed,
    "occupancy": _occupancy,
    NEW_LOAD: _steady,
}
"""What a change that has taken hold saves or adds, by sub-item [base units a slot, float]."""
