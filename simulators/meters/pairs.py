"""Meters that a fault couples: two channels that are swapped, the two directions of one meter."""

from energy.meter import EXPORT, MAIN, SUB, Meter
from energy.reading import REGISTER
from energy.registry import Registry
from simulators.scenario import Fault


def swapped_with(registry: Registry, fault: Fault) -> Meter | None:
    """Return the meter whose channel a fault swaps with that of its own.

    That is the one it names, or the next below the same parent; None where that one is not read
    as its own is: by the same device, in the same unit, steps, digits and interval.
    """
    mine = registry.meter.get(fault.meter)
    if mine is None or mine.role != SUB:
        return None
    below = registry.children.get(mine.parent, ())
    place = below.index(mine)
    following = (*below[place + 1 :], *below[:place])
    alike = [one for one in following if _is_read_as(one, mine)]
    return next((one for one in alike if fault.other in ("", one.meter)), None)


def _is_read_as(one: Meter, mine: Meter) -> bool:
    def way(meter: Meter) -> tuple[object, ...]:
        return (
            meter.role, meter.table, meter.device, meter.unit, meter.step, meter.digits,
            meter.interval_s,
        )  # fmt: skip

    return way(one) == way(mine)


def other_way(registry: Registry, meter: Meter) -> Meter | None:
    """Return the register of the other direction: what is sold beside what is bought."""
    if meter.role == EXPORT:
        return registry.meter.get(meter.parent)
    if meter.role != MAIN or meter.table != REGISTER:
        return None
    below = registry.children.get(meter.meter, ())
    return next((one for one in below if one.role == EXPORT), None)
