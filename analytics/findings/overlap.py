"""One cause, one finding: what another finding already explains is not said again."""

from collections.abc import Iterable, Sequence

from energy.finding import Finding, Stream
from energy.registry import Registry

_DAY_MS = 86_400_000
_TOGETHER_DAYS = 28
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


def without_overlap(found: Iterable[Finding], registry: Registry) -> list[Finding]:
    """Return the findings less those that another one explains.

    1. A fault of the data since some day explains waste at the same meter since about that day.
    2. Of two rules that see one cause at one meter the more telling one is kept, of waste and of
       data alike.
    3. Waste at a sub-meter explains waste at the meters above it since about the same day.
    4. One wrong clock is found once, at one of the meters that share it.
    """
    every = list(found)
    kept = [one for one in every if not _is_false_alarm(one, every)]
    kept = [one for one in kept if not _is_said_better(one, kept)]
    kept = [one for one in kept if not _is_explained_below(one, kept, registry)]
    return [one for one in kept if not _is_said_of_its_clock(one, kept, registry)]


def _begin_together(one: Finding, other: Finding) -> bool:
    return abs(one.start - other.start) <= _TOGETHER_DAYS * _DAY_MS


def _is_false_alarm(one: Finding, every: Sequence[Finding]) -> bool:
    if one.stream is not Stream.WASTE:
        return False
    return any(
        other.meter == one.meter and other.stream is Stream.DATA and _begin_together(one, other)
        for other in every
    )


def _better(rule: str) -> tuple[str, ...]:
    if rule in _MORE_TELLING:
        return _MORE_TELLING[: _MORE_TELLING.index(rule)]
    return _TOLD_FIRST.get(rule, ())


def _is_said_better(one: Finding, every: Sequence[Finding]) -> bool:
    better = _better(one.rule)
    return any(
        other.meter == one.meter
        and other.rule in better
        and other.start < one.end
        and one.start < other.end
        for other in every
    )


def _is_explained_below(one: Finding, every: Sequence[Finding], registry: Registry) -> bool:
    if one.base_per_year is None:
        return False
    explained = sum(
        other.base_per_year or 0
        for other in every
        if other.stream is one.stream
        and _begin_together(one, other)
        and is_above(one.meter, other.meter, registry)
    )
    return explained >= _EXPLAINED * one.base_per_year


def _is_said_of_its_clock(one: Finding, every: Sequence[Finding], registry: Registry) -> bool:
    """Tell whether another meter of the same clock says it already.

    The one that is read most often does, because it shows the error first: so it stays that one.
    """

    def order(finding: Finding) -> tuple[int, str]:
        return registry.meter[finding.meter].interval_s, finding.meter

    return one.rule == _CLOCK and any(
        other.rule == _CLOCK and order(other) < order(one) and _share_clock(one, other, registry)
        for other in every
    )


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
