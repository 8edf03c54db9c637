"""The work of ``jieneng proof``: every scenario through the platform, and one table."""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from energy.text import Text
from jieneng.mqtt.demo_broker import start_broker
from jieneng.progress import Bar
from jieneng.proving.lateness import Lateness
from jieneng.proving.stage import staged
from jieneng.proving.table import table_lines
from jieneng.proving.verdict import Verdict, verdict_of
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import check_clocks, story_of
from jieneng.truth.tie_out import hours_said
from storage.reference.files import read_reference


def shipped_scenarios() -> list[Path]:
    """Return the scenarios that come with the program."""
    return sorted((shipped("examples") / "scenarios").glob("*.toml"))


def proof(
    settings: Settings,
    scenarios: Sequence[Path],
    *,
    broker: str,
    as_json: bool,
    shows_bar: bool,
    echo: Callable[[Text], None],
    width: int = 0,
) -> int:
    """Play scenarios one after the other and print what the platform made of them.

    Args:
        settings: Of the platform; every scenario gets embedded stores of its own, thrown away.
        scenarios: Files of format 2; none for those that come with the program.
        broker: auto, mosquitto or amqtt.
        as_json: Print one JSON array instead of the table.
        shows_bar: Whether somebody watches.
        echo: Takes a line for the person.
        width: Cells of their screen; 0 for any.

    Returns:
        The exit code: 0 if everything that is due holds.

    Raises:
        RegistryError: With all mistakes of a scenario, before the first one is played.
        StoreError: If a part of the platform breaks.
    """
    files = list(scenarios) or shipped_scenarios()
    for path in files:
        _, registry, _ = story_of(path)
        check_clocks(registry)
    verdicts = [_played(settings, path, broker, shows_bar=shows_bar, echo=echo) for path in files]
    return report(verdicts, as_json=as_json, echo=echo, width=width)


def report(
    verdicts: Sequence[Verdict], *, as_json: bool, echo: Callable[[Text], None], width: int = 0
) -> int:
    """Print what became of scenarios; return the exit code: 0 if everything that is due holds."""
    problems = [one for verdict in verdicts if not verdict.not_due for one in verdict.problems]
    if as_json:
        figures = json.dumps([verdict.as_dict() for verdict in verdicts], ensure_ascii=False)
        echo(Text(figures, figures))
        return 1 if problems else 0
    for line in table_lines(verdicts, width=width):
        echo(line)
    for verdict in verdicts:
        for problem in verdict.problems:
            echo((Text("尚未 ", "not yet: ") if verdict.not_due else Text("! ", "! ")) + problem)
    if not problems:
        echo(Text("应证明的全部成立。", "Everything that is due holds."))
    return 1 if problems else 0


def _own_settings(settings: Settings, state: Path) -> Settings:
    """Return settings with embedded stores, whatever real ones they name."""
    return settings.model_copy(
        update={"state_dir": state, "store_url": "", "records_url": "", "broker_url": ""}
    )


def _played(
    settings: Settings, path: Path, broker: str, *, shows_bar: bool, echo: Callable[[Text], None]
) -> Verdict:
    """Play one scenario before a platform of its own."""
    began = time.monotonic()
    scenario, registry, plan = story_of(path)
    calendars = read_reference(shipped("reference")).calendars
    name = Text(scenario.name_zh or path.stem, scenario.name_en or path.stem)
    with tempfile.TemporaryDirectory(prefix="jieneng-proof-") as folder:
        own = _own_settings(settings, Path(folder) / "state")
        running = start_broker(Path(folder) / "broker", choice=broker, tell=echo)
        try:
            with (
                staged(plan, registry, calendars, own, running.url) as stage,
                Bar(name.get(settings.cli_language), shown=shows_bar) as bar,
            ):
                store = stage.house.store
                lateness = Lateness(
                    stage.prepared.happenings, lambda meters: hours_said(store, meters)
                )
                rounds = 0

                def after_round(at: int) -> None:
                    nonlocal rounds
                    rounds += 1
                    lateness.look(at)

                stage.play(after_round, lambda done, total: bar.show(done=done, total=total))
                return verdict_of(
                    stage,
                    lateness,
                    scenario=path.stem,
                    name=name,
                    rounds=rounds,
                    seconds=time.monotonic() - began,
                )
        finally:
            running.stop()
