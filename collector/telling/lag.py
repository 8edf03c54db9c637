"""How long the oldest reading that is not shipped has waited."""

import threading

from collector.keeping.segment import Position

MOST_MARKS = 1000
"""Chosen: a day of outage needs no more memory than a minute."""


class Lag:
    """Remembers when the spool ended where; safe to use from several threads.

    Shipping goes on in order: what was durable at the oldest mark that is not passed yet waits
    since then. Exact to the time between two looks; of what waited at the start nobody knows
    since when, so it counts from there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: list[tuple[Position, int]] = []

    def seconds(self, *, end: Position, shipped: Position, now: int) -> int:
        """Look at the spool, and return how long its oldest reading has waited [s].

        Args:
            end: Where the spool ends; not behind ``shipped`` when it holds nothing to ship.
            shipped: Up to where it is shipped.
            now: Time of this look [ms].
        """
        with self._lock:
            if end <= shipped:
                self._marks = []
                return 0
            last = self._marks[-1][0] if self._marks else shipped
            if end > last:
                self._marks.append((end, now))
            self._marks = [mark for mark in self._marks if mark[0] > shipped]
            if len(self._marks) > MOST_MARKS:  # the oldest stays, those behind it thin out
                self._marks = self._marks[::2]
            return max(0, now - self._marks[0][1]) // 1000 if self._marks else 0
