"""See whether everything that is needed is there, before anything is started."""

from pathlib import Path
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, registry: str) -> int:
    """Try each part and say what is wrong with it; exit 1 if anything is."""
    from jieneng.checking import checks

    wrong = 0
    for part, sentence, is_well in checks(desk, desk.path(registry) if registry else None):
        desk.tell(_line(part, sentence, is_well=is_well))
        wrong += not is_well
    return 1 if wrong else 0


def _line(part: Text, sentence: Text, *, is_well: bool) -> Text:
    from rich.cells import set_cell_size  # a Chinese character is two cells wide

    mark = Text("正常", "ok ") if is_well else Text("异常", "BAD")
    return Text(
        f"{mark.zh} {set_cell_size(part.zh, 8)} {sentence.zh}",
        f"{mark.en} {part.en:10} {sentence.en}",
    )


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
