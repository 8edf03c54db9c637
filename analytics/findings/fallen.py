"""Whether a meter uses less since somebody called its waste fixed: silence of a rule is no proof.

A rule may stop seeing a waste that goes on, because a season moved what it compares with. So the
hours after are held to the hours before, like by like.
"""

from collections.abc import Iterator

import numpy as np

from analytics.clock import Clock
from analytics.rule import YEAR_HOURS, Evidence
from analytics.sound import sound_amounts
from energy.finding_step import Seen

_DAY_MS = 86_400_000
WINDOW_DAYS = 28
"""Longest stretch on either side; chosen: longer ones are of another season."""
SHARE = 0.5
"""Share of the least waste that was claimed that must be gone; chosen: half of it is neither noise
nor weather of four weeks, and a fix may leave a part."""
_LEAST_HOURS = 7 * 24 * 0.8
_LEAST_IN_SLOT = 2
_LEAST_COMPARED = 0.8


def has_fallen(evidence: Evidence, accepted: Seen, *, since: int) -> bool | None:
    """Tell whether a meter uses less since a time by half of the least that was claimed.

    Compared are hours of the day on workdays and on days off, each as often as it comes in both
    stretches: four weeks at most before, since the waste began, and after. Only hours that were
    measured from end to end and are sound count: a stuck meter saves nothing.

    Args:
        evidence: Of the meter.
        accepted: What was claimed; its amount is not None.
        since: When it was fixed, or last seen if that was earlier [ms].

    Returns:
        None where too little was measured on one side to tell.
    """
    start = evidence.clock.start
    amount = sound_amounts(evidence.hours)
    known = np.isfinite(amount)
    first = max(accepted.start, since - WINDOW_DAYS * _DAY_MS)
    before = known & (start >= first) & (start < since)
    after = known & (start >= since) & (start < since + WINDOW_DAYS * _DAY_MS)
    if min(before.sum(), after.sum()) < _LEAST_HOURS:
        return None
    slots = list(_slots(amount, evidence.clock, before, after))
    compared = sum(count for count, _ in slots)
    if compared < _LEAST_COMPARED * (before | after).sum():
        return None
    fallen = sum(count * drop for count, drop in slots) / compared
    claimed = accepted.base_per_year if accepted.low is None else accepted.low
    return bool(fallen * YEAR_HOURS >= SHARE * (claimed or 0))


def _slots(
    amount: np.ndarray, clock: Clock, before: np.ndarray, after: np.ndarray
) -> Iterator[tuple[int, float]]:
    """Yield of each hour of the day, on or off, how many hours it has and how far it fell."""
    slot = clock.hour + 24 * clock.off_hour
    for one in range(48):
        mine = slot == one
        then, now = mine & before, mine & after
        if min(then.sum(), now.sum()) >= _LEAST_IN_SLOT:
            drop = float(amount[then].mean() - amount[now].mean())
            yield int(then.sum() + now.sum()), drop
