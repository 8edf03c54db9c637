"""The example district on this machine, with one command."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, settings_of
from jieneng.mqtt.choice import BrokerChoice


def call(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End after the screen of figures.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Figures as one JSON object on the last line.")
    ] = False,
    speed: Annotated[float, typer.Option(min=1, help="Times faster than the world, live.")] = 1,
    district: Annotated[
        Path | None, typer.Option(help="Folder of registry files, instead of the example's.")
    ] = None,
    readings: Annotated[
        Path | None, typer.Option(help="Wide Parquet file of hourly amounts to replay.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file: which column feeds which meter.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="TOML file: loads, faults and waste to plant.")
    ] = None,
    broker: Annotated[
        BrokerChoice, typer.Option(help="Broker to start; auto takes mosquitto if it is there.")
    ] = BrokerChoice.AUTO,
) -> None:
    """Start the example district and the whole platform; Ctrl-C ends, a second start goes on.

    Its data lie in data/demo. Example: jieneng demo --once --json
    """
    from jieneng.demo import Demo, DemoOptions, demo_state
    from jieneng.shipped import shipped
    from jieneng.simulated.simulating import chosen_replay

    settings = settings_of(context)
    given = context.find_root().obj.get("state")
    state = demo_state(settings, given=given)
    # The demo keeps to its own embedded stores, whatever real ones the settings name.
    settings = settings.model_copy(
        update={"state_dir": state, "store_url": "", "records_url": "", "broker_url": ""}
    )
    options = DemoOptions(
        once=once,
        as_json=as_json,
        speed=speed,
        broker=broker.value,
        district=district or shipped("examples") / "district",
        replay=chosen_replay(readings, mapping),
        scenario=scenario,
        progress=sys.stderr.isatty() and not as_json,
    )
    raise typer.Exit(Demo(settings, options, echo=typer.echo).run())


COMMAND = Command(call=call, rank=1)
