"""What came late, and whether the ledger that was without it was put right afterwards."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from energy.reading import GAUGE
from energy.span import HOUR_MS, SECOND_MS
from simulators.meters.happenings import Happenings, Told

HourOf = tuple[str, int]
"""A meter and the start of an hour [ms]."""
_HOUR_S = HOUR_MS // SECOND_MS


class Restated(NamedTuple):
    """Hours that the ledger had stated without a reading which came later.

    Attributes:
        due: How many were not measured then.
        done: How many of these are measured in the end, and right.
    """

    due: int
    done: int


class Lateness:
    """Watches the rounds of a history for hours that a late reading completes.

    Args:
        happenings: What the meters say, and when.
        hours: Meters to what the ledger says of their hours now, by start [ms].
    """

    def __init__(
        self, happenings: Happenings, hours: Callable[[list[str]], dict[str, pd.DataFrame]]
    ) -> None:
        self._told = {
            name: told
            for name, told in happenings.told.items()
            if told.meter.table != GAUGE and (told.publish_at > told.time).any()
        }
        self._hours = hours
        self._due: set[HourOf] = set()

    def look(self, now: int) -> None:
        """Note the hours that a round at a time [ms] could not measure for want of readings."""
        waits = {name: waiting_hours(told, now) for name, told in self._told.items()}
        waits = {name: hours for name, hours in waits.items() if len(hours)}
        for name, said in self._hours(list(waits)).items():
            measured = said["measured_s"].reindex(waits[name]).fillna(0)
            self._due |= {(name, int(hour)) for hour in measured.index[measured < _HOUR_S]}

    def restated(self, hours_of: Callable[[str], tuple[set[int], set[int]]]) -> Restated:
        """Return what became of the hours noted.

        Args:
            hours_of: Meter to its hours [start, ms] that can be measured by truth, and to those
                that are measured and right in the end.
        """
        can_be: set[HourOf] = set()
        right: set[HourOf] = set()
        for name in {name for name, _ in self._due}:
            expected, held = hours_of(name)
            can_be |= {(name, hour) for hour in expected}
            right |= {(name, hour) for hour in held}
        due = self._due & can_be
        return Restated(len(due), len(due & right))


def waiting_hours(told: Told, now: int) -> np.ndarray:
    """Return hours [start, ms] that lack a reading which was read by now and is published later.

    They are all that the intervals before and after it touch, as far as they are over.
    """
    late = told.published & (told.time <= now) & (told.publish_at >= now)
    times, interval_ms = told.time[late], told.meter.interval_s * SECOND_MS
    touched = [times - interval_ms, times, times + interval_ms]
    hours = np.unique(np.concatenate(touched) // HOUR_MS * HOUR_MS)
    return hours[hours + HOUR_MS <= now]
