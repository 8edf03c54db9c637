"""What is possible but odd beside what a register said before: the definition, for one register.

Which oddities are worth a mark, and which are not, is decided in docs/decisions/0023.
"""

from enum import StrEnum
from typing import NamedTuple

from energy.binding import EVER
from energy.life import Register, last_register
from energy.limit import Limit, limit_of_register
from energy.meter import Meter
from energy.reading import REGISTER
from energy.registry import Registry

LEEWAY_MS = 60_000
"""Two times may be so much closer than the readings were. Chosen: clocks are set right by seconds,
times are cut to the second, and a gateway asks its meters one after the other."""

LONGEST_GLITCH = 3
"""How many readings in a row may be wrong before they are what the register says; as in the ledger,
analytics/consumption/screening.py."""


class Doubt(StrEnum):
    """Why a reading is marked."""

    ABOVE_RATE = "above_rate"
    """It says more than its meter can have counted by its max_rate."""
    OUT_OF_TIME = "out_of_time"
    """It bears an earlier time than another reading, and the register had got further."""


class Odd(NamedTuple):
    """A reading that is kept and marked as doubtful: whose it is, and why."""

    meter: str
    doubt: Doubt


class Nameplate(NamedTuple):
    """What the registry says of the register at a metering point.

    Attributes:
        limit: How far it can advance in a time.
        step: What one step of it is; counts of other steps do not compare.
        changes: Times at which another register or device came [ms], increasing.
    """

    limit: Limit
    step: object
    changes: tuple[int, ...] = ()

    def counts_like(self, other: "Nameplate") -> bool:
        """Tell whether counts of the one may be compared with counts of the other."""
        same = (self.limit.modulus, self.limit.counts) == (other.limit.modulus, other.limit.counts)
        return self.step == other.step and same

    def fits(self, earlier: tuple[int, int], later: tuple[int, int]) -> bool:
        """Tell whether a register can have shown one, and then the other: time [ms] and steps.

        Each may have been said half the leeway sooner or later than its time says. What comes
        after so long that the register may have turned more than once always fits.
        """
        passed = later[0] - earlier[0] + LEEWAY_MS
        if passed < 0:
            return False
        return passed >= self.limit.wraps_after or self.limit.fits(
            earlier[1], later[1], time_ms=passed
        )

    def has_changed(self, first: int, last: int) -> bool:
        """Tell whether another register or device came after one time and until another [ms]."""
        return any(first < change <= last for change in self.changes)


class Rival(NamedTuple):
    """Readings in a row that fit one another, and not the course before them.

    Attributes:
        start: Time of the first [ms].
        time: Time of the last [ms].
        value: What it showed [steps].
        readings: How many they are.
    """

    start: int
    time: int
    value: int
    readings: int = 1


class Course(NamedTuple):
    """What is known of a register.

    Attributes:
        time: Of the newest reading that could follow those before it [ms].
        value: What that showed [steps].
        since: From when on the register is known not to have fallen; -EVER if it was never seen
            to [ms].
        rival: What was said after that and cannot follow it.
    """

    time: int
    value: int
    since: int = -EVER
    rival: Rival | None = None


def nameplates(registry: Registry) -> dict[str, Nameplate]:
    """Return the nameplate of each register whose greatest rate is known, by meter."""
    changes: dict[str, set[int]] = {}
    for event in registry.events:
        changes.setdefault(event.meter, set()).add(event.time)
    for bindings in registry.bound.values():
        for one in bindings:
            if one.start is not None:
                changes.setdefault(one.meter, set()).add(one.start)
    return {
        meter.meter: _nameplate(
            meter,
            last_register(meter, registry.events_of(meter.meter)),
            changes.get(meter.meter, ()),
        )
        for meter in registry.meters
        if meter.table == REGISTER and meter.max_rate
    }


def _nameplate(meter: Meter, now: Register, changes: "set[int] | tuple[()]") -> Nameplate:
    limit = limit_of_register(now.at(meter), modulus=now.modulus)
    return Nameplate(limit, (meter.step, meter.unit), tuple(sorted(changes)))


def followed(
    plate: Nameplate, course: Course | None, time: int, value: int
) -> tuple[Course, Doubt | None]:
    """Return what is known of a register with one reading more, and what is odd about that.

    Args:
        plate: What the registry says of the register.
        course: What was known; None where nothing was.
        time: Time of the reading [ms].
        value: What it showed [steps].
    """
    if course is None:
        return Course(time, value), None
    if time > (course.rival or course).time:
        return _gone_on(plate, course, time, value)
    return course, Doubt.OUT_OF_TIME if _is_out_of_time(plate, course, time, value) else None


def _gone_on(
    plate: Nameplate, course: Course, time: int, value: int
) -> tuple[Course, Doubt | None]:
    """Take in a reading that is newer than all before it."""
    if plate.fits(course[:2], (time, value)):
        return Course(time, value, course.since), None
    if plate.has_changed(course.time, time):
        return Course(time, value, since=time), None
    rival = course.rival
    if rival is None or not plate.fits((rival.time, rival.value), (time, value)):
        # What falls is for the ledger, which sees what follows: a replacement, a reset, a glitch.
        odd = Doubt.ABOVE_RATE if value > course.value else None
        return course._replace(rival=Rival(time, time, value)), odd
    if rival.readings >= LONGEST_GLITCH:
        return Course(time, value, since=rival.start), None
    rival = Rival(rival.start, time, value, rival.readings + 1)
    return course._replace(rival=rival), None


def _is_out_of_time(plate: Nameplate, course: Course, time: int, value: int) -> bool:
    """Tell whether a register had got further than it could have at an earlier time."""
    return (
        course.since <= time < course.time
        and value > course.value + plate.limit.slack
        and not plate.fits((time, value), course[:2])
        and not plate.fits(course[:2], (time, value))
        and not plate.has_changed(time, course.time)
    )
