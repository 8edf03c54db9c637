"""What arrived, what is stored, what is wrong: the question asked first."""

import json
from typing import Annotated

import typer

from energy.errors import StoreError
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk


def work(desk: Desk, *, as_json: bool) -> int:
    """Say the state of the running house, or of the stores when none is running.

    When the store of readings does not answer, what is known without it is said all the same.
    """
    from jieneng.report import known_without_store, said_by_store, status_lines

    status = known_without_store(desk.stores)
    trouble: StoreError | None = None
    try:
        status |= said_by_store(desk.stores)
    except StoreError as error:
        trouble = error
    if as_json:
        desk.say(json.dumps(status, ensure_ascii=False))
    else:
        for line in status_lines(status):
            desk.tell(line)
    if trouble is not None:
        desk.warn(trouble.text)
    return 1 if trouble is not None else 0


def call(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what arrived, what is stored and what is wrong.

    Example: jieneng --state data/demo status
    """
    at_the_desk(context, "status", "status", as_json=as_json)


COMMAND = Command(call=call, works={"status": work}, rank=20)
