"""The proof kit: what the platform says of districts whose truth is known."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from energy.errors import ConfigError
from energy.text import Text
from jieneng.command import Command, settings_of
from jieneng.mqtt.choice import BrokerChoice


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
        BrokerChoice, typer.Option(help="Broker to start; auto takes mosquitto if it is there.")
    ] = BrokerChoice.AUTO,
    ledger: Annotated[
        Path | None, typer.Option(help="Hourly amounts of another system, to be held to --truth.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Folder truth/ that jieneng simulate --out wrote.")
    ] = None,
) -> None:
    """Play scenarios through collector, ledger and findings, and hold the results to the truth.

    Nothing of yours is touched: each has a broker and stores of its own, thrown away afterwards.
    The exit code is 1 if something that is due does not hold.

    Example: jieneng proof

    Example: jieneng proof examples/scenarios/bad_gateway.toml --json

    Example: jieneng proof --ledger hours.csv --truth quiet-year/truth
    """
    from jieneng.proving.proof import proof

    settings = settings_of(context)

    def say(text: Text) -> None:
        typer.echo(text.get(settings.cli_language))

    if (ledger is None) != (truth is None):
        both = Text("--ledger 和 --truth 须同时给出。", "--ledger and --truth go together.")
        raise ConfigError(both)
    if ledger is not None and truth is not None:
        from jieneng.proving.other_ledger import hold, lines

        for line in lines(hold(ledger, truth)):
            say(line)
        return
    code = proof(
        settings,
        scenarios or [],
        broker=broker.value,
        as_json=as_json,
        shows_bar=sys.stderr.isatty(),
        echo=say,
        width=shutil.get_terminal_size().columns if sys.stdout.isatty() else 0,
    )
    raise typer.Exit(code)


COMMAND = Command(call=call, rank=12)
