"""One cause, one finding: what another finding already explains is not said again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from energy.finding import Finding, Stream
from energy.registry import Registry

_DAY_MS = 86_400_000
_TOGETHER_DAYS = 28
_AFTERWARDS_DAYS = 7
"""Chosen: rules look at weeks, so that a fault that was over may be seen in the next."""
_EXPLAINED = 0.4
"""A sub-meter's finding explains its main's when it holds at least this share of its energy;
chosen: sub-meters rarely see everything that a main does."""

_MORE_TELLING = ("night_and_weekend_load", "level_shift")
"""Rules that see one cause from several sides, the one that says more of it first."""
_TOLD_FIRST = {"suspect_hours": ("device_clock", "silent_or_flat", "sub_against_main")}
"""Rule of data to those that tell the same cause from more than the hours of one meter."""
_CLOCK = "device_clock"
_SAME_CLOCK_S = 300.0
"""Clocks behind one gateway that are about as far off are one; chosen as for a steady one."""


Explains = Callable[[Finding, Sequence[Finding]], Finding | None]
"""(a finding, all of them) -> the one that explains it; None where none does."""


def without_overlap(found: Iterable[Finding], registry: Registry) -> list[Finding]:
    """Return the findings less those that another one explains; see ``parted``."""
    return parted(found, registry)[0]


def parted(found: Iterable[Finding], registry: Registry) -> tuple[list[Finding], dict[str, str]]:
    """Return the findings that stay, and of the others the fingerprint of what explains each.

    1. A fault of the data since some day explains waste at the same meter since about that day,
       unless the waste is seen for a week after the fault was over.
    2. Of two rules that see one cause at one meter the more telling one is kept, of waste and of
       data alike.
    3. Waste at a sub-meter explains waste at the meters above it since about the same day.
    4. One wrong clock is found once, at one of the meters that share it.

    What explains another may be explained itself: named is the one that stays.
    """
    kept = list(found)
    by: dict[str, str] = {}
    looks: tuple[Explains, ...] = (
        _fault_behind,
        _said_better,
        partial(_below, registry=registry),
        partial(_said_of_its_clock, registry=registry),
    )
    for explains in looks:
        told = [(one, explains(one, kept)) for one in kept]
        by |= {one.fingerprint: other.fingerprint for one, other in told if other is not None}
        kept = [one for one, other in told if other is None]
    return kept, {name: _at_last(name, by) for name in by}


def _at_last(name: str, by: Mapping[str, str]) -> str:
    while name in by:
        name = by[name]
    return name


def _begin_together(one: Finding, other: Finding) -> bool:
    return abs(one.start - other.start) <= _TOGETHER_DAYS * _DAY_MS


def _fault_behind(one: Finding, every: Sequence[Finding]) -> Finding | None:
    if one.stream is not Stream.WASTE:
        return None
    faults = (
        other
        for other in every
        if other.meter == one.meter
        and other.stream is Stream.DATA
        and _begin_together(one, other)
        and (other.goes_on or one.end - other.end <= _AFTERWARDS_DAYS * _DAY_MS)
    )
    return next(faults, None)


def _better(rule: str) -> tuple[str, ...]:
    if rule in _MORE_TELLING:
        return _MORE_TELLING[: _MORE_TELLING.index(rule)]
    return _TOLD_FIRST.get(rule, ())


def _said_better(one: Finding, every: Sequence[Finding]) -> Finding | None:
    better = _better(one.rule)
    said = (
        other
        for other in every
        if other.meter == one.meter
        and other.rule in better
        and other.start < one.end
        and one.start < other.end
    )
    return next(said, None)


def _below(one: Finding, every: Sequence[Finding], registry: Registry) -> Finding | None:
    """Return the greatest of the findings below that together explain one above."""
    if one.base_per_year is None:
        return None
    below = [
        other
        for other in every
        if other.stream is one.stream
        and _begin_together(one, other)
        and is_above(one.meter, other.meter, registry)
    ]
    explained = sum(other.base_per_year or 0 for other in below)
    if not below or explained < _EXPLAINED * one.base_per_year:
        return None
    return max(below, key=lambda other: other.base_per_year or 0)


def _said_of_its_clock(
    one: Finding, every: Sequence[Finding], registry: Registry
) -> Finding | None:
    """Return what says it already at another meter of the same clock.

    The one that is read most often does, because it shows the error first: so it stays that one.
    """

    def order(finding: Finding) -> tuple[int, str]:
        return registry.meter[finding.meter].interval_s, finding.meter

    if one.rule != _CLOCK:
        return None
    said = (
        other
        for other in every
        if other.rule == _CLOCK and order(other) < order(one) and _share_clock(one, other, registry)
    )
    return next(said, None)


def _share_clock(one: Finding, other: Finding, registry: Registry) -> bool:
    mine, its = registry.meter[one.meter].device, registry.meter[other.meter].device
    if mine == its:
        return True
    gateways = {
        registry.device[name].gateway if name in registry.device else "" for name in (mine, its)
    }
    apart = abs(one.evidence["behind_s"] - other.evidence["behind_s"])
    return len(gateways) == 1 and "" not in gateways and apart <= _SAME_CLOCK_S


def is_above(upper: str, lower: str, registry: Registry) -> bool:
    """Tell whether a meter lies above another in the tree."""
    seen = {lower}
    entry = registry.meter.get(lower)
    while entry is not None and entry.parent and entry.parent not in seen:
        if entry.parent == upper:
            return True
        seen.add(entry.parent)
        entry = registry.meter.get(entry.parent)
    return False
