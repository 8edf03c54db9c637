"""How much of what was measured lies inside the intervals that promise it, a year ahead.

How much wider than within its own year an interval must be is taken from all other buildings.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analytics.modelling.spread import Spread
from benchmarks.accuracy.data import bootstrap
from benchmarks.accuracy.errors import COMMAND, Errors, Row, by_building

LEVELS = (0.8, 0.9)
_EITHER_WAY = 0.04


def coverage(found: Sequence[Errors]) -> Iterator[Row]:
    """Yield a row a level for hours, days and years."""
    for level in LEVELS:
        yield _of_rows("hours", found, level, lambda one: one.hours, Spread.hours_within)
        yield _of_rows("days", found, level, lambda one: one.days, Spread.days_within)
        bias = np.array([abs(one.bias) for one in found])
        inside = [float(abs(one.bias) <= _of_others(found, bias, one, at=level)) for one in found]
        # A building has four years at most, so its own share is a multiple of a quarter.
        yield _row(f"coverage_{round(100 * level)}_years", found, inside, level) | {
            "share": round(float(np.quantile(bias, level)) / 100, 3),
            "all_pairs": round(float(np.mean(inside)), 3),
        }


def _of_rows(
    name: str,
    found: Sequence[Errors],
    level: float,
    left: Callable[[Errors], np.ndarray],
    within: Callable[[Spread, float], float],
) -> Row:
    kept = [within(one.spread, level) for one in found if one.spread]
    need = np.array([
        np.quantile(left(one), level) / own for one, own in zip(found, kept, strict=True)
    ])  # fmt: skip
    inside = [
        float((left(one) <= _of_others(found, need, one) * own).mean())
        for one, own in zip(found, kept, strict=True)
    ]
    row = _row(f"coverage_{round(100 * level)}_{name}", found, inside, level)
    return row | {"wider": round(float(np.median(need)), 3)}


def _of_others(
    found: Sequence[Errors], values: np.ndarray, one: Errors, *, at: float = 0.5
) -> float:
    is_other = [other.pair.building != one.pair.building for other in found]
    return float(np.quantile(values[is_other], at))


def _row(name: str, found: Sequence[Errors], inside: list[float], level: float) -> Row:
    mean = {name: [float(np.mean(own))] for name, own in by_building(found, inside).items()}
    return {
        "name": name,
        "value": round(float(np.median(list(mean.values()))), 3),
        "unit": "1",
        "interval": bootstrap(mean),
        "floor": [round(level - _EITHER_WAY, 2), round(level + _EITHER_WAY, 2)],
        "buildings": len(mean),
        "command": COMMAND,
    }
