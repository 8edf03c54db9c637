"""Serve the console and JSON."""

import typer

from jieneng.command import Command, settings_of, tell


def call(context: typer.Context) -> None:
    """Serve the console and JSON.

    Runs until Ctrl-C. Example: jieneng serve
    """
    from jieneng.running import run_parts

    settings = settings_of(context)
    raise typer.Exit(run_parts(settings, collect=False, analyse=False, serve=True, tell=tell))


COMMAND = Command(call=call, rank=43)
