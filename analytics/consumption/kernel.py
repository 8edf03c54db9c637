"""From the readings of one register to the course of its advance: integers only, one meter a call.

Method and words: docs/methods.md, "From registers to amounts".
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analytics.consumption.course import Aside, Course, Known, Reason, join_aside
from analytics.consumption.epochs import Epoch
from analytics.consumption.marks import counting, not_counting, set_aside
from analytics.consumption.screening import LONGEST_GLITCH, Screening
from energy.limit import Limit
from energy.meter import NET
from energy.reading import REGISTER, Quality

_NONE = np.zeros(0, dtype=np.int64)


class Read(NamedTuple):
    """What was read of one register.

    Attributes:
        time: When [ms], increasing. Shape (n,), int64.
        value: What it showed [steps]. Shape (n,), int64.
        unsure: Whether it was said some time before that. Shape (n,), bool.
        strange: Whether it came late with a time at which others had said less. Shape (n,), bool.
    """

    time: np.ndarray
    value: np.ndarray
    unsure: np.ndarray
    strange: np.ndarray

    def rows(self, chosen: np.ndarray | slice) -> "Read":
        """Return some of the readings."""
        return Read(*(column[chosen] for column in self))


class Leg(NamedTuple):
    """The readings of one register, as far as they count.

    Attributes:
        time: When [ms]. Shape (n,), int64.
        advance: Steps from each to the next. Shape (n - 1,), int64.
        broken: Places of readings after which the advance is unresolved. Shape (m,), int64.
        aside: Readings set aside.
        gone: Places of readings after which no register stood there. Shape (k,), int64.
        restarts: Places of readings after which a volatile register began at 0 again. Shape (l,),
            int64.
    """

    time: np.ndarray
    advance: np.ndarray
    broken: np.ndarray
    aside: Aside
    gone: np.ndarray = _NONE
    restarts: np.ndarray = _NONE

    def behind(self, place: int) -> "Leg":
        """Return the same with places that are counted from so many readings before."""
        moved = (self.broken + place, self.gone + place, self.restarts + place)
        return self._replace(broken=moved[0], gone=moved[1], restarts=moved[2])


def follow_register(
    *,
    time: np.ndarray,
    value: np.ndarray,
    quality: np.ndarray,
    epochs: Sequence[tuple[Epoch, Limit]],
    longest_ms: int,
    late: np.ndarray | None = None,
) -> Course:
    """Follow a register through its readings, wraps, glitches and events.

    Args:
        time: When it was read [ms], strictly increasing. Shape (n,), int64.
        value: What it showed [steps]. Shape (n,), int64.
        quality: energy.reading.Quality of each; see analytics/consumption/marks.py for what is not
            used. Shape (n,), int8.
        epochs: The registers in order of time, each with its limit; at least one.
        longest_ms: Longest time between two readings [ms] that is still normal cadence.
        late: Whether each came late from a device; None if none did. Shape (n,), bool.

    Returns:
        The course; without readings or events an empty one.
    """
    aside, none = Aside(), np.zeros(len(time), dtype=bool)
    read = Read(time, value, none, none)
    if quality.any():
        counts = counting(REGISTER, quality)
        aside = not_counting(time, quality, counts)
        strange = none if late is None else late & (quality == Quality.DOUBTFUL)
        read = Read(time, value, quality == Quality.UNCERTAIN, strange).rows(counts)
    if len(epochs) == 1:
        leg = _leg(read, epochs[0][1])
    else:
        leg = _joined([_with_events(read, epoch, limit) for epoch, limit in epochs])
    course = _course(leg, longest_ms)
    if len(aside) or len(leg.aside):
        course = replace(course, aside=join_aside(aside, leg.aside))
    return course


def _course(leg: Leg, longest_ms: int) -> Course:
    advance = leg.advance
    if len(leg.broken):
        advance = advance.copy()
        advance[leg.broken] = 0
    count = np.zeros(len(leg.time), dtype=np.int64)
    np.cumsum(advance, out=count[1:])
    known = (leg.time[1:] - leg.time[:-1] > longest_ms).view(np.int8)
    known[leg.broken] = Known.UNRESOLVED
    known[leg.gone] = Known.NOTHING
    if not len(leg.restarts):
        return Course(leg.time, count, known)
    known[leg.restarts] = Known.ESTIMATED
    return Course(leg.time, count, known, restarted=leg.time[leg.restarts])


def _leg(read: Read, limit: Limit, passes: int = LONGEST_GLITCH) -> Leg:
    """Return the readings of one register: all of them, unless there is trouble.

    Args:
        read: The readings.
        limit: What it can advance.
        passes: How often strange readings may yet be left out, so that what is decided here
            depends on few readings.
    """
    aside = Aside()
    is_net = limit.counts == NET
    # Without their sign, those below 0 are the greatest.
    shown = np.abs(read.value) if is_net else read.value
    if len(shown) and int(shown.view(np.uint64).max()) >= limit.modulus:
        outside = (shown < 0) | (shown >= limit.modulus)
        aside = set_aside(read.time[outside], Reason.WIDTH)
        read = read.rows(~outside)
    time, value = read.time, read.value
    if len(time) < 2:  # noqa: PLR2004  nothing lies between fewer than two
        return Leg(time, _NONE, _NONE, aside)
    advance, doubtful = _advances(time, value, limit)
    if not len(doubtful):
        return Leg(time, advance, _NONE, aside)
    troubled = np.zeros(len(time), dtype=bool)
    troubled[doubtful] = troubled[doubtful + 1] = True
    unsure, strange = troubled & read.unsure, troubled & read.strange & (passes > 0)
    if (unsure | strange).any():  # its time is what does not fit: the others say more without it
        leg = _leg(read.rows(~(unsure | strange)), limit, passes - 1)
        left_out = (
            set_aside(time[unsure], Reason.UNCERTAIN),
            set_aside(time[strange], Reason.GLITCH),
        )
        return leg._replace(aside=join_aside(aside, *left_out, leg.aside))
    screened = Screening(time, value, limit).run(doubtful)
    if not screened.keep.all():
        glitches = set_aside(time[~screened.keep], Reason.GLITCH)
        aside = join_aside(aside, glitches)
        time, value = time[screened.keep], value[screened.keep]
        advance, _ = _advances(time, value, limit)
    advance[screened.restarts] = value[screened.restarts + 1]
    return Leg(time, advance, screened.broken, aside, restarts=screened.restarts)


def _advances(
    time: np.ndarray, value: np.ndarray, limit: Limit
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far a register went from each reading to the next, through 0 if it fell.

    What would be plausible in the shortest time is so in any; the few others are looked at.

    Returns:
        The advances [steps]; and the places of those that cannot be, or cannot be told, increasing.
    """
    advance, passed = value[1:] - value[:-1], time[1:] - time[:-1]
    is_net = limit.counts == NET
    longest = limit.all_after
    always = limit.steps * min(int(passed.min(initial=longest)), longest) // limit.per + limit.slack
    # Without their sign, falls are the greatest.
    suspect = (np.abs(advance) if is_net else advance.view(np.uint64)) > always
    if int(passed.max(initial=0)) >= limit.wraps_after:
        suspect |= passed >= limit.wraps_after
    place = np.flatnonzero(suspect)
    if not is_net:
        advance[place[advance[place] < 0]] += limit.modulus
    least = (np.abs(advance[place]) - limit.slack) * limit.per
    most = np.minimum(passed[place], longest) * limit.steps
    fits = (passed[place] < limit.wraps_after) & (least <= most)
    return advance, place[~fits]


