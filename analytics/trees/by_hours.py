"""Which sub-meter does not change as the meter above it does, by hours."""

import numpy as np

from analytics.trees.balance import Balance
from analytics.trees.factors import known_factors
from analytics.trees.steps import Follows, Steps, follows_of, moved_of
from analytics.trees.suspect import Suspect
from analytics.wording import number
from energy.meter import Meter
from energy.text import Text

_SURE_ERRORS = 10
"""Chosen: meters that are right come up to 8.5 errors from 1 in the scenarios."""
_LEAST_OFF = 0.24
"""A factor nearer to 1 is not named; chosen: the step from one usual transformer to the next."""
_NEAR = 0.1
_AGREES_ERRORS = 4
_SAME, _ALL_SAME = 0.25, 0.1
"""Chosen: of a family whose largest part alone is moved, no more than a tenth stays where it is."""


def agrees(days: Balance, steps: Steps, guess: Suspect) -> bool:
    """Tell whether hours do not speak against a guess that a child is off by a factor."""
    names = [child.meter for child in days.children]
    follows = follows_of(steps)[names.index(guess.meters[0])]
    factor = guess.evidence["factor"]
    if follows is None:
        return True
    return follows.tells(factor, errors=_AGREES_ERRORS) or _is_near(follows.slope, factor)


def off_by_hours(steps: Steps) -> dict[int, tuple[float, Follows]]:
    """Return the children that hours show to be off: place to known factor, and how it follows."""
    found = {}
    for place, follows in enumerate(follows_of(steps)):
        if follows is None or abs(follows.slope - 1) < _SURE_ERRORS * follows.error:
            continue
        factor = min(known_factors(), key=lambda one: _distance(follows.slope, one))
        is_known = _is_near(follows.slope, factor) or follows.tells(factor, errors=3)
        if is_known and abs(factor - 1) >= _LEAST_OFF:
            found[place] = factor, follows
    return found


def _is_near(slope: float, factor: float) -> bool:
    return abs(slope - factor) <= _NEAR * abs(factor)


def _distance(slope: float, factor: float) -> float:
    """Return how far a slope is from a factor, in parts of it; those of the other sign are far."""
    return float(np.inf) if slope * factor <= 0 else abs(float(np.log(slope / factor)))


def shifted(days: Balance, steps: Steps) -> list[Suspect]:
    """Return children that change hours before or after the parent: a clock is wrong.

    Where all of them together do, it is the parent's.
    """
    together = _lag(steps.together, 0, same=_ALL_SAME)
    if together and len(days.children) > 1:
        return [_clock(days.parent, -together)]
    lags = ((child, _lag(steps, place)) for place, child in enumerate(days.children))
    return [_clock(child, lag) for child, lag in lags if lag]


def _lag(steps: Steps, place: int, same: float = _SAME) -> int:
    """Return how many hours later a child says what the parent says; 0 if it does not.

    Args:
        steps: The family.
        place: Which child.
        same: How far from 1 the parent may follow it when it is moved, and from 0 when it is not.
    """
    best = min(moved_of(steps, place), key=lambda one: one.left, default=None)
    if best is None or best.moved.slope < _SURE_ERRORS * best.moved.error:
        return 0
    is_there = abs(best.moved.slope - 1) <= same and abs(best.stays) < same
    return best.later if is_there else 0


def _clock(meter: Meter, hours: int) -> Suspect:
    zh, en = ("快", "ahead") if hours > 0 else ("慢", "behind")
    sentence = Text(
        f"{meter.name_zh}移动 {abs(hours)} 小时后与上下级一致：其时钟可能{zh} {abs(hours)} 小时。",
        f"What {meter.name_en} says fits the others when it is moved by {abs(hours)} h: its clock "
        f"may be {abs(hours)} h {en}.",
    )
    return Suspect((meter.meter,), "clock", 1.0, sentence, {"hours_ahead": float(hours)})


def hours_say(follows: Follows) -> Text:
    """Return what hours say of a child, to stand behind a guess."""
    slope, error = number(round(follows.slope, 2)), number(round(follows.error, 2))
    return Text(
        f"（逐小时：该表每变化 1，上级变化 {slope} ± {error}）",
        f" (by hours: where it changes by 1, the meter above changes by {slope} ± {error})",
    )
