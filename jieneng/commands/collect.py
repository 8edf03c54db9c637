"""Receive readings from the broker into the store."""

import typer

from jieneng.command import Command, settings_of, tell


def call(context: typer.Context) -> None:
    """Receive readings from the broker into the store.

    Runs until Ctrl-C. Example: jieneng collect
    """
    from jieneng.running import run_parts

    settings = settings_of(context)
    raise typer.Exit(run_parts(settings, collect=True, analyse=False, serve=False, tell=tell))


COMMAND = Command(call=call, rank=41)
