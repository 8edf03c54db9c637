"""Parts of what main meters count: which sub-meters may be added without counting twice."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from energy.kinds import KINDS
from energy.meter import MAIN, SUB, Meter
from energy.registry import Registry
from energy.uses import OWN_GENERATION, PURCHASED, USES

COUNTED = (MAIN, SUB)
"""Roles whose amounts are part of what an institution uses."""


def is_bought(meter: Meter) -> bool:
    """Tell whether a meter is a main of what comes in from a supplier, and so on a bill."""
    return meter.role == MAIN and meter.use != OWN_GENERATION


def above(registry: Registry, meter: Meter) -> Iterator[Meter]:
    """Yield the meters above a meter, the nearest first; circles end."""
    seen = {meter.meter}
    name = meter.parent
    while name in registry.meter and name not in seen:
        seen.add(name)
        yield registry.meter[name]
        name = registry.meter[name].parent


def topmost(
    registry: Registry, meters: Sequence[Meter], is_same: Callable[[Meter], bool]
) -> tuple[Meter, ...]:
    """Return the meters that have none of the same above them: what is below is in those.

    Args:
        registry: Has the tree of meters.
        meters: All of the same.
        is_same: Tells of a meter above whether it is of the same.
    """
    return tuple(
        meter for meter in meters if not any(is_same(upper) for upper in above(registry, meter))
    )


def subjects_of(registry: Registry, institution: str) -> list[tuple[str, str, tuple[Meter, ...]]]:
    """Return kind, use and meters that do not count the same thing twice: all, then parts."""
    own = [meter for meter in registry.meters if meter.institution == institution]
    found = []
    for kind in KINDS:
        mains = tuple(meter for meter in own if meter.kind == kind and meter.role == MAIN)
        if mains:
            found.append((kind, "", mains))
    return found + meters_by_use(registry, institution)


def meters_by_use(registry: Registry, institution: str) -> list[tuple[str, str, tuple[Meter, ...]]]:
    """Return kind, use and the meters of that use, those below another of the use left out.

    Kinds and uses in their order; mains and sub-meters alike, never checks or suppliers' meters.
    Of own generation mains alone: what a panel makes behind a main is no part of what that counts.
    """
    own = [
        meter
        for meter in registry.meters
        if meter.institution == institution
        and meter.role in COUNTED
        and meter.use
        and not (meter.role == SUB and meter.use == OWN_GENERATION)
    ]
    found = []
    for kind in KINDS:
        for use in USES:
            same = [meter for meter in own if (meter.kind, meter.use) == (kind, use)]
            if use != PURCHASED and same:
                found.append((kind, use, topmost(registry, same, partial(_has_use, use))))
    return found


def _has_use(use: str, meter: Meter) -> bool:
    return meter.use == use
