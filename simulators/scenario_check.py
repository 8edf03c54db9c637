"""What a scenario asks of a registry: meters that are there, loads that fit, trees that balance."""

from collections.abc import Collection, Iterator

from energy.errors import ConfigError, Mistake, RegistryError
from energy.meter import EXPORT
from energy.reading import GAUGE
from energy.registry import Registry
from energy.text import Text
from simulators.fault_check import misplaced_faults
from simulators.ground_truth import whole_base
from simulators.scenario import Scenario
from simulators.scenario_file import WHAT


def check_scenario(scenario: Scenario, registry: Registry, replayed: Collection[str]) -> None:
    """Refuse what a scenario cannot do to the meters of a registry.

    Args:
        scenario: What is to happen.
        registry: The meters there are.
        replayed: Meters that replay real readings.

    Raises:
        RegistryError: With all mistakes at once, file and key.
    """
    mistakes = [
        Mistake(scenario.file, 0, key, problem)
        for key, problem in (
            *_strangers(scenario, registry),
            *_in_real_readings(scenario, replayed),
            *_unknown_names(scenario, registry),
            *misplaced_faults(scenario, registry),
        )
    ]
    mistakes += [*_unbalanced(registry), *_sold_twice(registry)]
    if mistakes:
        raise RegistryError(mistakes, WHAT)


def _strangers(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield faults and waste of meters that are not there."""
    faults = [("fault", one.kind, one.meter) for one in scenario.faults]
    wastes = [("waste", one.kind, one.meter) for one in scenario.wastes]
    for entries in (faults, wastes):
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
