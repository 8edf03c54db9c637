"""Publish simulated meters to a broker: a district that does not exist, with its truth."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, settings_of


def call(
    context: typer.Context,
    story: Annotated[
        Path | None,
        typer.Argument(metavar="SCENARIO", help="Scenario file that names its houses (format 2)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write files into this new folder, publish nothing.")
    ] = None,
    form: Annotated[str, typer.Option(help="Form of the files: parquet or csv.")] = "parquet",
    district: Annotated[Path | None, typer.Option(help="Folder with registry files.")] = None,
    broker: Annotated[str, typer.Option(help="Broker, instead of JIENENG_BROKER_URL.")] = "",
    readings: Annotated[
        Path | None, typer.Option(help="Wide Parquet file of hourly amounts to replay.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file: which column feeds which meter.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="TOML file: loads, faults and waste to plant.")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0, help="Times faster than the world; 0: as fast as it goes.")
    ] = 0,
    history_only: Annotated[
        bool, typer.Option("--history-only", help="End after the history.")
    ] = False,
    resume: Annotated[Path | None, typer.Option(hidden=True)] = None,
    now: Annotated[int, typer.Option(hidden=True)] = 0,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Publish the meters of a district, history first, then live until Ctrl-C; or write files.

    Example: jieneng simulate --broker mqtt://localhost:1883 --history-only

    Example: jieneng simulate examples/scenarios/quiet_year.toml --out quiet-year

    Example: jieneng simulate examples/scenarios/bad_gateway.toml --speed 3600
    """
    from jieneng.simulated.simulating import Wanted, simulate

    settings = settings_of(context)

    def say(text: Text) -> None:
        typer.echo(text.get(settings.cli_language))

    if story is not None or out is not None:
        from jieneng.simulated.stories import publish_scenario, write_scenario

        path = _needed(story, "SCENARIO")
        if out is not None:
            write_scenario(path, out, form=form, shows_bar=sys.stderr.isatty(), echo=say)
        else:
            url = broker or settings.broker_url
            publish_scenario(
                path, url, speed=speed, shows_bar=sys.stderr.isatty(), now=now, echo=say
            )
        return
    wanted = Wanted(
        district=district,
        broker_url=broker or settings.broker_url,
        readings=readings,
        mapping=mapping,
        scenario=scenario,
        speed=max(1.0, speed),
        history_only=history_only,
        resume=json.loads(resume.read_text(encoding="utf-8")) if resume else {},
        now=now,
        is_child=child,
    )
    raise typer.Exit(simulate(settings, wanted, echo=typer.echo))


def _needed(path: Path | None, name: str) -> Path:
    if path is None:
        raise ConfigError(Text(f"还需要 {name}。", f"{name} is needed besides."))
    return path


COMMAND = Command(call=call, rank=50)
