"""What travels: one channel's value at one time, and which version of it wins."""

from enum import IntEnum
from typing import NamedTuple

REGISTER = "register"
INTERVAL = "interval"
GAUGE = "gauge"
TABLES = (REGISTER, INTERVAL, GAUGE)


class Quality(IntEnum):
    """How much a raw reading may be trusted. At rest only where it is not ORDINARY."""

    ORDINARY = 0
    DOUBTFUL = 1
    """Possible but odd: kept, marked, used."""
    BAD = 2
    """Known to be wrong: kept, never used."""
    UNCERTAIN = 3
    """Its time is not known: it was said some time before it arrived, and stands at its arrival.

    Kept; what of it may be used is in analytics/consumption/marks.py.
    """


class Source(IntEnum):
    """Where a reading came from, in rising order of priority."""

    DEVICE = 0
    IMPORT = 1
    MANUAL = 2


class Reading(NamedTuple):
    """One channel's value at one time.

    Attributes:
        meter: Name of the meter.
        table: REGISTER (cumulative count), INTERVAL (amount of an interval) or GAUGE (an instant).
        time: The device's time [ms since 1970 UTC]; an interval is labelled with its START.
        value: Whole steps of the register (int), base units of the interval (int),
            or the gauge's number in the unit of its quantity (float).
        quality: How far to trust it.
        source: Where it came from.
        revision: Number of the correction; 0 for the first version.
        arrived: When we received it [ms since 1970 UTC]; 0 stands for "on time".
    """

    meter: str
    table: str
    time: int
    value: int | float
    quality: int = Quality.ORDINARY
    source: int = Source.DEVICE
    revision: int = 0
    arrived: int = 0


Rank = tuple[int, int, int, int | float, int]


def rank(reading: Reading) -> Rank:
    """Return what decides between two readings of one meter at one time: the greater wins.

    Source priority first, then the revision, then arrival. Where all three are equal nothing tells
    which is right; the greater value stands, then the worse quality, so that the order in which
    readings come never decides. This is the only place that decides.
    """
    return (
        reading.source,
        reading.revision,
        reading.arrived,
        reading.value,
        reading.quality,
    )