def _with_events(read: Read, epoch: Epoch, limit: Limit) -> Leg:
    """Return one register with what was written down when it came and went."""
    time = read.time
    if not epoch.is_there:
        return _without_register(time, epoch)
    first = 0 if epoch.start is None else int(np.searchsorted(time, epoch.start, side="right"))
    last = len(time) if epoch.end is None else int(np.searchsorted(time, epoch.end, side="right"))
    own, aside = read.rows(slice(first, last)), Aside()
    if len(own.time) and epoch.end is not None and int(own.time[-1]) == epoch.end:
        aside = set_aside(own.time[-1:], Reason.REPLACED)
        own = own.rows(slice(-1))
    opening = [(epoch.start, epoch.opening)] if epoch.opening is not None else []
    closing = [(epoch.end, epoch.closing)] if epoch.closing is not None else []
    whole = Read(
        np.concatenate([_column(opening, 0), own.time, _column(closing, 0)]),
        np.concatenate([_column(opening, 1), own.value, _column(closing, 1)]),
        np.pad(own.unsure, (len(opening), len(closing))),
        np.pad(own.strange, (len(opening), len(closing))),
    )
    leg = _leg(whole, limit)
    advance = leg.advance if epoch.factor == 1 else leg.advance * epoch.factor
    return leg._replace(advance=advance, aside=join_aside(aside, leg.aside))


def _without_register(time: np.ndarray, epoch: Epoch) -> Leg:
    """Return the time in which no register stood there: what was read then is not its reading."""
    begins, ends = -np.inf if epoch.start is None else epoch.start, epoch.end
    own = time[(time > begins) & (time <= (np.inf if ends is None else ends))]
    edges = np.array([one for one in (epoch.start, ends) if one is not None], dtype=np.int64)
    advance = np.zeros(max(0, len(edges) - 1), dtype=np.int64)
    return Leg(edges, advance, _NONE, set_aside(own, Reason.ABSENT), np.flatnonzero(advance == 0))


def _joined(legs: Sequence[Leg]) -> Leg:
    """Return registers one after the other.

    The closing reading of one and the opening reading of the next are the same instant; where one
    of them is missing, what lies between is unresolved.
    """
    joined = legs[0]
    for leg in legs[1:]:
        aside = join_aside(joined.aside, leg.aside)
        if not len(joined.time) or not len(leg.time):
            whole = joined if len(joined.time) else leg
            joined = whole._replace(aside=aside)
        elif joined.time[-1] == leg.time[0]:
            meets = leg._replace(time=leg.time[1:]).behind(len(joined.advance))
            joined = _concatenated(joined, meets, aside)
        else:
            last = len(joined.advance)
            apart = leg.behind(last + 1)
            apart = apart._replace(
                advance=np.append(0, apart.advance), broken=np.append(last, apart.broken)
            )
            joined = _concatenated(joined, apart, aside)
    return joined


def _concatenated(one: Leg, other: Leg, aside: Aside) -> Leg:
    return Leg(
        np.concatenate([one.time, other.time]),
        np.concatenate([one.advance, other.advance]),
        np.concatenate([one.broken, other.broken]),
        aside,
        np.concatenate([one.gone, other.gone]),
        np.concatenate([one.restarts, other.restarts]),
    )


def _column(events: Sequence[tuple[int | None, int | None]], place: int) -> np.ndarray:
    return np.array([event[place] for event in events], dtype=np.int64)
