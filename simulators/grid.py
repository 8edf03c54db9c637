"""The slots of a history: what is drawn, and what meters are read at, begins with one of them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from energy.errors import ConfigError
from energy.meter import Meter
from energy.span import HOUR_MS, SECOND_MS
from energy.text import Text

DAY_MS = 24 * HOUR_MS
HOUR_S = HOUR_MS // SECOND_MS


@dataclass(frozen=True)
class Grid:
    """Slots that follow one another from the origin.

    Attributes:
        origin: Start of the first slot [ms since 1970 UTC].
        slot_ms: Length of a slot [ms]; a whole number of them makes an hour.
        count: How many slots.
    """

    origin: int
    slot_ms: int
    count: int

    @property
    def starts(self) -> np.ndarray:
        """Start of each slot [ms]. Shape (count,), int64."""
        return self.origin + np.arange(self.count, dtype=np.int64) * self.slot_ms

    @property
    def end(self) -> int:
        """End of the last slot [ms]."""
        return self.origin + self.count * self.slot_ms

    @property
    def an_hour(self) -> int:
        """How many slots make an hour."""
        return HOUR_MS // self.slot_ms

    def slot(self, day: float) -> int:
        """Return the edge of a slot nearest to a number of days after the origin."""
        return round(day * DAY_MS / self.slot_ms)

    def stride(self, meter: Meter) -> int:
        """Return how many slots lie between two readings of a meter.

        Raises:
            ConfigError: If its interval is no whole number of slots.
        """
        found, rest = divmod(meter.interval_s * SECOND_MS, self.slot_ms)
        if rest or not found:
            problem = Text(
                f"计量点 {meter.meter!r} 的间隔 {meter.interval_s} 秒不是 "
                f"{self.slot_ms // SECOND_MS} 秒的整数倍。",
                f"Meter {meter.meter!r} is read every {meter.interval_s} s, which is no whole "
                f"number of {self.slot_ms // SECOND_MS} s.",
            )
            raise ConfigError(problem)
        return found


def slot_of(meters: Iterable[Meter]) -> int:
    """Return the longest slot [ms] whose edges all meters can be read at; an hour at the most.

    Raises:
        ConfigError: If it would be shorter than a minute.
    """
    seconds = math.gcd(HOUR_S, *(meter.interval_s for meter in meters))
    if seconds < 60:  # noqa: PLR2004  a year of seconds fills the memory
        problem = Text(
            f"各计量点间隔的最大公约数是 {seconds} 秒；模拟至少需要 60 秒。",
            f"The intervals of the meters have {seconds} s in common; a simulation needs at least "
            "60 s.",
        )
        raise ConfigError(problem)
    return seconds * SECOND_MS
