"""Waste on the building's side: what a load would be if somebody were careless."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from energy.span import HOUR_MS
from simulators.conditions import Conditions
from simulators.scenario import Waste

DAY_HOURS = 24


@dataclass(frozen=True)
class TrueWaste:
    """A planted waste with its true energy.

    Attributes:
        waste: As the scenario says.
        start: When it begins [ms].
        end: When it ends [ms]; the end of the built history where it goes on.
        extra: What it added in each hour of the history [base units]. Shape (n,).
    """

    waste: Waste
    start: int
    end: int
    extra: np.ndarray


def active(waste: Waste, count: int) -> np.ndarray:
    """Return the hours after the origin in which a waste runs. Shape (count,)."""
    hours = np.arange(count)
    return (hours >= waste.from_day * DAY_HOURS) & (hours < waste.to_day * DAY_HOURS)


def extra_amounts(
    waste: Waste,
    draw: Callable[[Conditions], dict[str, np.ndarray]],
    conditions: Conditions,
    *,
    base_per_display: int,
    items: tuple[str, ...],
) -> dict[str, np.ndarray]:
    """Return what a waste adds, by sub-item [whole base units an hour].

    Args:
        waste: What happens.
        draw: Conditions to hourly amounts by sub-item; the same conditions, the same numbers.
        conditions: What would be without it.
        base_per_display: Base units in the display unit of the waste's strength.
        items: Sub-items it touches; a step or leak touches the first.
    """
    mask = active(waste, len(conditions))
    if waste.kind in ("step", "leak"):
        steady = np.where(mask, round(waste.strength * base_per_display), 0)
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
    origin, horizon = int(starts[0]), int(starts[-1]) + HOUR_MS
    start = origin + round(waste.from_day * DAY_HOURS) * HOUR_MS
    end = min(origin + round(waste.to_day * DAY_HOURS) * HOUR_MS, horizon)
    return TrueWaste(waste, start, max(start, end), extra)
