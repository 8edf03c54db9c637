"""Our own arithmetic: the kernel of the ledger, one meter at a time."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from analytics.consumption.edges import cells_between
from analytics.consumption.epochs import Epoch
from analytics.consumption.kernel import follow_register
from benchmarks.ledger.faulty import MODULUS, QUARTER_MS, Register
from energy.limit import limit_of

LONGEST_MS = QUARTER_MS * 3 // 2


def hours_by_kernel(made: Iterable[Register], edges: np.ndarray) -> int:
    """Return the sum of all hours, quality columns made too."""
    epoch = Epoch(None, None, MODULUS)
    limit = limit_of(modulus=MODULUS, steps_per_hour=Fraction(200_000))
    total = 0
    for times, values in made:
        course = follow_register(
            time=times,
            value=values,
            quality=np.zeros(len(times), dtype=np.int8),
            epochs=[(epoch, limit)],
            longest_ms=LONGEST_MS,
        )
        total += int(cells_between(course, edges, base_per_step=Fraction(1)).amount.sum())
    return total
