"""The work of ``jieneng simulate SCENARIO``: a story of its own, to a broker or as files."""

from collections.abc import Callable
from pathlib import Path

from energy.errors import NOTHING_SIMULATED, ConfigError, JienengError, RegistryError
from energy.registry import Registry
from energy.span import HOUR_MS, midnight
from energy.text import Text
from jieneng.clock import now_ms
from jieneng.progress import Bar
from jieneng.running import Stopped
from jieneng.shipped import shipped, shipped_items
from simulators.checks.scenario_check import check_scenario
from simulators.district import build_in_parts
from simulators.faults import handed_out
from simulators.grid import slot_of
from simulators.plan import Plan
from simulators.scenario import Scenario
from simulators.scenario_files.scenario_file import WHAT, look_at
from simulators.truth.files import TRUTH, Written, places_of, write_files

REGISTRY = "registry"
DAY_HOURS = 24
SEED = 1
"""Chosen: any number does; the same one gives the same history."""


def write_scenario(
    path: Path, folder: Path, *, form: str, shows_bar: bool, echo: Callable[[Text], None]
) -> None:
    """Write what a scenario's meters show, their registry and the truth.

    Args:
        path: The scenario, in format 2.
        folder: Where the files go; must not hold any yet.
        form: parquet or csv.
        shows_bar: Whether somebody watches.
        echo: Is told what was written.

    Raises:
        RegistryError: With all mistakes of the scenario.
        ConfigError: If the folder is not empty, or the scenario belongs to a live history.
    """
    from storage.reference.files import read_reference
    from storage.registry.files import write_registry

    scenario, registry, plan = story_of(path)
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(
            Text(f"{folder} 不是空文件夹。", f"{folder} is not empty; name a new folder.")
        )
    calendars = read_reference(shipped("reference")).calendars
    hours = scenario.days * DAY_HOURS
    parts = build_in_parts(plan, registry, calendars, scenario, hours=hours)
    total = len(registry.meters)
    with Bar("", shown=shows_bar) as bar:

        def show(done: Written) -> None:
            bar.show(done=done.meters, total=total)

        done = write_files(
            parts, plan, folder, form=form, places=places_of(registry.meters), progress=show
        )
    events = tuple(sorted((*registry.events, *done.events), key=lambda event: event.time))
    write_registry(handed_out(registry, scenario.faults, events), folder / REGISTRY)
    echo(
        Text(
            f"{folder}：{done.meters} 个计量点，{done.readings:,} 个读数；登记表在 {REGISTRY}/，"
            f"真值在 {TRUTH}/\nsha256 {done.sha256}",
            f"{folder}: {done.meters} meters, {done.readings:,} readings; their registry is in "
            f"{REGISTRY}/, the truth in {TRUTH}/\nsha256 {done.sha256}",
        )
    )


def publish_scenario(
    path: Path,
    broker_url: str,
    *,
    speed: float,
    shows_bar: bool,
    now: int,
    echo: Callable[[Text], None],
) -> None:
    """Publish what a scenario's meters say, from its start to its end or to now.

    Args:
        path: The scenario, in format 2.
        broker_url: The broker.
        speed: How many times as fast as the world; 0 for as fast as it goes.
        shows_bar: Whether somebody watches.
        now: Nothing newer is said [ms]; 0 for the clock's.
        echo: Is told what was published.

    Raises:
        RegistryError: With all mistakes of the scenario.
        UnreachableError: If the broker does not answer.
        ConfigError: If devices say no times: a history would stand at its arrival.
    """
    from simulators.run import Progress, run
    from storage.reference.files import read_reference

    _, registry, plan = story_of(path)
    plan = plan.at(min(plan.now, now or now_ms()))
    check_clocks(registry)
    with Bar("", shown=shows_bar) as bar:

        def show(progress: Progress) -> None:
            bar.show(done=progress.readings, total=progress.total)

        done = run(
            plan,
            registry,
            read_reference(shipped("reference")).calendars,
            broker_url=broker_url,
            resume={},
            report=show,
            stop=Stopped().event,
            history_only=True,
            pace=speed,
        )
    echo(
        Text(
            f"已发布 {done.readings:,} 个读数（{done.messages:,} 条报文），另有 {done.bad} 个"
            "必被拒收",
            f"{done.readings:,} readings published in {done.messages:,} messages, and {done.bad} "
            "that must be refused",
        )
    )


def story_of(path: Path) -> tuple[Scenario, Registry, Plan]:
    """Return a scenario, the registry of its meters, and its history.

    Raises:
        RegistryError: With all mistakes of the file, and what it asks of the registry in vain.
        ConfigError: If it belongs to a live history.
    """
    scenario, mistakes = look_at(path)
    try:
        registry = registry_for(scenario, path)
    except JienengError:
        if mistakes:
            raise RegistryError(mistakes, WHAT, NOTHING_SIMULATED) from None
        raise
    if mistakes or not scenario.mapping:
        # What replays real readings is known with these only; district.build checks again.
        check_scenario(scenario, registry, (), mistakes)
    return scenario, registry, plan_of(scenario, registry, path)


def check_clocks(registry: Registry) -> None:
    """See that every device says when its readings were: else a history stands at its arrival.

    Raises:
        ConfigError: If some do not.
    """
    from simulators.houses.spoken import devices_without_clock

    silent = devices_without_clock(registry)
    if silent:
        some = silent[:3]
        raise ConfigError(
            Text(
                f"{'、'.join(some)} 等 {len(silent)} 个采集设备的报文没有时间，读数按到达时刻计，"
                "不能发布历史；请用 --out 写成文件，或用 simulate --district 从现在起发布。",
                f"{len(silent)} devices say no times, such as {', '.join(some)}: a reading stands "
                "at its arrival, so that no history of them can be published. Write files with "
                "--out, or let them speak from now on with simulate --district.",
            )
        )


def registry_for(scenario: Scenario, path: Path) -> Registry:
    """Return the registry of a scenario: of its houses, or of the folder that it names.

    Raises:
        ConfigError: If it has neither, as a file of format 1.
    """
    from storage.registry.files import read_registry

    if scenario.houses:
        return scenario.registry()
    if scenario.district:
        return read_registry(path.parent / scenario.district, items=shipped_items())
    raise ConfigError(
        Text(
            f"{path} 没有说明有哪些计量点：请写 format = 2 和 [[building]]。",
            f"{path} does not say which meters there are: write format = 2 and [[building]].",
        )
    )


def _beside(path: Path, name: str) -> str:
    """Return the path of a file that a scenario names; "" for none."""
    return str((path.parent / name).absolute()) if name else ""


def plan_of(scenario: Scenario, registry: Registry, path: Path) -> Plan:
    """Return the history of a scenario that says when it begins.

    Raises:
        ConfigError: If it does not.
    """
    if scenario.start is None:
        raise ConfigError(
            Text(f"{path} 缺少 start。", f"{path} does not say when it begins: start = 2026-01-01.")
        )
    zone = registry.sites[0].zone
    origin = midnight(scenario.start, zone)
    return Plan(
        origin=origin,
        now=origin + scenario.days * DAY_HOURS * HOUR_MS - 1,
        seed=SEED if scenario.seed is None else scenario.seed,
        scenario=str(path.absolute()),
        readings=_beside(path, scenario.readings),
        mapping=_beside(path, scenario.mapping),
        slot_ms=slot_of(registry.meters),
    )
