"""See whether everything that is needed is there, before anything is started."""

from pathlib import Path
from typing import Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, registry: str) -> int:
    """Try each part and say what is wrong with it; exit 1 if anything is."""
    from jieneng.checking import checks

    wrong = 0
    for part, sentence, is_well in checks(desk, desk.path(registry) if registry else None):
        desk.say(f"{'ok ' if is_well else 'BAD'} {part:10} {sentence}")
        wrong += not is_well
    return 1 if wrong else 0


def call(
    context: typer.Context,
    registry: Annotated[
        Path | None, typer.Option(help="Folder of registry files to check without importing.")
    ] = None,
) -> None:
    """Check settings, broker, stores, registry files: a line each, exit 1 if one is wrong.

    Example: jieneng check --registry examples/district
    """
    at_the_desk(context, "check", "check", registry=str(registry or ""))


COMMAND = Command(call=call, works={"check": work}, rank=21)
