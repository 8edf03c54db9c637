"""What a scenario asks of a registry: meters that are there, loads that fit, trees that balance."""

from collections.abc import Collection, Iterable, Iterator

import simulators.loads
from energy.errors import NOTHING_SIMULATED, ConfigError, Mistake, RegistryError
from energy.meter import CHECK, EXPORT, MAIN, Meter
from energy.offers import offers
from energy.reading import GAUGE
from energy.registry import Registry
from energy.text import Text
from simulators.checks.fault_check import misplaced_faults
from simulators.houses.uses import ELECTRICITY
from simulators.load import Load
from simulators.scenario import Scenario
from simulators.scenario_files.scenario_file import WHAT
from simulators.trees.ground_truth import whole_base
from simulators.trees.waste import RATES


def check_scenario(
    scenario: Scenario,
    registry: Registry,
    replayed: Collection[str],
    others: Iterable[Mistake] = (),
) -> None:
    """Refuse what a scenario cannot do to the meters of a registry.

    Args:
        scenario: What is to happen.
        registry: The meters there are.
        replayed: Meters that replay real readings.
        others: Mistakes that were found elsewhere, told with these.

    Raises:
        RegistryError: With all mistakes at once, file and key.
    """
    mistakes = [
        Mistake(scenario.file, 0, key, problem)
        for key, problem in (
            *_strangers(scenario, registry),
            *_in_real_readings(scenario, replayed),
            *_unwasted(scenario, registry, replayed),
            *_unchangeable(scenario, registry, replayed),
            *_unknown_names(scenario, registry),
            *_of_another_kind(scenario, registry),
            *_driven_already(scenario),
            *misplaced_faults(scenario, registry),
        )
    ]
    mistakes += [*_unbalanced(registry), *_sold_twice(registry), *others]
    if mistakes:
        raise RegistryError(mistakes, WHAT, NOTHING_SIMULATED)


def _strangers(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield faults, waste and changes of meters that are not there."""
    faults = [("fault", one.kind, one.meter) for one in scenario.faults]
    wastes = [("waste", one.kind, one.meter) for one in scenario.wastes]
    changes = [("change", one.kind, one.meter) for one in scenario.changes]
    for entries in (faults, wastes, changes):
        for index, (key, kind, meter) in enumerate(entries, start=1):
            if meter not in registry.meter:
                yield (
                    f"{key}[{index}].meter",
                    Text(
                        f"{kind}：没有计量点 {meter!r}。",
                        f"{kind}: there is no meter {meter!r}.",
                    ),
                )


def _in_real_readings(scenario: Scenario, replayed: Collection[str]) -> Iterator[tuple[str, Text]]:
    for index, waste in enumerate(scenario.wastes, start=1):
        if waste.meter in replayed:
            yield (
                f"waste[{index}].meter",
                Text(
                    f"{waste.kind}：{waste.meter!r} 回放真实读数，其中不能植入浪费。",
                    f"{waste.kind}: {waste.meter!r} replays real readings, which carry no planted "
                    "waste.",
                ),
            )


def _unwasted(
    scenario: Scenario, registry: Registry, replayed: Collection[str]
) -> Iterator[tuple[str, Text]]:
    """Yield waste at meters at which no load uses anything, and rates of nothing."""
    for index, waste in enumerate(scenario.wastes, start=1):
        meter = registry.meter.get(waste.meter)
        if meter is None or waste.meter in replayed:
            continue
        # A meter that nothing at all drives is told when its tree is drawn, with the known loads.
        is_driven = meter.role in (CHECK, EXPORT) or registry.children.get(meter.meter)
        if is_driven and not _uses(meter, scenario, registry):
            yield f"waste[{index}].meter", _useless(waste.kind, waste.meter)
        if waste.kind in RATES and not waste.strength:
            yield (
                f"waste[{index}].strength",
                Text(f"{waste.kind}：应大于 0。", f"{waste.kind}: it must be above 0."),
            )


def _useless(kind: str, meter: str) -> Text:
    return Text(
        f"{kind}：{meter!r} 没有自己的负荷，也不是某个负荷的分项。",
        f"{kind}: {meter!r} has neither a load of its own nor a sub-item of the load above it.",
    )


def _unchangeable(
    scenario: Scenario, registry: Registry, replayed: Collection[str]
) -> Iterator[tuple[str, Text]]:
    """Yield changes of meters at which no load of the scenario uses anything."""
    for index, change in enumerate(scenario.changes, start=1):
        meter = registry.meter.get(change.meter)
        key = f"change[{index}].meter"
        if change.meter in replayed:
            yield (
                key,
                Text(
                    f"{change.kind}：{change.meter!r} 回放真实读数，其中不能植入改变。",
                    f"{change.kind}: {change.meter!r} replays real readings, which carry no "
                    "planted change.",
                ),
            )
        elif meter is not None and not _uses(meter, scenario, registry):
            yield key, _useless(change.kind, change.meter)


def _uses(meter: Meter, scenario: Scenario, registry: Registry) -> bool:
    """Tell whether a load of the scenario uses something at a meter."""

    def named(one: Meter) -> bool:
        whole = one.kind == ELECTRICITY and one.role == MAIN
        return one.meter in scenario.loads or (whole and one.building in scenario.buildings)

    if meter.role in (CHECK, EXPORT):
        return False
    above = registry.meter.get(meter.parent)
    return named(meter) or (bool(meter.item) and above is not None and named(above))


def _unknown_names(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield loads of meters or buildings that are not there."""
    for key, named, there in (
        ("meters", scenario.meters, registry.meter),
        ("buildings", scenario.buildings, registry.building),
    ):
        for name in named:
            if name not in there:
                yield (
                    f"{key}.{name}",
                    Text("登记表中没有。", "the registry does not know it."),
                )


def _driven_already(scenario: Scenario) -> Iterator[tuple[str, Text]]:
    """Yield loads of buildings that are houses of the scenario: their use is their load."""
    houses = {name for house in scenario.houses for name, _, _ in house.each()}
    for name in scenario.buildings:
        if name in houses:
            yield (
                f"buildings.{name}",
                Text(
                    "[[building]] 已由 use 决定它的负荷。",
                    "the use in its [[building]] says already what drives it.",
                ),
            )


def _of_another_kind(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield loads that use something else than their meter counts."""
    loads = offers(simulators.loads, "LOAD", Load)
    for name, load in scenario.meters.items():
        meter = registry.meter.get(name)
        if meter is not None and load in loads and loads[load].kind != meter.kind:
            yield (
                f"meters.{name}",
                Text(
                    f"{load} 的种类是 {loads[load].kind}，而此表计量 {meter.kind}。",
                    f"{load} uses {loads[load].kind}, and the meter counts {meter.kind}.",
                ),
            )


def _unbalanced(registry: Registry) -> Iterator[Mistake]:
    """Yield meters whose steps are no whole base units, so that no tree with them balances."""
    for meter in registry.meters:
        if meter.table != GAUGE and (meter.parent or registry.children.get(meter.meter)):
            try:
                whole_base(meter)
            except ConfigError as error:
                yield Mistake("meters.csv", 0, meter.meter, error.text)


def _sold_twice(registry: Registry) -> Iterator[Mistake]:
    """Yield export meters beside another: what is sold passes one register."""
    for children in registry.children.values():
        for meter in [child for child in children if child.role == EXPORT][1:]:
            problem = Text(
                f"{meter.parent} 下面只能有一块上网电量表。",
                f"{meter.parent} has an export meter already; one below it is all there can be.",
            )
            yield Mistake("meters.csv", 0, meter.meter, problem)
