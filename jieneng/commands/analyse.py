"""Compute amounts, ledgers and findings, round after round."""

import typer

from jieneng.command import Command, settings_of


def call(context: typer.Context) -> None:
    """Compute amounts, ledgers and findings, round after round.

    Runs until Ctrl-C. Example: jieneng analyse
    """
    from jieneng.running import run_parts

    settings = settings_of(context)
    raise typer.Exit(run_parts(settings, collect=False, analyse=True, serve=False, echo=typer.echo))


COMMAND = Command(call=call, rank=42)
