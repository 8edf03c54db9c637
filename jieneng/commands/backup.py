"""Take a consistent copy of everything while it runs."""

from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, folder: str) -> int:
    """Copy records, spool, raw log and readings into an empty folder."""
    from jieneng.keeping import back_up

    for line in back_up(desk.stores, desk.path(folder)):
        desk.tell(line)
    return 0


def call(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
) -> None:
    """Copy everything that is embedded into a folder, while it runs.

    Stores on servers are copied by their own tools; the command says which.
    Example: jieneng --state data/demo backup backups/2026-11-25
    """
    at_the_desk(context, "backup", "backup", folder=str(folder))


COMMAND = Command(call=call, works={"backup": work}, rank=60)
