"""What a collector tells beside its books: lag, room, commits, and what the formats count."""

from collections.abc import Callable, Mapping

from collector.evidence import most_counted
from collector.intake import Intake
from collector.lag import Lag
from collector.spool import Spool
from collector.state import State

Figures = Callable[[], Mapping[str, int]]


class Gauges:
    """Reads the figures of the parts; safe to use from several threads.

    Args:
        spool: What is durable and waits.
        state: Knows what is shipped.
        intake: Knows what the formats count.
        others: Figures of other parts.
        clock: Time now [ms].
    """

    def __init__(
        self,
        spool: Spool,
        state: State,
        intake: Intake,
        *,
        others: tuple[Figures, ...],
        clock: Callable[[], int],
    ) -> None:
        self._spool, self._state, self._intake = spool, state, intake
        self._others = others
        self._clock = clock
        self._lag = Lag()

    def read(self) -> dict[str, int]:
        """Return the figures by name; the names are in docs/http.md."""
        shipped = self._state.shipped().position
        end = self._spool.end if self._spool.holds_after(shipped) else shipped
        found = {
            "oldest_s": self._lag.seconds(end=end, shipped=shipped, now=self._clock()),
            **self._spool.figures(),
        }
        for figures in self._others:
            found |= figures()
        return found | most_counted(self._intake.counts())
