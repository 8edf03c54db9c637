"""Which devices bear times so far ahead that they are refused: no store ever shows these.

A listing for people, not a book: what a kill interrupts is missing here, and stands among the dead
letters.
"""

import threading

from energy.clock_ahead import ClockAhead

STEADY_MS = 300_000
"""So much an error may move and be the same; chosen: as the rule device_clock holds it."""
MOST_DEVICES = 1000
"""Chosen: more clocks are not wrong at once but for one reason."""


class ClocksAhead:
    """Notes how far clocks are ahead; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clocks: dict[str, ClockAhead] = {}

    def note(self, device: str, *, ahead_ms: int, arrived: int) -> None:
        """Note one refused time.

        Args:
            device: Who bore it.
            ahead_ms: How far it was ahead of its arrival.
            arrived: When it arrived [ms]; what arrives at once counts once.
        """
        with self._lock:
            before = self._clocks.get(device)
            if before is None and len(self._clocks) >= MOST_DEVICES:
                return
            self._clocks[device] = _with(before, device, ahead_ms, arrived)

    def all(self) -> list[ClockAhead]:
        """Return what is known, by device."""
        with self._lock:
            return sorted(self._clocks.values())


def _with(before: ClockAhead | None, device: str, ahead_ms: int, arrived: int) -> ClockAhead:
    if before is not None:
        lowest, highest = min(before.lowest_ms, ahead_ms), max(before.highest_ms, ahead_ms)
        if highest - lowest <= STEADY_MS:
            times = before.times + (arrived > before.last)
            return ClockAhead(device, lowest, highest, times, before.first, arrived)
    return ClockAhead(device, ahead_ms, ahead_ms, 1, arrived, arrived)
