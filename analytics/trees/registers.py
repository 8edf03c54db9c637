"""What the registers of a family show: one that runs backwards, two that were exchanged.

Amounts cannot tell it: a register that falls, or jumps to where another one stood, has none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analytics.trees.suspect import Suspect
from energy.limit import limit_of_register
from energy.meter import NET, Meter
from energy.span import HOUR_MS, from_ms
from energy.text import Text

_DAY_MS = 24 * HOUR_MS
BACKWARDS_MS = 14 * _DAY_MS
"""Chosen: the newest two weeks tell how it is now."""
_MOST = 0.8
_FEWEST = 48
"""Fewest changes of a register that tell its direction; chosen: two days of hours."""


@dataclass(frozen=True)
class Shown:
    """What a register shows.

    Attributes:
        meter: Whose.
        time: When it was read [ms], increasing. Shape (n,).
        value: What it showed [steps of the meter]. Shape (n,).
    """

    meter: Meter
    time: np.ndarray
    value: np.ndarray

    @property
    def most(self) -> np.ndarray:
        """How far it can have gone from each reading to the next [steps]. Shape (n - 1,)."""
        limit = limit_of_register(self.meter, modulus=self.meter.modulus)
        hours = np.diff(self.time).astype(np.float64)
        return np.asarray(hours * limit.steps / limit.per + limit.slack)

    @property
    def jumps(self) -> np.ndarray:
        """The readings after which it goes neither on nor over its end."""
        gone = np.diff(self.value)
        if self.meter.counts == NET:
            return np.flatnonzero(np.abs(gone) > self.most)
        on = np.where(gone < 0, gone + self.meter.modulus, gone)
        return np.flatnonzero(on > self.most)


def backwards(shown: Iterable[Shown]) -> Iterator[Suspect]:
    """Yield the meters whose register falls whenever it moves, in the newest two weeks."""
    for one in shown:
        if one.meter.counts == NET:
            continue  # it may fall
        if not len(one.time) or one.time[-1] - one.time[0] < BACKWARDS_MS:
            continue
        newest = one.time >= one.time[-1] - BACKWARDS_MS
        steps = np.diff(one.value[newest])
        moves = steps[steps != 0]
        share = float(np.mean(moves < 0)) if len(moves) >= _FEWEST else 0.0
        if share >= _MOST:
            name_zh, name_en = one.meter.name_zh, one.meter.name_en
            sentence = Text(
                f"{name_zh}的读数近两周持续减小：互感器或接线可能反接。",
                f"The register of {name_en} has run backwards for two weeks: its transformers or "
                "phases may be reversed.",
            )
            evidence = {"readings_backwards": share}
            yield Suspect((one.meter.meter,), "reversed", share, sentence, evidence)


def exchanged(shown: Iterable[Shown]) -> Iterator[Suspect]:
    """Yield pairs of meters of which each register goes on where the other one stood.

    A pair that was exchanged and exchanged back is none.
    """
    jumped = [one for one in shown if len(one.jumps)]
    for one, other in combinations(jumped, 2):
        if one.meter.unit != other.meter.unit or one.meter.kind != other.meter.kind:
            continue
        times = list(_exchanges(one, other))
        if len(times) % 2:
            first, second, day = one.meter, other.meter, from_ms(times[-1]).date().isoformat()
            sentence = Text(
                f"{day} 起{first.name_zh}的读数接着{second.name_zh}原来的读数走，反之亦然："
                "两个通道已互换。",
                f"Since {day} the register of {first.name_en} goes on where that of "
                f"{second.name_en} stood, and the other way round: their two channels are "
                "exchanged.",
            )
            names = first.meter, second.meter
            yield Suspect(names, "swapped", 1.0, sentence, {"exchanges": float(len(times))})


def _exchanges(one: Shown, other: Shown) -> Iterator[int]:
    """Yield the times [ms] at which two registers take each other's place."""
    for place in one.jumps.tolist():
        start, end = int(one.time[place]), int(one.time[place + 1])
        for there in other.jumps.tolist():
            meets = other.time[there] < end and start < other.time[there + 1]
            if meets and _goes_on(one, place, other, there) and _goes_on(other, there, one, place):
                yield end


def _goes_on(one: Shown, place: int, other: Shown, there: int) -> bool:
    """Tell whether a register goes on after a jump where another one stood before its own."""
    own, others = float(one.meter.step), float(other.meter.step)
    gone = one.value[place + 1] * own - other.value[there] * others
    slack = 2 * max(own, others)
    return bool(-slack <= gone <= other.most[there] * others + slack)
