"""Publish simulated meters to a broker: a district that does not exist, with its truth."""

import json
from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, settings_of


def call(
    context: typer.Context,
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
    speed: Annotated[float, typer.Option(min=1, help="Times faster than the world.")] = 1,
    history_only: Annotated[
        bool, typer.Option("--history-only", help="End after the history.")
    ] = False,
    resume: Annotated[Path | None, typer.Option(hidden=True)] = None,
    now: Annotated[int, typer.Option(hidden=True)] = 0,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Publish the meters of a district, history first, then live until Ctrl-C.

    Example: jieneng simulate --broker mqtt://localhost:1883 --history-only
    """
    from jieneng.simulating import Wanted, simulate

    settings = settings_of(context)
    wanted = Wanted(
        district=district,
        broker_url=broker or settings.broker_url,
        readings=readings,
        mapping=mapping,
        scenario=scenario,
        speed=speed,
        history_only=history_only,
        resume=json.loads(resume.read_text(encoding="utf-8")) if resume else {},
        now=now,
        is_child=child,
    )
    raise typer.Exit(simulate(settings, wanted, echo=typer.echo))


COMMAND = Command(call=call, rank=50)
