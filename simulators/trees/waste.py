"""Waste on the building's side: what a load would be if somebody were careless."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from energy.span import HOUR_MS
from simulators.conditions import Conditions
from simulators.grid import DAY_MS
from simulators.scenario import Waste


@dataclass(frozen=True)
class TrueWaste:
    """A planted waste with its true energy.

    Attributes:
        waste: As the scenario says.
        start: When it begins [ms].
        end: When it ends [ms]; the end of the built history where it goes on.
        extra: What it added in each slot of the history [base units]. Shape (n,).
    """

    waste: Waste
    start: int
    end: int
    extra: np.ndarray


def active(waste: Waste, conditions: Conditions) -> np.ndarray:
    """Return the slots in which a waste runs, bool. Shape (n,)."""
    days = (conditions.starts - conditions.starts[:1]) / DAY_MS
    return np.asarray((days >= waste.from_day) & (days < waste.to_day))


def extra_amounts(
    waste: Waste,
    draw: Callable[[Conditions], dict[str, np.ndarray]],
    conditions: Conditions,
    *,
    base_per_display: int,
    items: tuple[str, ...],
) -> dict[str, np.ndarray]:
    """Return what a waste adds, by sub-item [whole base units a slot].

    Args:
        waste: What happens.
        draw: Conditions to amounts a slot by sub-item; the same conditions, the same numbers.
        conditions: What would be without it.
        base_per_display: Base units in the display unit of the waste's strength.
        items: Sub-items it touches; what is a rate and no habit touches the first.
    """
    plain = draw(conditions)
    if waste.kind in RATES:
        a_slot = waste.strength * base_per_display * conditions.slot_ms / HOUR_MS
        first = plain[items[0]]
        more = np.where(active(waste, conditions), RATES[waste.kind](conditions, first, a_slot), 0)
        return {items[0]: np.rint(more).astype(np.int64)}
    careless = HABITS[waste.kind](conditions, active(waste, conditions), waste.strength)
    wasted = draw(careless)
    return {
        item: np.maximum(np.rint(wasted[item]) - np.rint(plain[item]), 0).astype(np.int64)
        for item in items
    }


def _steady(conditions: Conditions, amounts: np.ndarray, a_slot: float) -> np.ndarray:
    """A pump nobody switches off, a cistern that never closes: the same all the time."""
    del conditions
    return np.full(len(amounts), a_slot)


def _fixed_speed(conditions: Conditions, amounts: np.ndarray, a_slot: float) -> np.ndarray:
    """A pump without speed control: at full power whenever it runs at all."""
    del conditions
    runs = amounts > _RUNS_FROM * a_slot
    return np.where(runs, np.maximum(a_slot - amounts, 0), 0)


def _peak(conditions: Conditions, amounts: np.ndarray, a_slot: float) -> np.ndarray:
    """Everything is switched on at once: an hour in the morning of every workday."""
    del amounts
    first_hour = (conditions.clock >= _PEAK_H) & (conditions.clock < _PEAK_H + 1)
    return np.where(first_hour & conditions.workday, a_slot, 0)


_RUNS_FROM = 0.05  # below a twentieth of its full power a pump rests; chosen
_PEAK_H = 9.0  # when all machines are switched on; chosen
_NIGHT_FROM_H, _NIGHT_TO_H = 20.0, 6.0

RATES: Mapping[str, Callable[[Conditions, np.ndarray, float], np.ndarray]] = {
    "step": _steady,
    "leak": _steady,
    "fixed_speed": _fixed_speed,
    "demand_peak": _peak,
}
"""Wastes whose strength is a rate [display units an hour]."""


def _no_setback(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    del strength
    return _habit(met, always_on=met.habits.always_on | mask)


def _chiller_at_night(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    del strength
    night = (met.clock >= _NIGHT_FROM_H) | (met.clock < _NIGHT_TO_H)
    return _habit(met, always_on=met.habits.always_on | (mask & night & met.cooling))


def _lights_left_on(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    del strength
    return _habit(met, lights_on=met.habits.lights_on | mask)


def _early_start(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    return _habit(met, early_h=np.where(mask, strength, met.habits.early_h))


def _late_stop(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    return _habit(met, late_h=np.where(mask, strength, met.habits.late_h))


def _setpoint_drift(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    return _habit(met, drift_k=np.where(mask, strength, met.habits.drift_k))


def _heating_and_cooling(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    return _habit(met, fight_k=np.where(mask, strength, met.habits.fight_k))


def _weekend_as_workday(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    del strength
    return replace(met, workday=met.workday | mask)


def _holiday_as_workday(met: Conditions, mask: np.ndarray, strength: float) -> Conditions:
    del strength
    worked = mask & met.holiday
    return replace(met, workday=met.workday | worked, holiday=met.holiday & ~mask)


def _habit(met: Conditions, **changes: np.ndarray) -> Conditions:
    return replace(met, habits=replace(met.habits, **changes))


HABITS: Mapping[str, Callable[[Conditions, np.ndarray, float], Conditions]] = {
    "no_setback": _no_setback,
    "weekend_as_workday": _weekend_as_workday,
    "holiday_as_workday": _holiday_as_workday,
    "early_start": _early_start,
    "late_stop": _late_stop,
    "chiller_at_night": _chiller_at_night,
    "lights_left_on": _lights_left_on,
    "setpoint_drift": _setpoint_drift,
    "heating_and_cooling": _heating_and_cooling,
}
"""Wastes that are what a load does when people are careless; strength is hours or kelvin."""


def true_waste(waste: Waste, conditions: Conditions, extra: np.ndarray) -> TrueWaste:
    """Return the waste with its span and energy."""
    starts = conditions.starts
    slot_ms = conditions.slot_ms
    origin, horizon = int(starts[0]), int(starts[-1]) + slot_ms
    start = origin + math.ceil(waste.from_day * DAY_MS / slot_ms) * slot_ms
    end = min(origin + math.ceil(waste.to_day * DAY_MS / slot_ms) * slot_ms, horizon)
    return TrueWaste(waste, start, max(start, end), extra)
