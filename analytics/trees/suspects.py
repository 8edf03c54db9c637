"""Which meter of a family is probably wrong, by its daily balances. It tells and never acts."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from analytics.trees.balance import Balance
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

_STEPS = (30, 40, 50, 60, 75, 80, 100, 120, 150, 200)
"""Primary currents of transformers, as multiples of 5 A: chosen: common in buildings."""


@dataclass(frozen=True)
class Suspect:
    """A guess at what is wrong, with what speaks for it.

    Attributes:
        meters: Which meters it concerns; the parent where a branch is missing.
        fault: ratio, reversed, swapped, missing_branch or too_little.
        confidence: Share of the days for it, divided among the guesses that explain the same gap.
        sentence: What is seen, in words.
        evidence: The numbers behind it.
    """

    meters: tuple[str, ...]
    fault: str
    confidence: float
    sentence: Text
    evidence: dict[str, float]


def suspects_of(days: Balance) -> list[Suspect]:
    """Return what is probably wrong in a family, the surest first.

    Args:
        days: Its balance by local day. Days on which one of them is missing do not count.

    Returns:
        Nothing with fewer than FEWEST_DAYS whole days.
    """
    whole = np.flatnonzero(days.is_whole & (days.above != 0))
    if len(whole) < FEWEST_DAYS:
        return []
    newest = whole[-LOOKED_AT:]
    above = days.above[newest].astype(np.float64)
    below = days.below[newest].astype(np.float64)
    rest = above - below.sum(axis=1)
    found = _negative(days, below)
    if float(np.median(np.abs(rest) / np.abs(above))) > OPEN:
        others = [*_factors(days, above, below, rest), *_missing(days, above, rest)]
        others = others or _too_little(days, above, rest)
        found += [replace(one, confidence=one.confidence / len(others)) for one in others]
    found += _swapped(days, whole)
    return sorted(found, key=lambda one: -one.confidence)


def _negative(days: Balance, below: np.ndarray) -> list[Suspect]:
    """Return children that count backwards on most days."""
    found = []
    for place, child in enumerate(days.children):
        share = float(np.mean(below[:, place] < 0))
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
        for factor in _known_factors():
            left = np.abs(rest - (factor - 1) * own) / np.abs(above)
            share = float(np.mean(left <= CLOSED))
            if share >= MOST_DAYS:
                closed.append((float(np.median(left)), factor, share))
        if closed:
            _, factor, share = min(closed)
            best.append((factor, place, share))
    return [_off_by(days, place, factor, share) for factor, place, share in best]


def _known_factors() -> list[float]:
    steps = {one / other for one in _STEPS for other in _STEPS if one != other}
    return sorted({-1.0, 2.0, 0.5, 10.0, 0.1, 100.0, 0.01, 1000.0, 0.001} | steps)


def _off_by(days: Balance, place: int, factor: float, confidence: float) -> Suspect:
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
            f"若{child.name_zh}乘以 {number(factor)}，差额即闭合：登记的倍率 "
            f"{number(float(child.ratio))} 可能不对。",
            f"With {child.name_en} times {number(factor)} the balance closes: the registered ratio "
            f"{number(float(child.ratio))} may be wrong.",
        )
        fault = "ratio"
    return Suspect((child.meter,), fault, confidence, sentence, {"factor": factor})


def _missing(days: Balance, above: np.ndarray, rest: np.ndarray) -> list[Suspect]:
    """Return a remainder that is there day after day like a load: a branch without a meter."""
    there = float(np.mean(rest > OPEN * above))
    middle = float(np.median(rest))
    spread = float(np.median(np.abs(rest - middle)))
    if there < MOST_DAYS or spread > _REGULAR * middle:
        return []
    share = float(np.median(rest / above))
    sentence = Text(
        f"{days.parent.name_zh}每天约有 {share:.0%} 不在任何分表中，且很有规律：可能有支路未装表。",
        f"Day after day about {share:.0%} of {days.parent.name_en} is in no sub-meter, and "
        "regularly so: a branch may have no meter.",
    )
    return [Suspect((days.parent.meter,), "missing_branch", there, sentence, {"share": share})]


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
