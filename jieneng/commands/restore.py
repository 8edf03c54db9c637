"""Bring a backup back, here or elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, settings_of


def call(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder that backup wrote.")],
) -> None:
    """Bring a backup into an empty state folder; the next round computes the same figures.

    Example: jieneng --state data/restored restore backups/2026-11-25
    """
    from jieneng.keeping import bring_back

    settings = settings_of(context)
    for line in bring_back(settings, folder):
        typer.echo(line.get(settings.cli_language))


COMMAND = Command(call=call, rank=61)
