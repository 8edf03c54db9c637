"""The proof kit: what the platform says of districts whose truth is known."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, settings_of


def call(
    context: typer.Context,
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SCENARIO]...", help="Scenario files; none: those that come along."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as one JSON array.")] = False,
    broker: Annotated[
        str, typer.Option(help="Broker to start: auto, mosquitto or amqtt.")
    ] = "auto",
) -> None:
    """Play scenarios through collector, ledger and findings, and hold the results to the truth.

    Nothing of yours is touched: each has a broker and stores of its own, thrown away afterwards.
    The exit code is 1 if something that is due does not hold.

    Example: jieneng proof
    Example: jieneng proof examples/scenarios/bad_gateway.toml --json
    """
    from jieneng.proving.proof import proof

    settings = settings_of(context)

    def say(text: Text) -> None:
        typer.echo(text.get(settings.cli_language))

    code = proof(
        settings,
        scenarios or [],
        broker=broker,
        as_json=as_json,
        shows_bar=sys.stderr.isatty(),
        echo=say,
    )
    raise typer.Exit(code)


COMMAND = Command(call=call, rank=12)
