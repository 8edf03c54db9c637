"""Which meter of a family is probably wrong, by its daily balances. It tells and never acts."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from analytics.trees.balance import Balance
from analytics.trees.by_hours import agrees, hours_say, off_by_hours, shifted
from analytics.trees.factors import known_factors
from analytics.trees.steps import Steps, steps_of
from analytics.trees.suspect import Suspect
from analytics.wording import number
from energy.span import from_ms
from energy.text import Text

FEWEST_DAYS = 14
"""Chosen: two weeks, each day of the week twice."""
LOOKED_AT = 28
"""Chosen: the newest four weeks tell how it is now."""
CLOSED = 0.03
"""Closed is within this share of the parent; chosen: meters of class 1, and losses."""
OPEN = 0.08
"""From here on a balance is open; chosen: more than twice CLOSED."""
MOST_DAYS = 0.8
_APART = 0.5
_ALIKE = 0.15
_REGULAR = 0.5

STATUTORY_ITEMS = "ABCD"
"""Sub-items of electricity that every building has metered apart (guideline of 2008)."""


def suspects_of(
    days: Balance, hours: Balance | None = None, timezone: str = "UTC"
) -> list[Suspect]:
    """Return what is probably wrong in a family, the surest first.

    Args:
        days: Its balance by local day. Days on which one of them is missing do not count.
        hours: The measured hours of the days that are looked at; None if they are not known.
        timezone: Its wall clock, by which hours are usual.

    Returns:
        Nothing with fewer than FEWEST_DAYS whole days.
    """
    whole = np.flatnonzero(days.is_whole & (days.above != 0))
    if len(whole) < FEWEST_DAYS:
        return []
    looked = days.at(whole[-LOOKED_AT:])
    found = [*_negative(looked), *_turned(looked)]
    weekly = None if hours is None else steps_of(hours, timezone, is_weekly=True)
    if not found and weekly is not None:
        found += shifted(looked, weekly)
    if not found:
        found += _gap(looked, None if hours is None else steps_of(hours, timezone))
    found += _swapped(days, whole)
    return sorted(found, key=lambda one: -one.confidence)


def _gap(days: Balance, steps: Steps | None) -> list[Suspect]:
    """Return what explains a balance that is open."""
    above = days.above.astype(np.float64)
    below = days.below.astype(np.float64)
    rest = above - below.sum(axis=1)
    if not _is_open(above, rest):
        return []
    found: list[Suspect] = []
    for place, (factor, seen) in (off_by_hours(steps) if steps is not None else {}).items():
        left = rest - (factor - 1) * below[:, place]
        share = float(np.mean(left >= -CLOSED * np.abs(above)))
        if share >= MOST_DAYS:
            found.append(_off_by(days, place, factor, share, hours_say(seen)))
            rest = left
    if found and not _is_open(above, rest):
        return found
    others = [] if found else _factors(days, above, below, rest)
    if steps is not None:
        others = [one for one in others if agrees(days, steps, one)]
    others += _missing(days, above, rest)
    others = others or _too_little(days, above, rest)
    return found + [replace(one, confidence=one.confidence / len(others)) for one in others]


def _is_open(above: np.ndarray, rest: np.ndarray) -> bool:
    return float(np.median(np.abs(rest) / np.abs(above))) > OPEN


def _negative(days: Balance) -> list[Suspect]:
    """Return children that count backwards on most days."""
    found = []
    for place, child in enumerate(days.children):
        share = float(np.mean(days.below[:, place] < 0))
        if share >= MOST_DAYS:
            sentence = Text(
                f"{child.name_zh}在多数日子倒走：互感器或接线可能反接。",
                f"{child.name_en} counts backwards on most days: its transformers or phases may be "
                "reversed.",
            )
            found.append(
                Suspect((child.meter,), "reversed", share, sentence, {"days_backwards": share})
            )
    return found


def _turned(days: Balance) -> list[Suspect]:
    """Return a parent that says what is sold, while the meter of what is sold says the parent's."""
    newest = days.at(np.arange(len(days.start))[-FEWEST_DAYS:])
    below = newest.known_part
    turned = newest.above + 2 * (newest.sold - newest.bought)
    is_less = newest.above < below - OPEN * np.abs(below)
    share = float(np.mean(is_less & (turned >= below - CLOSED * np.abs(below))))
    if not newest.sold.any() or share < MOST_DAYS:
        return []
    parent = days.parent
    sentence = Text(
        f"若将{parent.name_zh}与上网电表对调，差额即合理：总表可能反接。",
        f"With {parent.name_en} and the meter of what is exported exchanged the balance is as it "
        "should be: the main may be reversed.",
    )
    return [Suspect((parent.meter,), "reversed", share, sentence, {"days_turned": share})]


def _too_little(days: Balance, above: np.ndarray, rest: np.ndarray) -> list[Suspect]:
    """Return the parent where it counts less than what it supplies on most of the newest days."""
    less = rest[-FEWEST_DAYS:] < -OPEN * np.abs(above[-FEWEST_DAYS:])
    share = float(np.mean(less))
    if share < MOST_DAYS:
        return []
    parent = days.parent
    sentence = Text(
        f"{parent.name_zh}在多数日子少于其分表之和：总表可能反接或倍率偏小，或有分表倍率偏大。",
        f"{parent.name_en} counts less than its sub-meters together on most days: it may be "
        "reversed or its ratio too small, or a sub-meter's too large.",
    )
    return [Suspect((parent.meter,), "too_little", share, sentence, {"days_less": share})]


