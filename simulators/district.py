"""A district with known truth: whole register steps of every meter at every edge of a slot.

Within a slot a register advances evenly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from energy.calendars import Calendar
from energy.errors import ConfigError
from energy.meter import Meter
from energy.reading import GAUGE, REGISTER
from energy.registry import Registry
from energy.span import HOUR_MS
from energy.text import Text
from simulators.checks.scenario_check import check_scenario
from simulators.plan import Plan
from simulators.replaying.real_readings import read_real
from simulators.scenario import GATEWAY, Fault, Scenario
from simulators.trees.change import TrueChange, true_change
from simulators.trees.ground_truth import District, TrueMeter
from simulators.trees.surroundings import Surroundings
from simulators.trees.tree import Trees


def build(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    scenario: Scenario,
    *,
    hours: int,
) -> District:
    """Return the district's truth for a number of hours from the plan's origin.

    More hours never change earlier ones.

    Raises:
        ConfigError: If a meter is driven by nothing, a waste or fault has no meter, a calendar is
            missing, or the origin is not on a whole UTC hour.
    """
    around = _surroundings(plan, registry, calendars, scenario, hours)
    return _part(around, registry.meters, scenario)


def build_in_parts(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    scenario: Scenario,
    *,
    hours: int,
) -> Iterator[District]:
    """Return the same district part by part, so that a thousand houses fit the memory.

    A part holds whole trees of meters and whole devices; its scenario has only its own faults, and
    those of its gateways.
    What does not fit the registry is told at once, before the first part is asked for.

    Raises:
        ConfigError: As build does.
    """
    return _parts(_surroundings(plan, registry, calendars, scenario, hours), registry, scenario)


def _parts(around: Surroundings, registry: Registry, scenario: Scenario) -> Iterator[District]:
    for meters in parts_of(registry):
        own = tuple(fault for fault in scenario.faults if _concerns(fault, meters, registry))
        yield _part(around, meters, replace(scenario, faults=own))


def _concerns(fault: Fault, meters: Sequence[Meter], registry: Registry) -> bool:
    """Tell whether a fault happens to one of some meters, or to the gateway of one."""
    if any(meter.meter == fault.meter for meter in meters):
        return True
    gateway = registry.device[registry.meter[fault.meter].device].gateway
    return fault.kind in GATEWAY and any(
        registry.device[meter.device].gateway == gateway != "" for meter in meters
    )


def parts_of(registry: Registry) -> list[list[Meter]]:
    """Return the meters of a registry, those of one tree or one device together, in order."""
    part_of: dict[str, int] = {}
    parts: dict[int, list[Meter]] = {}
    for number, meter in enumerate(registry.meters):
        keys = [f"device {meter.device}", f"meter {meter.parent or meter.meter}"]
        keys.append(f"meter {meter.meter}")
        found = sorted({part_of[key] for key in keys if key in part_of})
        home = found[0] if found else number
        parts.setdefault(home, []).append(meter)
        for other in found[1:]:
            parts[home] += parts.pop(other)
            part_of.update((key, home) for key, part in list(part_of.items()) if part == other)
        part_of.update(dict.fromkeys(keys, home))
    return list(parts.values())


def _surroundings(
    plan: Plan,
    registry: Registry,
    calendars: Mapping[str, Calendar],
    scenario: Scenario,
    hours: int,
) -> Surroundings:
    if plan.origin % HOUR_MS:
        problem = Text(
            "历史必须从 UTC 整点开始：请换一个时区。",
            "The history must begin on a whole UTC hour: choose another time zone.",
        )
        raise ConfigError(problem)
    real = read_real(plan, registry)
    check_scenario(scenario, registry, real.columns.keys(), real.mistakes)
    return Surroundings(plan, registry, calendars, scenario, real, hours=hours)


def _part(around: Surroundings, meters: Sequence[Meter], scenario: Scenario) -> District:
    trees = Trees(around, scenario)
    tops = [meter for meter in meters if meter.table == REGISTER and not meter.parent]
    grown = {true.meter.meter: true for top in tops for true in trees.grow(top)}
    return District(
        grid=around.grid,
        seed=around.plan.seed,
        registry=around.registry,
        scenario=scenario,
        meters=grown,
        gauges={one.meter: around.gauges[one.meter] for one in meters if one.table == GAUGE},
        wastes=tuple(trees.wastes),
        changes=tuple(_true_changes(around, grown, scenario)),
    )


def _true_changes(
    around: Surroundings, grown: Mapping[str, TrueMeter], scenario: Scenario
) -> Iterator[TrueChange]:
    """Yield the changes of some trees: each tree is grown again without it, and compared."""
    for number, change in enumerate(scenario.changes, start=1):
        if change.meter not in grown:
            continue
        others = (*scenario.changes[: number - 1], *scenario.changes[number:])
        without = Trees(around, replace(scenario, changes=others))
        top = around.registry.meter[change.meter]
        site = top.site
        while top.parent:
            top = around.registry.meter[top.parent]
        saved = {true.meter.meter: true.used - grown[true.meter.meter].used
                 for true in without.grow(top)}  # fmt: skip
        saved = {name: less for name, less in saved.items() if less.any()}
        yield true_change(change, number, around.conditions[site], saved)
