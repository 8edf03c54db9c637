"""Around trouble: which reading is set aside, and where nobody can say how far a register went.

Only the readings near an implausible pair are looked at, so that what is decided here depends on
few readings before and behind, and a course can be followed from the middle.
"""

from dataclasses import dataclass

import numpy as np

from energy.limit import Limit
from energy.meter import VOLATILE

LONGEST_GLITCH = 3
"""How many readings in a row may be wrong. Chosen: a gateway that sends zeros while it starts sends
a few; a register that stays low for longer was reset or replaced."""

SETTLED = LONGEST_GLITCH + 2
"""After so many plausible pairs in a row, what came before no longer decides what comes next."""


@dataclass(frozen=True)
class Screened:
    """Which readings of one register count.

    Attributes:
        keep: Whether each reading is accepted. Shape (n,), bool.
        broken: Places, among the ACCEPTED readings, of those after which the advance is unresolved.
            Shape (m,), int64.
        restarts: The same of those after which a volatile register began at 0 again. Shape (k,),
            int64.
    """

    keep: np.ndarray
    broken: np.ndarray
    restarts: np.ndarray


class Screening:
    """One pass over the implausible pairs of one register.

    Args:
        time: Readings' times [ms], increasing. Shape (n,), int64.
        value: What the register showed [steps], each within its width. Shape (n,), int64.
        limit: What it can advance.
    """

    def __init__(self, time: np.ndarray, value: np.ndarray, limit: Limit) -> None:
        self.time = time
        self.value = value
        self.limit = limit
        self.keep = np.ones(len(time), dtype=bool)
        self.broken: set[int] = set()
        self.restarts: set[int] = set()
        self.reached = 0

    def run(self, doubtful: np.ndarray) -> Screened:
        """Decide at each implausible pair, from the first to the last.

        1. The readings after it, up to LONGEST_GLITCH, are set aside if what follows fits.
        2. Else the reading before it is set aside if its own neighbours fit together.
        3. Else a volatile register that fell, and goes on from there, began at 0 again.
        4. Else the pair is unresolved. So it is at either end of the readings: one reading more
           may decide it.

        Args:
            doubtful: Places of the first readings of implausible pairs, increasing.
        """
        for place in doubtful.tolist():
            if place >= self.reached:
                self._decide(place)
        rank = np.cumsum(self.keep) - 1
        broken, restarts = (
            rank[np.array(sorted(places), dtype=np.int64)]
            for places in (self.broken, self.restarts)
        )
        return Screened(self.keep, broken, restarts)

    def _decide(self, before: int) -> None:
        after = before + 1
        if self._is_ambiguous(before):
            self.broken.add(before)
        elif self._skip(before, after + 1):
            return
        elif self._drop(before):
            self.keep[before] = False
        elif not self._skip_more(before, after):
            (self.restarts if self._restarts(before) else self.broken).add(before)
        self.reached = max(self.reached, after)

    def _skip_more(self, before: int, after: int) -> bool:
        ends = range(after + 2, after + LONGEST_GLITCH + 1)
        return any(self._skip(before, end) for end in ends)

    def _skip(self, before: int, end: int) -> bool:
        """Set aside what lies between two readings, if these fit together."""
        if end >= len(self.time) or not self._fits(before, end):
            return False
        self.keep[before + 1 : end] = False
        self.reached = end
        return True

    def _drop(self, place: int) -> bool:
        """Tell whether a reading is the odd one: its neighbours fit together without it."""
        previous = place - 1
        while previous >= 0 and not self.keep[previous]:
            previous -= 1
        if previous < 0 or previous in self.broken or previous in self.restarts:
            return False
        return self._fits(previous, place + 1)

    def _restarts(self, before: int) -> bool:
        """Tell whether a volatile register began at 0 again between a reading and the next."""
        after = before + 1
        time_ms, shown = int(self.time[after] - self.time[before]), int(self.value[after])
        return (
            self.limit.counts == VOLATILE
            and shown < self.value[before]
            and self.limit.allows(advance=shown, time_ms=time_ms)
            and after + 1 < len(self.time)
            and self._fits(after, after + 1)
        )

    def _is_ambiguous(self, before: int) -> bool:
        return int(self.time[before + 1] - self.time[before]) >= self.limit.wraps_after

    def _fits(self, first: int, second: int) -> bool:
        one, other = int(self.value[first]), int(self.value[second])
        return self.limit.fits(one, other, time_ms=int(self.time[second] - self.time[first]))
