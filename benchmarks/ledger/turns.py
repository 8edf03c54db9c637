"""Turn by turn: ours and what it is compared with, one after the other, by the clock of the CPU.

Other work on the machine slows both of a turn: their ratio holds where rates do not.
"""

import statistics
import time
from collections.abc import Callable, Mapping

from benchmarks.ledger.control import COLUMNS

Sums = Mapping[str, int]


def cpu_rate(count: int, work: Callable[[], object]) -> float:
    """Return how many of something a piece of work did in a second of CPU, of all cores."""
    began = time.process_time()
    work()
    return count / (time.process_time() - began)


class Turns:
    """Rates of pieces of work done in turn.

    Attributes:
        rates: Of each name, the rate of each turn [a second of CPU].

    Args:
        count: How many readings each piece of work goes through.
        works: The pieces, by name; ours is called ``ours``.
        turns: How often.
    """

    def __init__(
        self, count: int, works: Mapping[str, Callable[[], object]], *, turns: int
    ) -> None:
        self.rates: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(turns):
            for name, work in works.items():
                self.rates[name].append(cpu_rate(count, work))

    def median(self, name: str) -> float:
        """Return the rate of a piece of work [a second of CPU]."""
        return statistics.median(self.rates[name])

    def ratio(self, name: str) -> float:
        """Return how many times as fast as another ours was, the median of the turns."""
        return round(statistics.median(self._ratios(name)), 1)

    def spread(self, name: str) -> tuple[float, float]:
        """Return the least and the greatest of these ratios."""
        ratios = self._ratios(name)
        return round(min(ratios), 1), round(max(ratios), 1)

    def _ratios(self, name: str) -> list[float]:
        pairs = zip(self.rates["ours"], self.rates[name], strict=True)
        return [ours / other for ours, other in pairs]


def hold_equal(name: str, ours: Sums, control: Sums, *, meters: int) -> None:
    """End the benchmark if the control's hours are not ours.

    Args:
        name: Of the control.
        ours: The sum of all hours by each of COLUMNS, whole numbers.
        control: The same of a control that counts in floating point: each meter's may be one off.
        meters: How many meters there are.

    Raises:
        SystemExit: If a column differs by more.
    """
    for column in COLUMNS:
        if abs(ours[column] - control[column]) > meters:
            raise SystemExit(
                f"{name}: {column} is {control[column]}, of the kernel {ours[column]}: the control"
                " no longer does the same work, so its ratio says nothing. Mend"
                " benchmarks/ledger/control.py."
            )
