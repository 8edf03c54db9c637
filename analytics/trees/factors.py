"""By what a meter is off when something about its transformers is wrong."""

from functools import cache

_STEPS = (30, 40, 50, 60, 75, 80, 100, 120, 150, 200)
"""Primary currents of transformers, as multiples of 5 A: chosen: common in buildings."""


@cache
def known_factors() -> tuple[float, ...]:
    """Return -1, powers of ten, 2, and the quotients of two usual transformers, rising."""
    steps = {one / other for one in _STEPS for other in _STEPS if one != other}
    return tuple(sorted({-1.0, 2.0, 0.5, 10.0, 0.1, 100.0, 0.01, 1000.0, 0.001} | steps))
