"""What a collector tells beside its books: lag, room, commits, and what the formats count."""

from collections.abc import Callable, Mapping

from collector.keeping.spool import Spool
from collector.keeping.state import State
from collector.taking.intake import Intake
from collector.telling.doubtful import doubtful_figures
from collector.telling.evidence import most_counted
from collector.telling.lag import Lag
from collector.telling.room import Room

Figures = Callable[[], Mapping[str, int]]


class Gauges:
    """Reads the figures of the parts; safe to use from several threads.

    Args:
        spool: What is durable and waits.
        state: Knows what is shipped.
        intake: Knows what the formats count.
        others: Figures of other parts.
        clock: Time now [ms].
        oldest_max_s: How long a reading may wait for the store before it is an alarm [s].
    """

    def __init__(
        self,
        spool: Spool,
        state: State,
        intake: Intake,
        *,
        others: tuple[Figures, ...],
        clock: Callable[[], int],
        oldest_max_s: int,
    ) -> None:
        self._spool, self._state, self._intake = spool, state, intake
        self._others = others
        self._clock = clock
        self._lag, self._room = Lag(), Room()
        self._oldest_max_s = oldest_max_s

    def read(self) -> dict[str, int]:
        """Return the figures by name; the names are in docs/http.md."""
        shipped = self._state.shipped().position
        end = self._spool.end if self._spool.holds_after(shipped) else shipped
        now = self._clock()
        found = {
            "oldest_s": self._lag.seconds(end=end, shipped=shipped, now=now),
            "oldest_max_s": self._oldest_max_s,
            **self._spool.figures(),
        }
        left = self._room.seconds_left(
            appended=self._spool.appended, free=self._spool.free, now=now
        )
        if left is not None:
            found["spool_left_s"] = left
        for figures in self._others:
            found |= figures()
        return found | most_counted(self._intake.counts()) | doubtful_figures(self._intake.odd())
