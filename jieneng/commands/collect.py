"""Receive readings from the broker into the store."""

from typing import Annotated

import typer

from jieneng.command import Command, settings_of, tell


def call(
    context: typer.Context,
    partition: Annotated[
        str, typer.Option("--partition", help="Which of several collectors, such as 1/4.")
    ] = "",
) -> None:
    """Receive readings from the broker into the store.

    Runs until Ctrl-C. Example: jieneng collect
    """
    from jieneng.running import run_parts

    settings = settings_of(context)
    if partition:
        settings = settings.model_copy(update={"partition": partition})
    raise typer.Exit(run_parts(settings, collect=True, analyse=False, serve=False, tell=tell))


COMMAND = Command(call=call, rank=41)
