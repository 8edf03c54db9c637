"""What a meter shows whenever one below it changes: by hours, and against what comes every day.

What is used beside a sub-meter does not rise and fall with it once the hour of the day is taken
out. So where a sub-meter rises by 1 the meter above rises by 1, and by another number only if the
one below tells another number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.trees.balance import Balance
from energy.span import HOUR_MS

FEWEST_HOURS = 300
"""Chosen: less than two weeks of whole hours tell too little."""
FARTHEST_H = 12
"""Clocks are wrong by at most half a day: more cannot be told from another day; chosen."""
_WEEKEND = 5


@dataclass(frozen=True)
class Follows:
    """How the parent follows a child.

    Attributes:
        slope: By how much it rises when the child rises by 1.
        error: Standard error of the slope.
    """

    slope: float
    error: float

    def tells(self, factor: float, *, errors: float) -> bool:
        """Whether a slope agrees with a factor within so many standard errors."""
        return abs(self.slope - factor) <= errors * self.error


@dataclass(frozen=True)
class Moved:
    """How the parent follows a child that is moved in time, beside the same child left in place.

    Attributes:
        later: By how many hours it is moved forward.
        moved: How the parent follows it there.
        stays: By how much it rises besides when the child rises where it is.
        left: Share of what the parent does that neither explains.
    """

    later: int
    moved: Follows
    stays: float
    left: float


@dataclass(frozen=True)
class Steps:
    """Changes from hour to hour, less what is usual at that hour.

    Attributes:
        above: Of what reaches the children. Shape (n,).
        below: Of each child. Shape (n, children).
        hour: Number of the hour that each ends in. Shape (n,), int64.
    """

    above: np.ndarray
    below: np.ndarray
    hour: np.ndarray

    @property
    def together(self) -> "Steps":
        """All children as one."""
        return Steps(self.above, self.below.sum(axis=1, keepdims=True), self.hour)


def steps_of(hours: Balance, timezone: str, *, is_weekly: bool = False) -> Steps | None:
    """Return the changes of a family from hour to hour; None if too few hours are whole.

    Args:
        hours: Its balance by hour.
        timezone: Its wall clock, by which hours are usual.
        is_weekly: Whether each hour of the week is usual by itself, as it is where a child may be
            moved over the end of a day; else those of workdays, and those of weekends, are.
    """
    whole = np.flatnonzero(hours.is_whole)
    if len(whole) < FEWEST_HOURS:
        return None
    start = hours.start[whole]
    columns = np.column_stack([hours.above[whole], hours.below[whole]]).astype(np.float64)
    instants = pd.DatetimeIndex(start.astype("datetime64[ms]")).tz_localize("UTC")
    local = instants.tz_convert(ZoneInfo(timezone))
    day = np.asarray(local.day_of_week)
    usual = np.asarray(local.hour) + 24 * (day if is_weekly else day >= _WEEKEND)
    frame = pd.DataFrame(columns)
    unusual = (frame - frame.groupby(usual).transform("mean")).to_numpy()
    follows = np.diff(start) == HOUR_MS
    changes = np.diff(unusual, axis=0)[follows]
    return Steps(changes[:, 0], changes[:, 1:], start[1:][follows] // HOUR_MS)


def follows_of(steps: Steps) -> list[Follows | None]:
    """Return how the parent follows each child, all at once; None for one that never changes."""
    moves = np.flatnonzero(steps.below.std(axis=0) > 0)
    found: list[Follows | None] = [None] * steps.below.shape[1]
    if not len(moves):
        return found
    below = steps.below[:, moves]
    inverse = np.linalg.pinv(below.T @ below)
    slope = inverse @ below.T @ steps.above
    # Large changes scatter more than small ones: White's errors, which do not ask for one spread.
    left = (steps.above - below @ slope) ** 2
    error = np.sqrt(np.diag(inverse @ (below.T * left) @ below @ inverse))
    for place, one, scatter in zip(moves.tolist(), slope.tolist(), error.tolist(), strict=True):
        found[place] = Follows(one, scatter)
    return found


def moved_of(steps: Steps, place: int) -> Iterator[Moved]:
    """Yield how the parent follows one child that is moved by -12 to 12 hours, but not by 0.

    Args:
        steps: The family.
        place: Which child; the others stay where they are.
    """
    own = steps.below[:, place]
    beside = steps.above - np.delete(steps.below, place, axis=1).sum(axis=1)
    for later in range(-FARTHEST_H, FARTHEST_H + 1):
        there = np.searchsorted(steps.hour, steps.hour + later)
        inside = there < len(own)
        inside[inside] &= steps.hour[there[inside]] == steps.hour[inside] + later
        pair = np.column_stack([own[there[inside]], own[inside]])
        square = pair.T @ pair
        if later and np.linalg.matrix_rank(square) == len(square):
            yield _moved(later, pair, beside[inside])


def _moved(later: int, pair: np.ndarray, beside: np.ndarray) -> Moved:
    inverse = np.linalg.inv(pair.T @ pair)
    slope = inverse @ pair.T @ beside
    left = (beside - pair @ slope) ** 2
    error = np.sqrt((inverse @ (pair.T * left) @ pair @ inverse)[0, 0])
    share = float(left.sum() / (beside @ beside))
    return Moved(later, Follows(float(slope[0]), float(error)), float(slope[1]), share)
