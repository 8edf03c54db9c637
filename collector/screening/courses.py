"""The courses of all registers: many readings at once, marked as doubt.py defines it.

The usual register goes on from what its meter said last, so its course is just that, and all such
are looked at together. The few others are followed one by one.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from collector.screening.doubt import LEEWAY_MS, Course, Doubt, Nameplate, followed
from collector.screening.standing import NEVER, Advance, Batch
from energy.binding import EVER
from energy.limit import SLACK_STEPS
from energy.reading import Quality

_ROUNDED = 1 - 1e-9
"""What floats find plausible must be so by the exact definition."""
_ANY_RATE = 1e30


class Courses:
    """What is known of registers, by the number of their slot.

    Args:
        plates: Nameplate of each slot; None where nothing is marked.

    Attributes:
        since: See Course, for registers that were seen to fall.
        apart: Courses that are not what the meter said last; None where nothing is known.
    """

    def __init__(self, plates: Sequence[Nameplate | None]) -> None:
        self._plates = plates
        self._is_watched = np.array([plate is not None for plate in plates])
        self._steps_per_ms = np.array([_steps_per_ms(plate) for plate in plates])
        self.since: dict[int, int] = {}
        self.apart: dict[int, Course | None] = {}

    def copy(self) -> "Courses":
        """Return a copy that stays as it is."""
        other = object.__new__(Courses)
        other.__dict__ = self.__dict__ | {"since": dict(self.since), "apart": dict(self.apart)}
        return other

    def moved(self, plates: Sequence[Nameplate | None], came_from: Mapping[int, int]) -> "Courses":
        """Return the same of slots that are numbered anew.

        Args:
            plates: Nameplates of the new slots.
            came_from: New slot to old, of meters that were there.
        """
        found = Courses(plates)
        for new, old in came_from.items():
            plate, before = plates[new], self._plates[old]
            if plate is None:
                continue
            if before is None or not plate.counts_like(before):
                found.apart[new] = None
                continue
            if old in self.apart:
                found.apart[new] = self.apart[old]
            if old in self.since:
                found.since[new] = self.since[old]
        return found

    def mark(self, batch: Batch, advance: Advance, quality: np.ndarray) -> dict[int, Doubt]:
        """Take in what registers said; return the rows that are odd, and why.

        Args:
            batch: What was said.
            advance: How it goes on from what was said before.
            quality: Of each; where it is not ordinary, nothing is concluded. Shape (n,), int8.
        """
        slot = batch.slot
        most = (advance.passed + LEEWAY_MS) * self._steps_per_ms[slot] + SLACK_STEPS
        goes_on = advance.gained.view(np.uint64) <= most  # a negative one is very large
        goes_on &= advance.is_later
        if goes_on.all() and not self.apart and not quality.any():
            return {}
        own = slot[batch.starts]
        goes_on &= quality == Quality.ORDINARY
        is_odd = ~np.logical_and.reduceat(goes_on, batch.starts)
        if self.apart:
            is_odd |= np.isin(own, list(self.apart))
        found: dict[int, Doubt] = {}
        counts = advance.is_new & (quality == Quality.ORDINARY)
        for group in np.flatnonzero(is_odd & self._is_watched[own]).tolist():
            found |= self._follow(batch, group, advance, counts)
        return found

    def _follow(
        self, batch: Batch, group: int, advance: Advance, counts: np.ndarray
    ) -> dict[int, Doubt]:
        """Follow one register reading by reading; return the rows of what is odd."""
        first, last = int(batch.starts[group]), int(batch.ends[group])
        slot = int(batch.slot[first])
        plate = self._plates[slot]
        if plate is None:
            return {}
        course = self._course(slot, int(advance.last.time[group]), int(advance.last.value[group]))
        rows = first + np.flatnonzero(counts[first : last + 1])
        time, value = batch.time[rows], batch.value[rows]
        found = {}
        # What was said before that and counted less is a backlog; it needs no closer look.
        if not course or (time > course.time).any() or (value > course.value).any():
            columns = (rows.tolist(), time.tolist(), value.tolist())
            for row, when, shown in zip(*columns, strict=True):
                course, doubt = followed(plate, course, when, shown)
                if doubt:
                    found[row] = doubt
        self._put(slot, course, (int(batch.time[last]), int(batch.value[last])))
        return found

    def _course(self, slot: int, time: int, value: int) -> Course | None:
        """Return what is known of a register whose meter said this last; None: nothing is."""
        if slot in self.apart:
            return self.apart[slot]
        return Course(time, value, self.since.get(slot, -EVER)) if time != NEVER else None

    def _put(self, slot: int, course: Course | None, last: tuple[int, int]) -> None:
        if course is None or course.rival or course[:2] != last:
            self.apart[slot] = course
        else:
            self.apart.pop(slot, None)
        if course and course.since > -EVER:
            self.since[slot] = course.since


def _steps_per_ms(plate: Nameplate | None) -> float:
    return plate.limit.steps / plate.limit.per * _ROUNDED if plate else _ANY_RATE
