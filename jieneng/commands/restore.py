"""Bring a backup back, here or elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, settings_of, tell


def call(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder that backup wrote.")],
) -> None:
    """Bring a backup into an empty state folder; the next round computes the same figures.

    Example: jieneng --state data/restored restore backups/2026-11-25
    """
    from jieneng.keeping import bring_back

    for line in bring_back(settings_of(context), folder):
        tell(line)


COMMAND = Command(call=call, rank=61)