def _factors(
    days: Balance, above: np.ndarray, below: np.ndarray, rest: np.ndarray
) -> list[Suspect]:
    """Return children of which one known factor closes the balance on most days."""
    best: list[tuple[float, int, float]] = []
    for place in range(len(days.children)):
        own = below[:, place]
        closed = []
        for factor in known_factors():
            left = np.abs(rest - (factor - 1) * own) / np.abs(above)
            share = float(np.mean(left <= CLOSED))
            if share >= MOST_DAYS:
                closed.append((float(np.median(left)), factor, share))
        if closed:
            _, factor, share = min(closed)
            best.append((factor, place, share))
    return [_off_by(days, place, factor, share) for factor, place, share in best]


def _off_by(
    days: Balance, place: int, factor: float, confidence: float, seen: Text | None = None
) -> Suspect:
    child = days.children[place]
    if factor < 0:
        sentence = Text(
            f"若{child.name_zh}反向计入，差额即闭合：可能反接。",
            f"With {child.name_en} counted the other way round the balance closes: it may be "
            "reversed.",
        )
        fault = "reversed"
    else:
        sentence = Text(
            f"若{child.name_zh}乘以 {number(factor)}，差额即合理：登记的倍率 "
            f"{number(float(child.ratio))} 可能不对。",
            f"With {child.name_en} times {number(factor)} the balance is as it should be: the "
            f"registered ratio {number(float(child.ratio))} may be wrong.",
        )
        fault = "ratio"
    told = sentence if seen is None else sentence + seen
    return Suspect((child.meter,), fault, confidence, told, {"factor": factor})


def _missing(days: Balance, above: np.ndarray, rest: np.ndarray) -> list[Suspect]:
    """Return a remainder that is there day after day like a load: a branch without a meter."""
    there = float(np.mean(rest > OPEN * above))
    middle = float(np.median(rest))
    spread = float(np.median(np.abs(rest - middle)))
    if there < MOST_DAYS or spread > _REGULAR * middle:
        return []
    share = float(np.median(rest / above))
    lacking = _lacking(days)
    made = Text("及自发自用电量", " and of what is generated") if _is_fed(days) else Text("", "")
    sentence = Text(
        f"{days.parent.name_zh}{made.zh}每天约有 {share:.0%} 不在任何分表中，且很有规律："
        "可能有支路未装表",
        f"Day after day about {share:.0%} of {days.parent.name_en}{made.en} is in no sub-meter, "
        "and regularly so: a branch may have no meter",
    )
    if lacking:
        zh, en = "、".join(lacking), ", ".join(lacking)
        sentence += Text(f"；分项 {zh} 没有分表", f"; no sub-meter bears sub-item {en}")
    sure = there if lacking else there / 2
    evidence = {"share": share}
    return [
        Suspect((days.parent.meter,), "missing_branch", sure, sentence + Text("。", "."), evidence)
    ]


def _is_fed(days: Balance) -> bool:
    """Tell whether more than what the parent itself says reaches the children."""
    return bool((days.above + days.sold != days.bought).any())


def _lacking(days: Balance) -> list[str]:
    """Return the sub-items of electricity that no sub-meter bears."""
    borne = {child.item[:1] for child in days.children}
    is_electric = days.parent.kind == "electricity"
    return [item for item in STATUTORY_ITEMS if is_electric and item not in borne]


def _swapped(days: Balance, whole: np.ndarray) -> list[Suspect]:
    """Return pairs of children that took each other's level on one day and kept it."""
    found = []
    below = days.below[whole].astype(np.float64)
    for one, other in combinations(range(len(days.children)), 2):
        pair = below[:, (one, other)]
        if (np.median(pair, axis=0) <= 0).any():
            continue
        cut = _exchange(pair)
        if cut:
            first, second = days.children[one], days.children[other]
            day = from_ms(int(days.start[whole[cut]])).date().isoformat()
            sentence = Text(
                f"约自 {day} 起{first.name_zh}与{second.name_zh}互换了水平：两个通道可能接反。",
                f"About {day} {first.name_en} and {second.name_en} took each other's level: their "
                "two channels may be exchanged.",
            )
            agrees = _agreement(pair, cut)
            names = first.meter, second.meter
            found.append(Suspect(names, "swapped", agrees, sentence, {"days_before": float(cut)}))
    return found


def _exchange(pair: np.ndarray) -> int:
    """Return the row from which on two columns hold each other's level; 0 if none."""
    best, least = 0, np.inf
    for cut in range(FEWEST_DAYS, len(pair) - FEWEST_DAYS + 1):
        before, after = np.median(pair[:cut], axis=0), np.median(pair[cut:], axis=0)
        if min(*before, *after) <= 0 or abs(np.log(before[0] / before[1])) < _APART:
            continue
        if np.abs(np.log(after / before[::-1])).max() > _ALIKE:
            continue
        left = float(np.abs(pair[:cut] - before).sum() + np.abs(pair[cut:] - after).sum())
        if left < least:
            best, least = cut, left
    return best if best and _agreement(pair, best) >= MOST_DAYS else 0


def _agreement(pair: np.ndarray, cut: int) -> float:
    """Return the share of days on which the greater of two columns is the one it should be."""
    greater = pair[:, 0] > pair[:, 1]
    first = bool(np.median(pair[:cut, 0]) > np.median(pair[:cut, 1]))
    right = np.where(np.arange(len(pair)) < cut, greater == first, greater != first)
    return float(np.mean(right))
