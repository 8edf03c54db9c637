"""What meters have said so far: what came last, so that a repetition is one, and how far they are.

A device that sends a reading twice says what it said last. A reading that is not newer than all
that its meter ever said may meet one that stands in the store already.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from energy.span import HOUR_MS
from storage.columns import Series

NEVER = np.iinfo(np.int64).min
"""Time of what was never said."""

CLOCK_MS = HOUR_MS
"""Our own clock that steps back further is believed, for the stamps would stay ahead; chosen."""


class Standing(NamedTuple):
    """What was heard of meters so far, by the number of their slot.

    Attributes:
        last_time: Time of what each said last [ms]. Shape (slots,), int64.
        last_value: Its value, as stored. Shape (slots,), int64.
        newest: The greatest time each ever said [ms]; never falls. Shape (slots,), int64.
        stamp: Arrival that was given to the last of them [ms], 0 for none. Shape (slots,), int64.
    """

    last_time: np.ndarray
    last_value: np.ndarray
    newest: np.ndarray
    stamp: np.ndarray

    @classmethod
    def of(cls, newest: Mapping[Series, int], series: Sequence[Series]) -> "Standing":
        """Return the standing of series of which only the newest time [ms] is known, or nothing."""
        newest_of = np.array([newest.get(name, NEVER) for name in series], dtype=np.int64)
        nothing = np.zeros(len(series), np.int64)
        return cls(np.full(len(series), NEVER), nothing, newest_of, nothing.copy())

    def copy(self) -> "Standing":
        """Return a copy that stays as it is."""
        return Standing(*(column.copy() for column in self))

    def moved(self, before: Sequence[Series], after: Sequence[Series]) -> "Standing":
        """Return the same of slots that are numbered anew."""
        old = {name: number for number, name in enumerate(before)}
        stay = [number for number, name in enumerate(after) if name in old]
        came_from = [old[after[number]] for number in stay]
        found = Standing.of({}, after)
        for column, known in zip(found, self, strict=True):
            column[stay] = known[came_from]
        return found

    def advance(
        self, slot: np.ndarray, time: np.ndarray, value: np.ndarray, *, is_first: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take in what meters said.

        Args:
            slot: Number of the slot of each value, those of one together. Shape (n,).
            time: Its time [ms], those of one slot in order of arrival. Shape (n,), int64.
            value: As stored. Shape (n,), int64.
            is_first: Whether it is the first of its slot. Shape (n,), bool.

        Returns:
            For each whether it says anything else than its meter did just before; and whether the
            store may hold one of this time: it is not newer than all before it, or nothing is
            known of its meter. Shape (n,), bool.
        """
        is_last = np.ones(len(slot), dtype=bool)
        is_last[:-1] = is_first[1:]
        newest = newest_before(time, self.newest[slot], is_first=is_first)
        is_new = time != _shifted(time, self.last_time[slot], is_first)
        is_new |= value != _shifted(value, self.last_value[slot], is_first)
        may_meet = (time <= newest) | (newest == NEVER)
        ends = slot[is_last]
        self.last_time[ends], self.last_value[ends] = time[is_last], value[is_last]
        self.newest[ends] = np.maximum(newest, time)[is_last]
        return is_new, may_meet

    def stamped(
        self,
        slot: np.ndarray,
        arrived: np.ndarray,
        message: np.ndarray,
        *,
        rises: np.ndarray,
        is_first: np.ndarray,
    ) -> np.ndarray:
        """Return arrivals [ms] that rise with every message of a meter that may meet another.

        What a broker held comes many messages a millisecond, and of two values of one time the
        one that was said last must stand. Those of one message have one arrival.

        Args:
            slot: As in ``advance``. Shape (n,).
            arrived: When the message of each value arrived [ms]. Shape (n,), int64.
            message: Number of that message. Shape (n,).
            rises: Whether the value may meet one in the store. Shape (n,), bool.
            is_first: Whether it is the first of its slot. Shape (n,), bool.
        """
        before = np.where(self.stamp[slot] - arrived < CLOCK_MS, self.stamp[slot], 0)
        step = rises & (is_first | (message != _shifted(message, message, is_first)))
        risen = np.cumsum(step)
        least = arrived - risen
        least[is_first] = np.maximum(least, before - risen + step)[is_first]
        stamp: np.ndarray = _running_maximum(least, is_first) + risen
        is_last = np.ones(len(slot), dtype=bool)
        is_last[:-1] = is_first[1:]
        self.stamp[slot[is_last]] = stamp[is_last]
        return stamp


def newest_before(time: np.ndarray, known: np.ndarray, *, is_first: np.ndarray) -> np.ndarray:
    """Return for each value the greatest time of its meter before it, in arrays of shape (n,).

    Args:
        time: Of each value [ms], those of a meter together and in order of arrival.
        known: The greatest time of its meter before all of these [ms].
        is_first: Whether it is the first of its meter.
    """
    before = _shifted(_running_maximum(time, is_first), known, is_first)
    greatest: np.ndarray = np.maximum(before, known)
    return greatest


def _shifted(column: np.ndarray, first: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """Return for each row what stands in the row before; in a first row its own ``first``."""
    before = np.empty_like(column)
    before[1:] = column[:-1]
    return np.where(is_first, first, before)


def _running_maximum(time: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """Return for each row the greatest time so far, counted anew from each first row on."""
    highest = time.copy()
    falls = np.flatnonzero((time[1:] < time[:-1]) & ~is_first[1:]) + 1
    if len(falls):  # seldom, and then of few meters
        starts = np.append(np.flatnonzero(is_first), len(time))
        for group in np.unique(np.searchsorted(starts, falls, side="right")).tolist():
            own = slice(starts[group - 1], starts[group])
            np.maximum.accumulate(time[own], out=highest[own])
    return highest
