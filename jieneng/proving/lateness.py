"""What came late, and whether the ledger that was without it was put right afterwards."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from energy.reading import GAUGE
from energy.span import HOUR_MS, SECOND_MS
from simulators.happenings import Happenings, Told

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

    def restated(self, measured_and_right: Callable[[str], set[int]]) -> Restated:
        """Return what became of the hours noted.

        Args:
            measured_and_right: Meter to its hours [start, ms] that are both in the end.
        """
        names = {name for name, _ in self._due}
        right = {(name, hour) for name in names for hour in measured_and_right(name)}
        return Restated(len(self._due), len(self._due & right))


def waiting_hours(told: Told, now: int) -> np.ndarray:
    """Return hours [start, ms] with a reading that was read by now and is published later.

    A reading completes the hour that ends with it, and the one that begins with it.
    """
    late = told.published & (told.time <= now) & (told.publish_at >= now)
    times = told.time[late]
    hours = np.concatenate([(times - 1) // HOUR_MS, times // HOUR_MS]) * HOUR_MS
    return np.unique(hours[hours + HOUR_MS <= now])
