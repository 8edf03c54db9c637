"""What arrived, what is stored, what is wrong: the question asked first."""

import json
from typing import Annotated

import typer

from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, as_json: bool) -> int:
    """Say the state of the running house, or of the stores when none is running."""
    from jieneng.report import status_lines, status_of

    status = status_of(desk.stores)
    if as_json:
        desk.say(json.dumps(status, ensure_ascii=False))
    else:
        for line in status_lines(status):
            desk.tell(line)
    return 0


def call(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what arrived, what is stored and what is wrong.

    Example: jieneng --state data/demo status
    """
    at_the_desk(context, "status", "status", as_json=as_json)


COMMAND = Command(call=call, works={"status": work}, rank=20)
