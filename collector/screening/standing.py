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
        stamp: Greatest arrival [ms] last given to any, 0 for none. Shape (slots,), int64.
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

    def advance(self, batch: "Batch") -> "Advance":
        """Take in what meters said; return how that goes on from what they said before."""
        slot, time, value, is_first, starts, ends = batch
        own = slot[starts]
        last = Last(self.last_time[own], self.last_value[own])
        passed, gained = _steps(time, starts, last.time), _steps(value, starts, last.value)
        is_later = passed > 0
        newest = self.newest[own]
        if is_later.all() and (newest < time[starts]).all():  # so something is known of each
            may_meet = np.zeros(len(slot), dtype=bool)
            self.newest[own] = time[ends]
        else:
            before = newest_before(time, self.newest[slot], is_first=is_first)
            may_meet = (time <= before) | (before == NEVER)
            self.newest[own] = np.maximum(before, time)[ends]
        self.last_time[own], self.last_value[own] = time[ends], value[ends]
        return Advance((passed != 0) | (gained != 0), may_meet, passed, gained, is_later, last)

    def stamped(
        self, slot: np.ndarray, arrived: np.ndarray, message: np.ndarray, may_meet: np.ndarray
    ) -> np.ndarray:
        """Return the arrivals [ms] of values that are late or may meet one in the store.

        Those of values that may meet one rise with every message of a meter, and above that of a
        late one before: what a broker held comes many messages a millisecond, and of two values of
        one time the one that was said last must stand. Those of one message have one arrival.

        Args:
            slot: Number of the slot of each value, those of one together. Shape (n,).
            arrived: When the message of each value arrived [ms]. Shape (n,), int64.
            message: Number of that message, in order of arrival. Shape (n,).
            may_meet: Whether each may meet one in the store. Shape (n,), bool.
        """
        before = self.stamp[slot]
        before = np.where(before - arrived < CLOCK_MS, before, 0)
        is_first = np.append(True, slot[1:] != slot[:-1])
        goes_on = ~is_first & np.append(False, (message[1:] == message[:-1]) & may_meet[:-1])
        rises = may_meet & ~goes_on
        risen = np.cumsum(rises)
        least = arrived - risen
        least[is_first] = np.maximum(least, before + rises - risen)[is_first]
        stamp: np.ndarray = _running_maximum(least, is_first) + risen
        is_last = np.append(is_first[1:], True)
        self.stamp[slot[is_last]] = stamp[is_last]
        return np.where(may_meet, stamp, arrived)


class Last(NamedTuple):
    """What meters said last: time [ms] and value as stored. Shape (slots in the batch,), int64."""

    time: np.ndarray
    value: np.ndarray


class Batch(NamedTuple):
    """Some readings of many meters.

    Attributes:
        slot: Number of the slot of each, those of one together. Shape (n,).
        time: Its time [ms], those of one slot in order of arrival. Shape (n,), int64.
        value: As stored. Shape (n,), int64.
        is_first: Whether it is the first of its slot. Shape (n,), bool.
        starts: Rows with the first of each slot. Shape (slots in the batch,).
        ends: Rows with the last of each. Shape (slots in the batch,).
    """

    slot: np.ndarray
    time: np.ndarray
    value: np.ndarray
    is_first: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, slot: np.ndarray, time: np.ndarray, value: np.ndarray) -> "Batch":
        """Return a batch of at least one reading."""
        is_first = np.ones(len(slot), dtype=bool)
        np.not_equal(slot[1:], slot[:-1], out=is_first[1:])
        starts = np.flatnonzero(is_first)
        ends = np.full(len(starts), len(slot) - 1)
        ends[:-1] = starts[1:] - 1
        return cls(slot, time, value, is_first, starts, ends)


class Advance(NamedTuple):
    """How readings go on from what their meters said before.

    Attributes:
        is_new: Whether one says anything else than its meter did just before. Shape (n,), bool.
        may_meet: Whether the store may hold one of this time: it is not newer than all before it,
            or nothing is known of its meter. Shape (n,), bool.
        passed: Time since what its meter said just before [ms]; negative where that is nothing.
            Shape (n,), int64.
        gained: What its value has more; meaningless where that is nothing. Shape (n,), int64.
        is_later: Whether ``passed`` is more than 0. Shape (n,), bool.
        last: What the meters had said before all of these.
    """

    is_new: np.ndarray
    may_meet: np.ndarray
    passed: np.ndarray
    gained: np.ndarray
    is_later: np.ndarray
    last: Last


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


def _steps(column: np.ndarray, starts: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return what each row has more than the row before; a first one more than its ``last``."""
    found = np.empty_like(column)
    np.subtract(column[1:], column[:-1], out=found[1:])
    found[starts] = column[starts] - last
    return found
