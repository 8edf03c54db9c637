"""Collect, analyse and serve in one process; the embedded stores need this."""

import typer

from jieneng.command import Command, settings_of, tell


def call(context: typer.Context) -> None:
    """Collect, analyse and serve in one process; the embedded stores need this.

    Runs until Ctrl-C. Example: jieneng run
    """
    from jieneng.running import run_parts

    settings = settings_of(context)
    raise typer.Exit(run_parts(settings, collect=True, analyse=True, serve=True, tell=tell))


COMMAND = Command(call=call, rank=10)
