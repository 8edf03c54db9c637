"""Our own arithmetic: the kernel of the ledger, one meter at a time."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from analytics.consumption.edges import Cells, cells_between
from analytics.consumption.epochs import Epoch
from analytics.consumption.kernel import follow_register
from benchmarks.ledger.control import COLUMNS, Task
from benchmarks.ledger.faulty import MODULUS, QUARTER_MS, Register
from energy.limit import limit_of

LONGEST_MS = QUARTER_MS * 3 // 2
LIMIT = limit_of(modulus=MODULUS, steps_per_hour=Fraction(200_000))
ONE = Fraction(1)


def task_of(edges: np.ndarray) -> Task:
    """Return what is asked of the registers of benchmarks.ledger.faulty, by whoever answers."""
    return Task(edges, LIMIT, LONGEST_MS)


def cells_by_kernel(made: Iterable[Register], task: Task) -> Iterator[Cells]:
    """Yield the hours of each register, quality columns made too."""
    epochs = [(Epoch(None, None, task.limit.modulus), task.limit)]
    for times, values in made:
        course = follow_register(
            time=times,
            value=values,
            quality=np.zeros(len(times), dtype=np.int8),
            epochs=epochs,
            longest_ms=task.longest_ms,
        )
        yield cells_between(course, task.edges, base_per_step=ONE)


def hours_by_kernel(made: Iterable[Register], edges: np.ndarray) -> dict[str, int]:
    """Return the sum of all hours of all registers, column by column of COLUMNS [steps, ms]."""
    total = dict.fromkeys(COLUMNS, 0)
    for cells in cells_by_kernel(made, task_of(edges)):
        for name in COLUMNS:
            total[name] += int(getattr(cells, name).sum())
    return total
