"""Waste on the building's side: what a load would be if somebody were careless."""

import math
from collections.abc import Callable
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
        items: Sub-items it touches; a step or leak touches the first.
    """
    mask = active(waste, conditions)
    if waste.kind in ("step", "leak"):
        a_slot = waste.strength * base_per_display * conditions.slot_ms / HOUR_MS
        steady = np.where(mask, round(a_slot), 0)
        return {items[0]: steady.astype(np.int64)}
    if waste.kind == "no_setback":
        careless = replace(conditions, always_on=conditions.always_on | mask)
    else:
        careless = replace(conditions, workday=conditions.workday | mask)
    plain, wasted = draw(conditions), draw(careless)
    return {
        item: np.maximum(np.rint(wasted[item]) - np.rint(plain[item]), 0).astype(np.int64)
        for item in items
    }


def true_waste(waste: Waste, conditions: Conditions, extra: np.ndarray) -> TrueWaste:
    """Return the waste with its span and energy."""
    starts = conditions.starts
    slot_ms = conditions.slot_ms
    origin, horizon = int(starts[0]), int(starts[-1]) + slot_ms
    start = origin + math.ceil(waste.from_day * DAY_MS / slot_ms) * slot_ms
    end = min(origin + math.ceil(waste.to_day * DAY_MS / slot_ms) * slot_ms, horizon)
    return TrueWaste(waste, start, max(start, end), extra)
